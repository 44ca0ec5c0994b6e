import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { SelectField, TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatMoney, plainMoney } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import type { SpanLimit } from "@/server/budgets/queries";
import type { Tried } from "../../billing/try-limit";
import { whatIfText } from "../../billing/what-if-text";
import { setBudget } from "./actions";
import { spendingHref } from "./href";
import { perSpan, spanOptions } from "./words";

type Props = {
  slug: string;
  of: string;
  span: SpanLimit["span"];
  currency: string;
  now: Date;
  tried: Tried | undefined;
  /** Whether this person may save what was tried. */
  canSave: boolean;
};

/** Draws the trial of a limit on the last 30 days. Its address has the limit, which can then be saved. */
export function TryCard({ slug, of, span, currency, now, tried, canSave }: Props) {
  const error = tried && "error" in tried ? tried.error : undefined;
  return (
    <Card id="try" title="Try a limit on the last 30 days" description="Nothing is changed by trying.">
      <form method="get" action={`${spendingHref(slug, of).split("?")[0]}#try`} noValidate>
        <HiddenFields values={{ of }} />
        <div className="grid items-start gap-5 md:grid-cols-[1fr_1fr_auto]">
          <SelectField label="Span" name="span" defaultValue={span} options={spanOptions} />
          <TextField
            label="Limit to try"
            name="try"
            defaultValue={tried?.typed ?? ""}
            placeholder="20.00"
            inputMode="decimal"
            maxLength={40}
            autoComplete="off"
            suffix={currency}
          />
          <Button type="submit" className="md:mt-7">
            Try
          </Button>
        </div>
      </form>
      {error && (
        <Notice role="alert" tone="warning" className="mt-4" title={error}>
          Nothing was tried.
        </Notice>
      )}
      {tried && "limit" in tried && (
        <Notice
          role="status"
          tone={tried.outcome.refused > 0 ? "warning" : "success"}
          className="mt-4"
          title={whatIfText(tried.limit, tried.outcome, currency, now, perSpan[span])}
        >
          {tried.outcome.refused > 0 && (
            <p>
              {formatMoney(tried.outcome.costThen, currency)} would have been spent instead of{" "}
              {formatMoney(tried.outcome.cost, currency)}.
            </p>
          )}
          {canSave && (
            <Form action={setBudget} className="mt-2.5" aria-label="Save the limit that was tried">
              <HiddenFields values={{ workspace: slug, of, span, limit: plainMoney(tried.limit) }} />
              <div>
                <SubmitButton size="sm" pendingLabel="Saving…">
                  Save {formatMoney(tried.limit, currency)} {perSpan[span]}
                </SubmitButton>
              </div>
            </Form>
          )}
        </Notice>
      )}
    </Card>
  );
}
