import { type ReactNode, useId } from "react";
import { type Described, describedBy, Frame } from "./field-frame";

/** Draws a file to choose. What is wrong with it stands below, `details` with it. */
export function FileField({
  label,
  name,
  hint,
  accept,
  error,
  details,
  disabled,
  isOptional,
  onChange,
}: Omit<Described, "isLabelHidden" | "optional"> & {
  accept?: string;
  error?: string;
  details?: ReactNode;
  disabled?: boolean;
  isOptional?: boolean;
  onChange?: () => void;
}) {
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <Frame {...{ id, label, hint, ...(isOptional && { optional: true }), ...(error ? { error } : {}) }}>
        <input
          id={id}
          type="file"
          name={name}
          accept={accept}
          disabled={disabled}
          required={!isOptional}
          onChange={onChange}
          aria-invalid={error ? true : undefined}
          aria-describedby={describedBy(id, hint, error)}
          className="control file:mr-3 file:rounded-sm file:border-0 file:bg-sunken file:px-2.5 file:py-1 file:font-medium file:text-ink file:text-sm"
        />
      </Frame>
      {details}
    </div>
  );
}
