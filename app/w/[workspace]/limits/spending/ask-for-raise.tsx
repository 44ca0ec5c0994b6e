import { AmountField } from "@/app/_ui/amount-field";
import { SelectField } from "@/app/_ui/field";
import { plainMoney } from "@/app/_ui/format";
import type { SpanLimit } from "@/server/budgets/queries";
import { AskCard } from "../ask-card";
import { askForRaise } from "./actions";
import { spanOptions } from "./words";

type Props = {
  slug: string;
  of: string;
  spans: SpanLimit[];
  currency: string;
  shown: string | undefined;
  /** Whether the operators of the instance answer. */
  isForOperators: boolean;
};

/** Draws the form that asks for a higher limit on spending. It is filled in, so that it can be sent as it is. */
export function AskForRaise({ slug, of, spans, currency, shown, isForOperators }: Props) {
  const limited = spans.filter(({ limit }) => limit !== null);
  const chosen = limited.find(({ span }) => span === shown) ?? limited[0];
  if (!chosen || chosen.limit === null) return null;
  return (
    <AskCard
      recipients={isForOperators ? "The operators of this Atelier" : "The members who manage limits"}
      action={askForRaise}
      fields={{ workspace: slug, of }}
    >
      <div className="grid gap-5 md:grid-cols-2">
        <SelectField
          label="Limit"
          name="span"
          defaultValue={chosen.span}
          options={spanOptions.filter(({ value }) => limited.some(({ span }) => span === value))}
        />
        <AmountField
          label="Raised to"
          name="limit"
          defaultValue={plainMoney(2 * Math.max(chosen.limit, chosen.raise?.limit ?? 0))}
          currency={currency}
          required
        />
      </div>
    </AskCard>
  );
}
