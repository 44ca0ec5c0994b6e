"use client";

import { Card } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { DialogButton } from "@/app/_ui/dialog-button";
import type { FormProps } from "@/app/_ui/form";

/** Draws the card that deletes a provider, and the dialog that asks for confirmation. `href`: the provider's page; `fields`: the hidden fields that identify it. */
export function DeleteProviderCard({
  name,
  href,
  fields,
  action,
  isAsking,
}: {
  name: string;
  href: string;
  fields: Record<string, string>;
  action: FormProps<void>["action"];
  isAsking: boolean;
}) {
  return (
    <Card
      title="Delete"
      tone="danger"
      description="Its models are no longer offered, and calls in progress end within a second."
    >
      <div>
        <DialogButton variant="danger" dialog="delete" href={`${href}?dialog=delete`}>
          Delete provider
        </DialogButton>
      </div>
      <ConfirmDialog
        id="delete"
        title={`Delete ${name}`}
        description="Its key is deleted, too. Its name stays in usage reports."
        open={isAsking}
        closeHref={href}
        action={action}
        fields={fields}
        submitLabel="Delete provider"
        pendingLabel="Deleting…"
      />
    </Card>
  );
}
