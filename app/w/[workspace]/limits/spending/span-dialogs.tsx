import { AmountField } from "@/app/_ui/amount-field";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { Dialog } from "@/app/_ui/dialog";
import { TextField } from "@/app/_ui/field";
import { Form } from "@/app/_ui/form";
import { plainMoney } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { spendingHref } from "@/app/w/[workspace]/_shared/spending-href";
import type { SpanLimit } from "@/server/budgets/queries";
import { raiseBudget, removeBudget, setBudget } from "./actions";
import { perSpan, spanNames, whyFixed } from "./words";

type Props = {
  slug: string;
  of: string;
  kind: string;
  owner: string;
  spans: SpanLimit[];
  currency: string;
  now: Date;
  /** The dialog and span that the address names, and the amount to fill in. */
  dialog: string | undefined;
  about: string | undefined;
  wanted: string | undefined;
};

/** Draws the dialogs "Set", "Raise" and "Remove" for each span whose limit can be changed. */
export function SpanDialogs({ slug, of, kind, owner, spans, currency, now, dialog, about, wanted }: Props) {
  const closeHref = spendingHref(slug, of);
  const amount = (label: string, value: string, hint: string) => (
    <AmountField
      label={label}
      name="limit"
      defaultValue={value}
      placeholder="20.00"
      currency={currency}
      hint={hint}
      required
    />
  );
  return spans.map(({ span, limit }) => {
    const isFixed = whyFixed(kind, span) !== undefined;
    const isAbout = (which: string) => dialog === which && about === span;
    const fields = { workspace: slug, of, span };
    return (
      <div key={span}>
        {!isFixed && (
          <Dialog
            id={`set-${span}`}
            open={isAbout("set")}
            title={`${spanNames[span]}: limit of ${owner}`}
            description="It applies from the next request on. It may be lower than what is already spent."
            closeHref={closeHref}
          >
            <Form action={setBudget} closeOnDone>
              <HiddenFields values={fields} />
              {amount("Limit", limit === null ? "" : plainMoney(limit), `How much may be spent ${perSpan[span]}.`)}
              <SubmitActions pendingLabel="Saving…">Save limit</SubmitActions>
            </Form>
          </Dialog>
        )}
        {limit !== null && kind !== "ceiling" && (
          <Dialog
            id={`raise-${span}`}
            open={isAbout("raise")}
            title={`${spanNames[span]}: raise the limit of ${owner}`}
            description="The raise ends automatically. Then the limit is the same as before."
            closeHref={closeHref}
          >
            <Form action={raiseBudget} closeOnDone>
              <HiddenFields values={fields} />
              {amount(
                "Raised to",
                isAbout("raise") && wanted ? wanted : plainMoney(2 * limit),
                "Must be higher than the limit.",
              )}
              <TextField
                label="Until"
                name="until"
                type="date"
                defaultValue={now.toISOString().slice(0, 10)}
                hint="The last day of the raise, until midnight UTC."
                required
              />
              <SubmitActions pendingLabel="Saving…">Raise limit</SubmitActions>
            </Form>
          </Dialog>
        )}
        {limit !== null && !isFixed && (
          <ConfirmDialog
            id={`remove-${span}`}
            open={isAbout("remove")}
            title={`${spanNames[span]}: remove the limit of ${owner}?`}
            description="The other limits stay."
            closeHref={closeHref}
            action={removeBudget}
            closeOnDone
            fields={fields}
            submitLabel="Remove limit"
            pendingLabel="Removing…"
          />
        )}
      </div>
    );
  });
}
