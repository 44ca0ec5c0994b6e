import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { undoNarrowing } from "../../actions";
import type { KeyRecord } from "./used-table";

/** Draws the dialog "Undo narrowing". */
export function UndoDialog({ slug, here, record }: { slug: string; here: string; record: KeyRecord }) {
  return (
    <ConfirmDialog
      id="undo"
      open
      title={`Undo the narrowing of ${record.name}?`}
      description="The key can do again what it could before it was narrowed, at once."
      closeHref={here}
      action={undoNarrowing}
      fields={{ workspace: slug, keyId: record.id }}
      submitLabel="Undo narrowing"
      variant="primary"
      pendingLabel="Undoing…"
    />
  );
}
