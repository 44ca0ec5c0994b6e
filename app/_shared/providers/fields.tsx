"use client";

import { TickField } from "@/app/_ui/check-field";
import { TextAreaField, TextField } from "@/app/_ui/field";

/** A provider's values in a form. */
export type TypedProvider = {
  url: string;
  hasKey: boolean;
  isKeyUnreadable: boolean;
  models: string;
  endpoints: string;
};

/** Draws the fields for a provider's address, key and models. Without `provider`: for a new one. */
export function ProviderFields({ provider }: { provider?: TypedProvider }) {
  const hasKey = provider?.hasKey ?? false;
  return (
    <>
      <TextField
        label="Address"
        name="address"
        type="url"
        inputMode="url"
        autoComplete="off"
        required
        defaultValue={provider?.url}
        placeholder="https://api.example.com/v1"
        hint="The base URL of an OpenAI-compatible API, with its /v1."
      />
      <TextField label={hasKey ? "New key" : "Key"} name="key" optional isSecret hint={keyHint(provider)} />
      {hasKey && <TickField label="Remove the key" name="isWithoutKey" />}
      <TextAreaField
        label="Models"
        name="models"
        optional
        rows={3}
        spellCheck={false}
        defaultValue={provider?.models}
        placeholder="All models that it lists"
        hint="One per line: a name, “name = name at the provider”, either with “, 131072” for the context length in tokens."
      />
      <TextField
        label="Endpoints"
        name="endpoints"
        optional
        autoComplete="off"
        spellCheck={false}
        defaultValue={provider?.endpoints}
        placeholder="Detected automatically"
        hint="All endpoints it has besides chats and embeddings, such as responses, rerank, speech. Empty: detected on the first request to each."
      />
      <TickField
        label="Save even if the test fails"
        name="isForced"
        hint="Saving asks the provider for its models, and one of them for one token. Tick this to save without asking."
      />
    </>
  );
}

function keyHint(provider: TypedProvider | undefined): string {
  if (provider?.isKeyUnreadable) return "The key cannot be read since AUTH_SECRET was changed. Enter it again.";
  if (provider?.hasKey) return "Leave it empty to keep the key. If you change the address, enter the key again.";
  return "Sent as a bearer token. It is encrypted, and is never shown again.";
}
