import { Card } from "@/app/_ui/card";
import { SelectField, TextAreaField, TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { plainMoney } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import type { SpanLimit } from "@/server/budgets/queries";
import { askForRaise } from "./actions";
import { spanOptions } from "./words";

type Props = { slug: string; of: string; spans: SpanLimit[]; currency: string; shown: string | undefined };

/** Asks those who manage limits for a higher one: filled in, so that it can be sent as it is. */
export function AskCard({ slug, of, spans, currency, shown }: Props) {
  const limited = spans.filter(({ limit }) => limit !== null);
  const chosen = limited.find(({ span }) => span === shown) ?? limited[0];
  if (!chosen || chosen.limit === null) return null;
  return (
    <Card
      id="ask"
      title="Ask for a higher limit"
      description="Those who manage limits here get an e-mail that leads them to this page."
    >
      <Form action={askForRaise} aria-label="Ask for a higher limit">
        <HiddenFields values={{ workspace: slug, of }} />
        <div className="grid gap-5 md:grid-cols-2">
          <SelectField
            label="Limit"
            name="span"
            defaultValue={chosen.span}
            options={spanOptions.filter(({ value }) => limited.some(({ span }) => span === value))}
          />
          <TextField
            label="Raised to"
            name="limit"
            defaultValue={plainMoney(2 * Math.max(chosen.limit, chosen.raise?.limit ?? 0))}
            inputMode="decimal"
            maxLength={40}
            autoComplete="off"
            suffix={currency}
            required
          />
        </div>
        <TextAreaField label="Why" name="reason" maxLength={500} optional />
        <div>
          <SubmitButton pendingLabel="Sending…">Send request</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
