"use client";

import { type ComponentProps, type ReactNode, useId } from "react";
import { FieldGroup } from "./field";
import { useField } from "./form";

export type Choice = { value: string; label: ReactNode; description?: ReactNode; icon?: ReactNode };

/** One of a few, each a card with a name, a sentence and an icon. */
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
              className="mt-0.5 size-4 shrink-0 outline-none"
            />
          </label>
        ))}
      </div>
    </FieldGroup>
  );
}

/** Yes or no, or one of several of the same name (then `value` tells them apart). */
export function CheckboxField({
  label,
  name,
  hint,
  value = "on",
  defaultChecked,
  className = "",
  ...rest
}: Omit<ComponentProps<"input">, "type" | "name" | "value"> & {
  label: ReactNode;
  name: string;
  hint?: ReactNode;
  value?: string;
}) {
  const id = useId();
  const { error, typed } = useField(name);
  const isChecked =
    typed === undefined ? defaultChecked : Array.isArray(typed) ? typed.includes(value) : typed === value;
  return (
    <div className={`flex items-start gap-2.5 ${className}`}>
      <span className="grid size-6 shrink-0 place-items-center">
        <input
          {...rest}
          id={id}
          type="checkbox"
          name={name}
          value={value}
          defaultChecked={isChecked}
          aria-invalid={error ? true : undefined}
          aria-describedby={hint ? `${id}-hint` : undefined}
          className="size-4"
        />
      </span>
      <span className="min-w-0 py-px">
        <label htmlFor={id}>{label}</label>
        {hint && (
          <span id={`${id}-hint`} className="block text-[0.8125rem] text-ink-faint">
            {hint}
          </span>
        )}
      </span>
    </div>
  );
}
