import { CountField } from "@/app/_ui/amount-field";
import { SelectField } from "@/app/_ui/field";
import { askForRate } from "../actions";
import { AskCard } from "../ask-card";
import { rateName } from "./rate-name";

type Limited = { requestsPerMinute: number | null; tokensPerMinute: number | null };
type Props = {
  slug: string;
  rates: (Limited & { model: string })[];
  /** The maximum that operators allow the workspace; null: no ceiling. */
  ceiling: Limited | null;
  keys: (Limited & { id: string; name: string })[];
  /** Whether operators answer the request: a member who manages limits can ask only for a higher ceiling. */
  isForOperators: boolean;
  /** The limit that the address names: its subject and its measure. */
  of: string | undefined;
  measure: string | undefined;
};

/** Draws the form that asks for a higher limit per minute. It is filled in, so that it can be sent as it is. */
export function AskForRate({ slug, rates, ceiling, keys, isForOperators, of, measure }: Props) {
  const top = ceiling ? [{ ...ceiling, value: "ceiling", label: "The ceiling" }] : [];
  const below = [
    ...rates.map((rate) => ({
      ...rate,
      value: rate.model ? `model:${rate.model}` : "workspace",
      label: rateName(rate.model),
    })),
    ...keys.map((key) => ({ ...key, value: `key:${key.id}`, label: `The key ${key.name}` })),
  ];
  const owners = [...(isForOperators ? [] : below), ...top].filter(
    ({ requestsPerMinute, tokensPerMinute }) => requestsPerMinute !== null || tokensPerMinute !== null,
  );
  const chosen = owners.find(({ value }) => value === of) ?? owners[0];
  if (!chosen) return null;
  const isTokens = measure === "tokens" || chosen.requestsPerMinute === null;
  const now = isTokens ? chosen.tokensPerMinute : chosen.requestsPerMinute;
  return (
    <AskCard
      recipients={isForOperators ? "The operators of this Atelier" : "The members who manage limits"}
      action={askForRate}
      fields={{ workspace: slug }}
    >
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
        <CountField label="Raised to" name="limit" defaultValue={now === null ? "" : 2 * now} maxLength={9} required />
      </div>
    </AskCard>
  );
}
