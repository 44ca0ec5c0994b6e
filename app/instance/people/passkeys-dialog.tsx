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
      description="For a person who has lost theirs. None of them signs in any more, and their browsers are signed out. They get an e-mail. Make sure first that it is they who asked: who reads their mail can then add a passkey."
      closeHref={here}
      action={removePasskeys}
      fields={{ userId: person.id }}
      submitLabel="Remove passkeys"
      pendingLabel="Removing…"
    />
  );
}
