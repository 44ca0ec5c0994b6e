import { CloseDialogButton, Dialog, DialogActions } from "@/app/_ui/dialog";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { revokeKey } from "../actions";
import { KeyMeter, type Meter } from "./key-meter";

type Props = { slug: string; here: string; row: { id: string; name: string }; meter: Meter };

/**
 * Draws the dialog "Rotate" for a key that has a successor: it shows whether the old key is still used and can end it.
 */
export function OldKeyDialog({ slug, here, row, meter }: Props) {
  return (
    <Dialog
      id={`rotating-${row.id}`}
      open
      title={`Rotate ${row.name}`}
      description="This key has a successor. When nothing uses the old key anymore, end it."
      closeHref={here}
    >
      <div className="flex flex-col gap-5">
        <KeyMeter slug={slug} keyId={row.id} first={meter} />
        <Form action={revokeKey} closeOnDone>
          <HiddenFields values={{ workspace: slug, keyId: row.id }} />
          <DialogActions>
            <CloseDialogButton>Leave it until it ends</CloseDialogButton>
            {!meter.hasEnded && (
              <SubmitButton variant="danger" pendingLabel="Ending…">
                End old key now
              </SubmitButton>
            )}
          </DialogActions>
        </Form>
      </div>
    </Dialog>
  );
}
