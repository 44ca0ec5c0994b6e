import type { ComponentProps } from "react";
import { Dialog, type DialogProps } from "./dialog";
import { Form, type FormProps } from "./form";
import { HiddenFields } from "./hidden-fields";
import { SubmitActions } from "./submit-actions";

type Props<T> = Omit<DialogProps, "children"> &
  Pick<FormProps<T>, "action" | "closeOnDone"> &
  Pick<ComponentProps<typeof SubmitActions>, "cancelLabel" | "pendingLabel" | "variant"> & {
    /** What the action is about. */
    fields: Record<string, string>;
    /** The text of the button that does it. */
    submitLabel: string;
  };

/** Draws a dialog that says what follows from an action, and asks before it is done. */
export function ConfirmDialog<T>({
  action,
  closeOnDone = false,
  fields,
  submitLabel,
  cancelLabel,
  pendingLabel,
  variant = "danger",
  ...dialog
}: Props<T>) {
  return (
    <Dialog {...dialog}>
      <Form action={action} closeOnDone={closeOnDone}>
        <HiddenFields values={fields} />
        <SubmitActions cancelLabel={cancelLabel} variant={variant} pendingLabel={pendingLabel}>
          {submitLabel}
        </SubmitActions>
      </Form>
    </Dialog>
  );
}
