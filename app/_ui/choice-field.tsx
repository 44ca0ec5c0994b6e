"use client";

import { type ReactNode, useId } from "react";
import { FieldGroup } from "./field";
import { useField } from "./form";

export type Choice = { value: string; label: ReactNode; description?: ReactNode; icon?: ReactNode };

/** Draws radio buttons as cards, each with a name, a sentence and an icon. */
export function ChoiceField({
  label,
  name,
  hint,
  choices,
  defaultValue,
  className,
  columns = 1,
}: {
  label: ReactNode;
  name: string;
  hint?: ReactNode;
  choices: Choice[];
  defaultValue?: string;
  className?: string;
  columns?: 1 | 2;
}) {
  const id = useId();
  const { error, typed } = useField(name);
  const chosen = (Array.isArray(typed) ? typed[0] : typed) || defaultValue;
  return (
    <FieldGroup legend={label} name={name} hint={hint} className={className}>
      <div className={`grid gap-2 ${columns === 2 ? "sm:grid-cols-2" : ""}`}>
        {choices.map((choice) => (
          <label
            key={choice.value}
            className="flex min-h-11 items-start gap-3 rounded-lg border border-edge bg-surface p-3.5 transition-colors hover:border-ink-faint has-checked:border-accent has-checked:bg-accent-soft has-checked:ring-1 has-checked:ring-accent has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2"
          >
            {choice.icon && (
              <span className="mt-0.5 text-ink-soft [&>svg]:size-[1.125rem]" aria-hidden="true">
                {choice.icon}
              </span>
            )}
            <span className="min-w-0 flex-1">
              <span id={`${id}-${choice.value}`} className="block font-medium">
                {choice.label}
              </span>
              {choice.description && (
                <span id={`${id}-${choice.value}-more`} className="block text-[0.8125rem] text-ink-soft">
                  {choice.description}
                </span>
              )}
            </span>
            <input
              type="radio"
              name={name}
              value={choice.value}
              defaultChecked={choice.value === chosen}
              aria-labelledby={`${id}-${choice.value}`}
              aria-describedby={choice.description ? `${id}-${choice.value}-more` : undefined}
              aria-invalid={error ? true : undefined}
              className="radio mt-0.5 shrink-0 outline-none"
            />
          </label>
        ))}
      </div>
    </FieldGroup>
  );
}
