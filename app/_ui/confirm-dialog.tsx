import type { ComponentProps } from "react";
import { Dialog, type DialogProps } from "./dialog";
import { Form, type FormProps } from "./form";
import { HiddenFields } from "./hidden-fields";
import { SubmitActions } from "./submit-actions";

type Props<T> = Omit<DialogProps, "children"> &
  Pick<FormProps<T>, "action" | "closeOnDone"> &
  Pick<ComponentProps<typeof SubmitActions>, "cancelLabel" | "pendingLabel" | "variant"> & {
    /** Identifies the object of the action; sent as hidden fields. */
    fields: Record<string, string>;
    /** The text of the submit button. */
    submitLabel: string;
  };

/** Draws a dialog that describes the effects of an action and asks for confirmation. */
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
