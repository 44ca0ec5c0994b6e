import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { disableKey, enableKey, restoreKey, revokeKey } from "../actions";

const turns = {
  disable: {
    verb: "Disable",
    pending: "Disabling…",
    action: disableKey,
    consequence: "Every program that uses this key is refused from its next request on, until it is enabled again.",
    variant: "danger",
  },
  enable: {
    verb: "Enable",
    pending: "Enabling…",
    action: enableKey,
    consequence: "Programs that use this key work again from their next request on.",
    variant: "primary",
  },
  revoke: {
    verb: "Revoke",
    pending: "Revoking…",
    action: revokeKey,
    consequence:
      "Every program that uses this key is refused from its next request on. You can restore it within an hour, but not later.",
    variant: "danger",
  },
  restore: {
    verb: "Restore",
    pending: "Restoring…",
    action: restoreKey,
    consequence: "The key works again at once, with the same secret.",
    variant: "primary",
  },
} as const;

export type Turn = keyof typeof turns;

/** Checks whether the address names one of these dialogs. */
export const isTurn = (dialog: string | undefined): dialog is Turn =>
  dialog !== undefined && Object.hasOwn(turns, dialog);

/**
 * Draws the dialogs "Disable", "Enable", "Revoke" and "Restore": they describe the effects and ask for confirmation.
 */
export function LifeDialog({
  turn,
  slug,
  here,
  row,
  ends,
}: {
  turn: Turn;
  slug: string;
  here: string;
  row: { id: string; name: string };
  /** A sentence about the recent calls that would have been refused. */
  ends: string | undefined;
}) {
  const { verb, pending, action, consequence, variant } = turns[turn];
  return (
    <ConfirmDialog
      id={`${turn}-${row.id}`}
      open
      title={`${verb} ${row.name}?`}
      description={ends ? `${consequence} ${ends}` : consequence}
      closeHref={here}
      action={action}
      closeOnDone
      fields={{ workspace: slug, keyId: row.id }}
      submitLabel={verb}
      variant={variant}
      pendingLabel={pending}
    />
  );
}
