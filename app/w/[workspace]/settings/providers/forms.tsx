"use client";

import { ProviderFields, type TypedProvider } from "@/app/_shared/providers/fields";
import { Card } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { DialogButton } from "@/app/_ui/dialog-button";
import { TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { addProvider, removeProvider, updateProvider } from "./actions";

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

/** Draws the card that deletes a provider, and the dialog that asks first. */
export function DeleteOwnProviderCard({ which, name, isAsking }: { which: Which; name: string; isAsking: boolean }) {
  const here = `/w/${which.workspace}/settings/providers/${which.providerId}`;
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
        fields={which}
        submitLabel="Delete provider"
        pendingLabel="Deleting…"
      />
    </Card>
  );
}
