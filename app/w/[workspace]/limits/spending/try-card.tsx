import { AmountField } from "@/app/_ui/amount-field";
import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { SelectField } from "@/app/_ui/field";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { spendingHref } from "@/app/w/[workspace]/_shared/spending-href";
import { SaveTried, type Tried, TriedOutcome } from "@/app/w/[workspace]/_shared/what-if/tried-limit";
import type { SpanLimit } from "@/server/budgets/queries";
import { setBudget } from "./actions";
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

/**
 * Draws the form that tries a limit on the last 30 days, with the amount in the address, and the button that saves it.
 */
export function TryCard({ slug, of, span, currency, now, tried, canSave }: Props) {
  const error = tried && "error" in tried ? tried.error : undefined;
  return (
    <Card id="try" title="Try a limit on the last 30 days" description="Trying does not change anything.">
      <form method="get" action={`${spendingHref(slug, of).split("?")[0]}#try`} noValidate>
        <HiddenFields values={{ of }} />
        <div className="grid items-start gap-5 md:grid-cols-[1fr_1fr_auto]">
          <SelectField label="Span" name="span" defaultValue={span} options={spanOptions} />
          <AmountField
            label="Limit to try"
            name="try"
            defaultValue={tried?.typed ?? ""}
            placeholder="20.00"
            currency={currency}
          />
          <Button type="submit" className="md:mt-7">
            Try
          </Button>
        </div>
      </form>
      {error && (
        <Notice role="alert" tone="warning" className="mt-4" title={error}>
          Enter a limit to try.
        </Notice>
      )}
      {tried && "limit" in tried && (
        <TriedOutcome {...tried} currency={currency} now={now} per={perSpan[span]}>
          {canSave && (
            <SaveTried
              save={setBudget}
              fields={{ workspace: slug, of, span }}
              limit={tried.limit}
              currency={currency}
              per={perSpan[span]}
            />
          )}
        </TriedOutcome>
      )}
    </Card>
  );
}
