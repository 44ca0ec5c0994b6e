import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { type Called, wouldRefuse } from "@/app/w/[workspace]/_shared/would-refuse";
import { archiveModel, restoreModel } from "../actions";

const turns = {
  archive: {
    verb: "Archive",
    pending: "Archiving…",
    action: archiveModel,
    consequence: "Requests for it are refused from the next one on, here and where it is shared, until it is restored.",
    variant: "danger",
  },
  restore: {
    verb: "Restore",
    pending: "Restoring…",
    action: restoreModel,
    consequence: "It can be used again at once, here and where it was shared.",
    variant: "primary",
  },
} as const;

type Turn = keyof typeof turns;

/** Checks whether the address asks for one of these dialogs. */
export const isTurn = (dialog: string): dialog is Turn => Object.hasOwn(turns, dialog);

/** Draws the dialog "Archive", "Restore": says what follows, and asks. */
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
