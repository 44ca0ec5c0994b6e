import { AmountField, CountField } from "@/app/_ui/amount-field";
import { CheckField } from "@/app/_ui/check-field";
import { ChoiceField } from "@/app/_ui/choice-field";
import { Dialog } from "@/app/_ui/dialog";
import { Form, FormUntilDone } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { wouldRefuseKeys } from "@/app/w/[workspace]/_shared/of-late";
import type { Outputs } from "@/server/composition/outputs";
import type { KeyFlaw } from "@/server/keys/list/input";
import { fixKeys } from "../actions";
import { FixReport } from "./fix-report";
import { flawText } from "./flaws";
import { callsText } from "./selection-dialog";

type Props = {
  slug: string;
  here: string;
  flaw: KeyFlaw;
  rows: { id: string; name: string; lastFour: string; ownerName: string; isService: boolean }[];
  hasMore: boolean;
  currency: string;
  maximumDays: number | null;
  /** The recent use of each key. */
  impact: Outputs["keys"]["impact"];
};

/**
 * Draws the dialog "Fix in bulk": the keys with one flaw, all selected, and one action that is applied to those that
 * stay selected.
 */
export function FixDialog({ slug, here, flaw, rows, hasMore, currency, maximumDays, impact }: Props) {
  const { which, fix } = flawText[flaw];
  return (
    <Dialog
      id={`fix-${flaw}`}
      open
      size="lg"
      title={`Fix in bulk: keys ${which}`}
      description={
        hasMore ? `These are the first ${rows.length}. Repeat this for the others.` : "Deselect the keys that are fine."
      }
      closeHref={here}
    >
      <Form action={fixKeys} className="group/fix">
        <HiddenFields values={{ workspace: slug }} />
        <FormUntilDone>
          <div className="max-h-64 overflow-y-auto rounded-lg border border-hairline px-3.5 py-2.5">
            <CheckField
              label="Keys"
              name="keyIds"
              choices={rows.map(({ id, name, lastFour, ownerName, isService }) => ({
                value: id,
                label: name,
                hint: `atl_${id.slice(0, 4)}…${lastFour}, ${isService ? "service key" : ownerName}, ${callsText(impact, id)}`,
              }))}
              defaultValues={rows.map(({ id }) => id)}
            />
          </div>
          <ChoiceField
            label="What to do"
            name="fix"
            columns={2}
            defaultValue={fix}
            choices={[
              { value: "expire", label: "Let them expire" },
              { value: "limit", label: "Limit their spend" },
              { value: "disable", label: "Disable them", description: "Can be undone." },
              { value: "revoke", label: "Revoke them", description: "Can be undone for an hour." },
            ]}
          />
          <p className="hidden text-ink-soft text-[0.8125rem] group-has-[:is([value=disable],[value=revoke]):checked]/fix:block">
            {wouldRefuseKeys(impact, rows.length)}
          </p>
          <div className="hidden group-has-[[value=expire]:checked]/fix:block">
            <CountField
              label="In how many days"
              name="days"
              defaultValue={String(Math.min(90, maximumDays ?? 90))}
              hint={
                maximumDays === null
                  ? undefined
                  : `In this workspace a key can be valid for at most ${maximumDays} days.`
              }
            />
          </div>
          <div className="hidden group-has-[[value=limit]:checked]/fix:block">
            <AmountField label="Spend limit per month, each" name="monthlyLimit" currency={currency} />
          </div>
          <SubmitActions pendingLabel="Working…">Apply to the selected keys</SubmitActions>
        </FormUntilDone>
        <FixReport />
      </Form>
    </Dialog>
  );
}
