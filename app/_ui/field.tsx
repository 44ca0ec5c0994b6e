"use client";

import { type ComponentProps, type ReactNode, useId, useState } from "react";
import { type Described, describedBy, FieldError, Frame, one } from "./field-frame";
import { useField } from "./form";
import { Glyph } from "./glyph";

/**
 * Draws a single-line text field. `suffix` is shown at its end (a unit, a currency). What is typed into a secret field
 * is never in a page that the server renders.
 */
export function TextField({
  label,
  name,
  hint,
  isLabelHidden,
  optional,
  suffix,
  isSecret,
  className,
  defaultValue,
  autoFocus,
  ...rest
}: Described & Omit<ComponentProps<"input">, "name"> & { suffix?: ReactNode; isSecret?: boolean }) {
  const id = useId();
  const { error, typed, isFirstBad } = useField(name);
  return (
    <Frame {...{ id, label, hint, error, isLabelHidden, optional, className }}>
      <div className="relative">
        <input
          {...rest}
          id={id}
          name={name}
          {...(isSecret && { type: "password", autoComplete: "off" })}
          defaultValue={isSecret ? undefined : (one(typed) ?? defaultValue)}
          // biome-ignore lint/a11y/noAutofocus: the first bad field takes the focus also when no script does it.
          autoFocus={autoFocus || isFirstBad}
          aria-invalid={error ? true : undefined}
          aria-describedby={describedBy(id, hint, error)}
          className={`control ${suffix ? "pr-16" : ""}`}
        />
        {suffix && (
          <span className="pointer-events-none absolute inset-y-0 right-3 flex items-center text-[0.8125rem] text-ink-faint">
            {suffix}
          </span>
        )}
      </div>
    </Frame>
  );
}

/** Draws a field for several lines of text. It grows with its contents where the browser supports it. */
export function TextAreaField({
  label,
  name,
  hint,
  isLabelHidden,
  optional,
  className,
  defaultValue,
  autoFocus,
  rows = 3,
  ...rest
}: Described & Omit<ComponentProps<"textarea">, "name">) {
  const id = useId();
  const { error, typed, isFirstBad } = useField(name);
  return (
    <Frame {...{ id, label, hint, error, isLabelHidden, optional, className }}>
      <textarea
        {...rest}
        id={id}
        name={name}
        rows={rows}
        defaultValue={one(typed) ?? defaultValue}
        // biome-ignore lint/a11y/noAutofocus: the first bad field takes the focus also when no script does it.
        autoFocus={autoFocus || isFirstBad}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, hint, error)}
        className="control max-h-80 min-h-20 field-sizing-content py-2"
      />
    </Frame>
  );
}

export type Option = { value: string; label: string; hint?: string; disabled?: boolean };

/** Draws a native select. The hint of the selected option is shown below it. */
export function SelectField({
  label,
  name,
  hint,
  isLabelHidden,
  optional,
  options,
  className,
  defaultValue,
  onChange,
  ...rest
}: Described & Omit<ComponentProps<"select">, "name" | "defaultValue"> & { options: Option[]; defaultValue?: string }) {
  const id = useId();
  const { error, typed } = useField(name);
  const initial = one(typed) || defaultValue || options[0]?.value;
  const [chosen, setChosen] = useState(initial);
  const shownHint = options.find((option) => option.value === chosen)?.hint ?? hint;
  return (
    <Frame {...{ id, label, hint: shownHint, error, isLabelHidden, optional, className }}>
      <div className="relative">
        <select
          {...rest}
          id={id}
          name={name}
          defaultValue={initial}
          onChange={(event) => {
            setChosen(event.currentTarget.value);
            onChange?.(event);
          }}
          aria-invalid={error ? true : undefined}
          aria-describedby={describedBy(id, shownHint, error)}
          className="control"
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.label}
            </option>
          ))}
        </select>
        <span className="pointer-events-none absolute inset-y-0 right-3 flex items-center text-ink-faint">
          <Glyph name="down" />
        </span>
      </div>
    </Frame>
  );
}

/** Draws a group of controls under one legend, with a hint and the error of the field `name`. */
export function FieldGroup({
  legend,
  name,
  hint,
  className = "",
  children,
}: {
  legend: ReactNode;
  name: string;
  hint?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  const id = useId();
  const { error } = useField(name);
  return (
    <fieldset className={`min-w-0 ${className}`} aria-describedby={describedBy(id, hint, error)}>
      <legend className="mb-1.5 font-medium">{legend}</legend>
      {hint && (
        <p id={`${id}-hint`} className="-mt-1 mb-2 text-[0.8125rem] text-ink-faint">
          {hint}
        </p>
      )}
      {children}
      {error && (
        <div className="mt-1.5">
          <FieldError id={`${id}-error`}>{error}</FieldError>
        </div>
      )}
    </fieldset>
  );
}
