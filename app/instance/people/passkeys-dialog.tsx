"use client";

import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { removePasskeys } from "../actions";

/** Draws the dialog that removes the passkeys of a person who has lost theirs. */
export function PasskeysDialog({ person, here }: { person: { id: string; name: string }; here: string }) {
  return (
    <ConfirmDialog
      id={`passkeys-${person.id}`}
      open
      title={`Remove the passkeys of ${person.name}`}
      description="For a person who has lost their passkeys. The passkeys stop working, and the person's browsers are signed out. They get an e-mail. First make sure that the request really comes from this person: a person with access to their mail can then add a passkey."
      closeHref={here}
      action={removePasskeys}
      fields={{ userId: person.id }}
      submitLabel="Remove passkeys"
      pendingLabel="Removing…"
    />
  );
}
