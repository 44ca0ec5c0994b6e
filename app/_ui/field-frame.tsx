import type { ReactNode } from "react";
import { Glyph } from "./glyph";

export type Described = {
  label: ReactNode;
  name: string;
  hint?: ReactNode;
  /** Hides the label visually; screen readers still read it. */
  isLabelHidden?: boolean;
  /** Shows "Optional" beside the label. */
  optional?: boolean;
};

/** Returns the first value that was typed under a name. */
export const one = (typed: string | string[] | undefined) => (Array.isArray(typed) ? typed[0] : typed);

/** Draws a label above a control, and the hint and error below it, connected to the control by ids. */
export function Frame({
  id,
  label,
  hint,
  error,
  isLabelHidden,
  optional,
  className = "",
  children,
}: Omit<Described, "name"> & { id: string; error?: string; className?: string; children: ReactNode }) {
  return (
    <div className={`flex min-w-0 flex-col gap-1.5 ${className}`}>
      <div className={isLabelHidden ? "sr-only" : "flex items-baseline justify-between gap-3"}>
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {optional && <span className="text-[0.8125rem] text-ink-faint">Optional</span>}
      </div>
      {children}
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
      {hint && (
        <p id={`${id}-hint`} className="text-[0.8125rem] text-ink-faint">
          {hint}
        </p>
      )}
    </div>
  );
}

/** Shows the error of a field, below it. */
export function FieldError({ id, children }: { id: string; children: ReactNode }) {
  return (
    <p id={id} className="flex items-start gap-1.5 text-[0.8125rem] text-danger">
      <Glyph name="alert" className="mt-[0.1875rem] size-3.5" />
      {children}
    </p>
  );
}

/** Returns the ids of the hint and error of a control, for aria-describedby. */
export const describedBy = (id: string, hint: unknown, error: unknown) =>
  [error ? `${id}-error` : "", hint ? `${id}-hint` : ""].filter(Boolean).join(" ") || undefined;
