"use client";

import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { type Described, describedBy, Frame } from "./field-frame";
import { useFormState } from "./form";
import { formatBytes } from "./format";
import { buttonClass } from "./plain-button";

/**
 * Draws a field to choose or drop a file: the chosen file with its size, and a button. The browser's own control covers
 * all of it invisibly, so that the keyboard, dropped files and forms without JavaScript work as usual. Without
 * JavaScript it is visible, because nothing else could show the chosen file. Errors are below, followed by `details`.
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
  /** A preview of the present file, before the text. */
  shown?: ReactNode;
  /** The text while no file is chosen. */
  empty?: ReactNode;
  verb?: string;
  /** A larger file is removed from the field. */
  maxBytes?: number;
  onChange?: (file: File | undefined) => void;
}) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const { state } = useFormState();
  const [chosen, setChosen] = useState<File>();
  // The form has sent the file; what is saved next is another one.
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
