import { Card } from "@/app/_ui/card";
import { SelectField, TextAreaField, TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { askForRate } from "./actions";
import { rateName } from "./rate-name";

type Limited = { requestsPerMinute: number | null; tokensPerMinute: number | null };
type Props = {
  slug: string;
  rates: (Limited & { model: string })[];
  keys: (Limited & { id: string; name: string })[];
  /** Which limit the address is about: whose, and of what. */
  of: string | undefined;
  measure: string | undefined;
};

/** Asks those who manage limits for a higher one a minute: filled in, so that it can be sent as it is. */
export function AskRateCard({ slug, rates, keys, of, measure }: Props) {
  const owners = [
    ...rates.map((rate) => ({
      ...rate,
      value: rate.model ? `model:${rate.model}` : "workspace",
      label: rateName(rate.model),
    })),
    ...keys.map((key) => ({ ...key, value: `key:${key.id}`, label: `The key ${key.name}` })),
  ].filter(({ requestsPerMinute, tokensPerMinute }) => requestsPerMinute !== null || tokensPerMinute !== null);
  const chosen = owners.find(({ value }) => value === of) ?? owners[0];
  if (!chosen) return null;
  const isTokens = measure === "tokens" || chosen.requestsPerMinute === null;
  const now = isTokens ? chosen.tokensPerMinute : chosen.requestsPerMinute;
  return (
    <Card
      id="ask"
      title="Ask for a higher limit"
      description="Those who manage limits here get an e-mail that leads them to the limit."
    >
      <Form action={askForRate} aria-label="Ask for a higher limit">
        <HiddenFields values={{ workspace: slug }} />
        <div className="grid gap-5 md:grid-cols-3">
          <SelectField
            label="Limit of"
            name="of"
            defaultValue={chosen.value}
            options={owners.map(({ value, label }) => ({ value, label }))}
          />
          <SelectField
            label="Counted in"
            name="measure"
            defaultValue={isTokens ? "tokens" : "requests"}
            options={[
              { value: "requests", label: "Requests per minute" },
              { value: "tokens", label: "Tokens per minute" },
            ]}
          />
          <TextField
            label="Raised to"
            name="limit"
            defaultValue={now === null ? "" : 2 * now}
            inputMode="numeric"
            maxLength={9}
            autoComplete="off"
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
