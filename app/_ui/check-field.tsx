"use client";

import type { ReactNode } from "react";
import { FieldGroup } from "./field";
import { useField } from "./form";

export type Check = { value: string; label: ReactNode; hint?: ReactNode };

const row =
  "flex min-h-8 items-start gap-2.5 rounded-md py-1 text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2";

/**
 * Draws a set of checkboxes. An empty value is always sent, so that "none ticked" differs from "field not in the form".
 */
export function CheckField({
  label,
  name,
  hint,
  choices,
  defaultValues,
  columns = 1,
}: {
  label: ReactNode;
  name: string;
  hint?: ReactNode;
  choices: Check[];
  defaultValues: string[];
  columns?: 1 | 2;
}) {
  const { error, typed } = useField(name);
  const chosen = typed === undefined ? defaultValues : [typed].flat();
  return (
    <FieldGroup legend={label} name={name} hint={hint}>
      <input type="hidden" name={name} value="" />
      <div className={`grid gap-x-4 ${columns === 2 ? "sm:grid-cols-2" : ""}`}>
        {choices.map((choice) => (
          <label key={choice.value} className={row}>
            <input
              type="checkbox"
              name={name}
              value={choice.value}
              defaultChecked={chosen.includes(choice.value)}
              aria-invalid={error ? true : undefined}
              className="mt-0.5 size-4 shrink-0 outline-none"
            />
            <span className="min-w-0 wrap-anywhere">
              {choice.label}
              {choice.hint && <span className="block text-[0.8125rem] text-ink-faint">{choice.hint}</span>}
            </span>
          </label>
        ))}
      </div>
    </FieldGroup>
  );
}

/** Draws a single checkbox. */
export function TickField({ label, name, hint }: { label: ReactNode; name: string; hint?: ReactNode }) {
  const { typed } = useField(name);
  return (
    <label className={row}>
      <input
        type="checkbox"
        name={name}
        defaultChecked={typed === "on"}
        className="mt-0.5 size-4 shrink-0 outline-none"
      />
      <span>
        <span className="font-medium">{label}</span>
        {hint && <span className="block text-[0.8125rem] text-ink-faint">{hint}</span>}
      </span>
    </label>
  );
}
