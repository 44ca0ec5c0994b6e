"use client";

import { ProviderFields, type TypedProvider } from "@/app/_shared/providers/fields";
import { Card } from "@/app/_ui/card";
import { TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { addProvider, updateProvider } from "./actions";

/** Which provider of which workspace. */
type Which = { workspace: string; providerId: string };

/** Draws the form for a new provider of a workspace's own. */
export function AddOwnProviderForm({ slug }: { slug: string }) {
  return (
    <Form action={addProvider}>
      <HiddenFields values={{ workspace: slug }} />
      <TextField
        label="Name"
        name="prefix"
        required
        maxLength={40}
        autoComplete="off"
        spellCheck={false}
        placeholder="acme-gpu"
        hint="Lowercase letters, digits and hyphens. Its models are called own/NAME/MODEL, so it cannot be changed."
      />
      <ProviderFields />
      <div>
        <SubmitButton pendingLabel="Testing…">Test and add provider</SubmitButton>
      </div>
    </Form>
  );
}

/** Draws the form that changes a provider. */
export function EditOwnProviderCard({ which, provider }: { which: Which; provider: TypedProvider }) {
  return (
    <Card title="Connection">
      <Form action={updateProvider}>
        <HiddenFields values={which} />
        <ProviderFields provider={provider} />
        <div>
          <SubmitButton pendingLabel="Testing…">Test and save</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
