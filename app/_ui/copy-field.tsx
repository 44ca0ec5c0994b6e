"use client";

import { useId } from "react";
import { CopyButton } from "./copy-button";

/** Draws a read-only field that selects its text on focus, with a button that copies it. */
export function CopyField({
  label,
  value,
  buttonLabel = "Copy",
  isLabelHidden,
  hint,
}: {
  label: string;
  value: string;
  buttonLabel?: string;
  isLabelHidden?: boolean;
  hint?: string;
}) {
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <label htmlFor={id} className={isLabelHidden ? "sr-only" : "font-medium"}>
        {label}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          readOnly
          value={value}
          spellCheck={false}
          autoComplete="off"
          aria-describedby={hint ? `${id}-hint` : undefined}
          onFocus={(event) => event.currentTarget.select()}
          className="control min-w-0 flex-1 font-mono text-[0.8125rem]"
        />
        <CopyButton value={value}>{buttonLabel}</CopyButton>
      </div>
      {hint && (
        <p id={`${id}-hint`} className="text-[0.8125rem] text-ink-faint">
          {hint}
        </p>
      )}
    </div>
  );
}
