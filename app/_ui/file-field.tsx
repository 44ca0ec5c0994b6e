"use client";

import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { type Described, describedBy, Frame } from "./field-frame";
import { useFormState } from "./form";
import { formatBytes } from "./format";
import { buttonClass } from "./plain-button";

/**
 * Draws a file to choose, or to drop: what is chosen with its size, and a button. The browser's own control lies over all of
 * it, unseen, so that the keyboard, a dropped file and a form without JavaScript work as they always do; without JavaScript it
 * is seen, as nothing else could say which file was chosen. What is wrong stands below, `details` with it.
 */
export function FileField({
  label,
  name,
  hint,
  accept,
  error,
  details,
  disabled,
  isOptional,
  shown,
  empty = "No file chosen",
  verb = "Choose a file",
  maxBytes,
  onChange,
}: Omit<Described, "isLabelHidden" | "optional"> & {
  accept?: string;
  error?: string;
  details?: ReactNode;
  disabled?: boolean;
  isOptional?: boolean;
  /** A picture of what is there, at the start. */
  shown?: ReactNode;
  /** Said while nothing is chosen. */
  empty?: ReactNode;
  verb?: string;
  /** A larger file is not kept in the field. */
  maxBytes?: number;
  onChange?: (file: File | undefined) => void;
}) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const { state } = useFormState();
  const [chosen, setChosen] = useState<File>();
  // A form that is done has sent it, and what is saved next is another one.
  useEffect(() => {
    if (state.status !== "done" || !input.current) return;
    input.current.value = "";
    setChosen(undefined);
  }, [state]);
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <Frame {...{ id, label, hint, ...(isOptional && { optional: true }), ...(error ? { error } : {}) }}>
        <div className="file-field" data-invalid={error ? "" : undefined} data-off={disabled ? "" : undefined}>
          {shown}
          <span aria-hidden="true" className="min-w-0 flex-1 noscript:hidden">
            {chosen ? (
              <>
                <span className="wrap-anywhere line-clamp-2">{chosen.name}</span>
                <span className="text-[0.8125rem] text-ink-faint"> {formatBytes(chosen.size)}</span>
              </>
            ) : (
              <span className="text-ink-faint">{empty}</span>
            )}
          </span>
          <span aria-hidden="true" className={`${buttonClass({ size: "sm" })} noscript:hidden`}>
            {chosen ? "Choose another" : verb}
          </span>
          <input
            ref={input}
            id={id}
            type="file"
            name={name}
            accept={accept}
            disabled={disabled}
            required={!isOptional}
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              const isLarge = file !== undefined && maxBytes !== undefined && file.size > maxBytes;
              if (isLarge) event.currentTarget.value = "";
              setChosen(isLarge ? undefined : file);
              onChange?.(file);
            }}
            aria-invalid={error ? true : undefined}
            aria-describedby={describedBy(id, hint, error)}
          />
        </div>
      </Frame>
      {details}
    </div>
  );
}
