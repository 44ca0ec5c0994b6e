"use client";

import { ProviderFields, type TypedProvider } from "@/app/_shared/providers/fields";
import { Card } from "@/app/_ui/card";
import { TextAreaField, TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { addProvider, updateProvider } from "./actions";

/** Draws the form for a new provider. */
export function AddProviderForm() {
  return (
    <Form action={addProvider}>
      <TextField
        label="Name"
        name="name"
        required
        maxLength={60}
        autoComplete="off"
        placeholder="gpu-3"
        hint="Shown in usage and in the header x-atelier-model-server. It cannot be changed."
      />
      <ProviderFields />
      <TunedField />
      <WorkspacesField />
      <div>
        <SubmitButton pendingLabel="Testing…">Test and add provider</SubmitButton>
      </div>
    </Form>
  );
}

/** Draws the form that changes a provider. `tuned` and `workspaces` as they are typed. */
export function EditProviderCard({
  id,
  provider,
  tuned,
  workspaces,
}: {
  id: string;
  provider: TypedProvider;
  tuned: string;
  workspaces: string;
}) {
  return (
    <Card title="Connection">
      <Form action={updateProvider}>
        <HiddenFields values={{ providerId: id }} />
        <ProviderFields provider={provider} />
        <TunedField value={tuned} />
        <WorkspacesField value={workspaces} />
        <div>
          <SubmitButton pendingLabel="Testing…">Test and save</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

function TunedField({ value }: { value?: string }) {
  return (
    <TextAreaField
      label="Fine-tuned"
      name="tuned"
      optional
      rows={2}
      spellCheck={false}
      defaultValue={value}
      placeholder="The models that it marks as fine-tuned"
      hint="One per line: its name at the provider, or “name = base model”. Each belongs to the workspace that registers it and is hidden from the others."
    />
  );
}

function WorkspacesField({ value }: { value?: string }) {
  return (
    <TextAreaField
      label="Workspaces"
      name="workspaces"
      optional
      rows={2}
      defaultValue={value}
      placeholder="All workspaces"
      hint="The addresses of the workspaces that may use it, as in /w/ADDRESS, separated by commas. It is hidden from all others."
    />
  );
}
