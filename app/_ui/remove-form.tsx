import type { ReactNode } from "react";
import { Form, type FormProps, SubmitButton } from "./form";

/** Draws the secondary button that removes a setting's present value. */
export function RemoveForm<T>({
  action,
  label,
  children,
}: {
  action: FormProps<T>["action"];
  label: string;
  children?: ReactNode;
}) {
  return (
    <Form action={action}>
      {children}
      <SubmitButton variant="ghost" size="sm" pendingLabel="Removing…" aria-label={label}>
        Remove
      </SubmitButton>
    </Form>
  );
}
