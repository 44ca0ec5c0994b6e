import type { ComponentProps } from "react";
import { CloseDialogButton, DialogActions } from "./dialog";
import { SubmitButton } from "./form";

/** Draws the buttons at the end of a form in a dialog: one that closes the dialog and one that submits the form. */
export function SubmitActions({
  cancelLabel = "Cancel",
  ...submit
}: ComponentProps<typeof SubmitButton> & { cancelLabel?: string }) {
  return (
    <DialogActions>
      <CloseDialogButton>{cancelLabel}</CloseDialogButton>
      <SubmitButton {...submit} />
    </DialogActions>
  );
}
