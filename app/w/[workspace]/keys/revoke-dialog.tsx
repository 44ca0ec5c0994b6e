import { CloseDialogButton, Dialog, DialogActions } from "@/app/_ui/dialog";
import { Form, SubmitButton } from "@/app/_ui/form";
import { revokeKey } from "./actions";
import type { KeyRow } from "./keys-table";

/** "Revoke" about the key in the address, if this person may. */
export function RevokeDialog({ slug, here, row }: { slug: string; here: string; row: KeyRow | undefined }) {
  if (!row) return null;
  return (
    <Dialog
      id={`revoke-${row.id}`}
      open
      title={`Revoke ${row.name}?`}
      description="Every program that uses this key is refused from its next request on. This cannot be undone."
      closeHref={here}
    >
      <Form action={revokeKey} closeOnDone>
        <input type="hidden" name="workspace" value={slug} />
        <input type="hidden" name="keyId" value={row.id} />
        <DialogActions>
          <CloseDialogButton>Cancel</CloseDialogButton>
          <SubmitButton variant="danger" pendingLabel="Revoking…">
            Revoke
          </SubmitButton>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
