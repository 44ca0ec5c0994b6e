"use client";

import { useField } from "./form";
import { Notice } from "./notice";

/**
 * Draws a checkbox that confirms an action. It appears only after the form was refused with a description of the
 * effects.
 */
export function SureField({ name, label }: { name: string; label: string }) {
  const { error, typed } = useField(name);
  if (!error && typed !== "true") return null;
  return (
    <Notice tone="warning" role="alert">
      {error && <p className="wrap-anywhere">{error}</p>}
      <label className="mt-1.5 flex min-h-8 items-start gap-2.5 py-1 text-ink">
        <input
          type="checkbox"
          name={name}
          value="true"
          defaultChecked={typed === "true"}
          aria-invalid={error ? true : undefined}
          className="mt-0.5 size-4 shrink-0"
        />
        <span className="font-medium">{label}</span>
      </label>
    </Notice>
  );
}
