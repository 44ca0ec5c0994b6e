import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { type Called, wouldRefuse } from "@/app/w/[workspace]/_shared/would-refuse";
import { archiveModel, restoreModel } from "../actions";

const turns = {
  archive: {
    verb: "Archive",
    pending: "Archiving…",
    action: archiveModel,
    consequence:
      "New requests for it are refused, here and in workspaces that it is shared with, until it is restored.",
    variant: "danger",
  },
  restore: {
    verb: "Restore",
    pending: "Restoring…",
    action: restoreModel,
    consequence: "It can be used again at once, here and in workspaces that it was shared with.",
    variant: "primary",
  },
} as const;

type Turn = keyof typeof turns;

/** Checks whether the address names one of these dialogs. */
export const isTurn = (dialog: string): dialog is Turn => Object.hasOwn(turns, dialog);

/** Draws the dialogs "Archive" and "Restore": they describe the effects and ask for confirmation. */
export function LifeDialog({
  turn,
  slug,
  here,
  model,
}: {
  turn: Turn;
  slug: string;
  here: string;
  model: { id: string; name: string; called: Called };
}) {
  const { verb, pending, action, consequence, variant } = turns[turn];
  return (
    <ConfirmDialog
      id={`${turn}-${model.id}`}
      open
      title={`${verb} ${model.name}?`}
      description={turn === "archive" ? `${consequence} ${wouldRefuse(model.called)}` : consequence}
      closeHref={here}
      action={action}
      fields={{ workspace: slug, modelId: model.id }}
      submitLabel={verb}
      variant={variant}
      pendingLabel={pending}
    />
  );
}
