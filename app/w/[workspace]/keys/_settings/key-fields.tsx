import { AmountField, CountField } from "@/app/_ui/amount-field";
import { CheckField } from "@/app/_ui/check-field";
import { TextAreaField } from "@/app/_ui/field";
import { formatMoney, plainMoney } from "@/app/_ui/format";
import { keyScopes, scopeText } from "@/server/access/key-scopes";
import { type ModelChoice, ModelPicker } from "./model-picker";

export type KeySettings = {
  scopes: string[];
  models: string[] | null;
  ipRanges: string[] | null;
  origins: string[] | null;
  requestsPerMinute: number | null;
  tokensPerMinute: number | null;
  monthlyLimit: number | null;
};

/** The names of the fields below. A collapsed section around them opens when one of them is invalid. */
export const keyFieldNames = [
  "scopes",
  "models",
  "ipRanges",
  "origins",
  "requestsPerMinute",
  "tokensPerMinute",
  "monthlyLimit",
  "isService",
];

/** Draws the settings of what a key may do, how much, and from where. */
export function KeyFields({
  settings,
  currency,
  newKeyLimit = null,
  modelChoices,
}: {
  settings?: KeySettings;
  currency: string;
  /** The monthly spending limit that applies to a new key if the field is empty; null: no limit. */
  newKeyLimit?: number | null;
  modelChoices: ModelChoice[];
}) {
  const amount = (value: number | null | undefined) => (value == null ? "" : String(value));
  return (
    <>
      <CheckField
        label="Scopes"
        name="scopes"
        hint="What a program may do with the key."
        columns={2}
        choices={keyScopes.map((scope) => ({ value: scope, label: scopeText[scope] }))}
        defaultValues={settings?.scopes ?? [...keyScopes]}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <CountField
          label="Requests per minute"
          name="requestsPerMinute"
          optional
          defaultValue={amount(settings?.requestsPerMinute)}
        />
        <CountField
          label="Tokens per minute"
          name="tokensPerMinute"
          optional
          defaultValue={amount(settings?.tokensPerMinute)}
        />
      </div>
      <AmountField
        label="Spend limit per month"
        name="monthlyLimit"
        optional
        currency={currency}
        hint={`When it is reached, requests are refused until the month ends (UTC).${newKeyLimit === null ? "" : ` Empty: ${formatMoney(newKeyLimit, currency)}, the workspace's for new keys.`}`}
        defaultValue={settings?.monthlyLimit == null ? "" : plainMoney(settings.monthlyLimit)}
      />
      <ModelPicker choices={modelChoices} models={settings?.models ?? null} />
      <TextAreaField
        label="Allowed addresses"
        name="ipRanges"
        optional
        hint="One range per line, such as 203.0.113.0/24 or 2001:db8::/32. Empty: from anywhere."
        rows={2}
        spellCheck={false}
        defaultValue={settings?.ipRanges?.join("\n") ?? ""}
      />
      <TextAreaField
        label="Pages that may call from a browser (CORS)"
        name="origins"
        optional
        hint="One origin per line, such as https://app.example.com or http://localhost:5173. Empty: no pages. Visitors of a page can read a key that is in it."
        rows={2}
        spellCheck={false}
        defaultValue={settings?.origins?.join("\n") ?? ""}
      />
    </>
  );
}
