import { CloseDialogButton, Dialog, DialogActions } from "@/app/_ui/dialog";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { archiveModel, restoreModel } from "./actions";

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
  model: { id: string; name: string };
}) {
  const { verb, pending, action, consequence, variant } = turns[turn];
  return (
    <Dialog id={`${turn}-${model.id}`} open title={`${verb} ${model.name}?`} description={consequence} closeHref={here}>
      <Form action={action}>
        <HiddenFields values={{ workspace: slug, modelId: model.id }} />
        <DialogActions>
          <CloseDialogButton>Cancel</CloseDialogButton>
          <SubmitButton variant={variant} pendingLabel={pending}>
            {verb}
          </SubmitButton>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
