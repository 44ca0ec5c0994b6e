"use client";

import { ProviderFields, type TypedProvider } from "@/app/_shared/providers/fields";
import { Card } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { DialogButton } from "@/app/_ui/dialog-button";
import { TextAreaField, TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { addProvider, removeProvider, updateProvider } from "./actions";

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
      <WorkspacesField />
      <div>
        <SubmitButton pendingLabel="Testing…">Test and add provider</SubmitButton>
      </div>
    </Form>
  );
}

/** Draws the form that changes a provider. `workspaces`: the slugs as they are typed. */
export function EditProviderCard({
  id,
  provider,
  workspaces,
}: {
  id: string;
  provider: TypedProvider;
  workspaces: string;
}) {
  return (
    <Card title="Connection">
      <Form action={updateProvider}>
        <HiddenFields values={{ providerId: id }} />
        <ProviderFields provider={provider} />
        <WorkspacesField value={workspaces} />
        <div>
          <SubmitButton pendingLabel="Testing…">Test and save</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

/** Draws the card that deletes a provider, and the dialog that asks first. */
export function DeleteProviderCard({ id, name, isAsking }: { id: string; name: string; isAsking: boolean }) {
  const here = `/instance/providers/${id}`;
  return (
    <Card
      title="Delete"
      tone="danger"
      description="Its models are no longer offered, and calls in progress end within a second."
    >
      <div>
        <DialogButton variant="danger" dialog="delete" href={`${here}?dialog=delete`}>
          Delete provider
        </DialogButton>
      </div>
      <ConfirmDialog
        id="delete"
        title={`Delete ${name}`}
        description="Its key is deleted too. Usage keeps its name."
        open={isAsking}
        closeHref={here}
        action={removeProvider}
        fields={{ providerId: id }}
        submitLabel="Delete provider"
        pendingLabel="Deleting…"
      />
    </Card>
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
      hint="The addresses of those that may use it, as in /w/ADDRESS, separated by commas. To all others it does not exist."
    />
  );
}
