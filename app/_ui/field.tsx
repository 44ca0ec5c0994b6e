"use client";

import { type ComponentProps, type ReactNode, useId, useState } from "react";
import { useField } from "./form";
import { Glyph } from "./glyph";

type Described = {
  label: ReactNode;
  name: string;
  hint?: ReactNode;
  /** Hide the label from sight, not from screen readers. */
  isLabelHidden?: boolean;
  /** Says "Optional" beside the label. */
  optional?: boolean;
};

const one = (typed: string | string[] | undefined) => (Array.isArray(typed) ? typed[0] : typed);

/** Label above, hint and error below, each wired to the control by id. */
function Frame({
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

function FieldError({ id, children }: { id: string; children: ReactNode }) {
  return (
    <p id={id} className="flex items-start gap-1.5 text-[0.8125rem] text-danger">
      <Glyph name="alert" className="mt-[0.1875rem] size-3.5" />
      {children}
    </p>
  );
}

const describedBy = (id: string, hint: unknown, error: unknown) =>
  [error ? `${id}-error` : "", hint ? `${id}-hint` : ""].filter(Boolean).join(" ") || undefined;

/** One line of text. `suffix` is shown at the field's end (a unit, a currency). */
export function TextField({
  label,
  name,
  hint,
  isLabelHidden,
  optional,
  suffix,
  className,
  defaultValue,
  autoFocus,
  ...rest
}: Described & Omit<ComponentProps<"input">, "name"> & { suffix?: ReactNode }) {
  const id = useId();
  const { error, typed, isFirstBad } = useField(name);
  return (
    <Frame {...{ id, label, hint, error, isLabelHidden, optional, className }}>
      <div className="relative">
        <input
          {...rest}
          id={id}
          name={name}
          defaultValue={one(typed) ?? defaultValue}
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

/** Several lines of text; it grows with what is typed where the browser can. */
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

/** A native select. The hint of the chosen option is shown below it. */
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

/** A set of controls under one legend, with its own hint and the error of `name`. */
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
