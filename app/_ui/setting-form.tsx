"use client";

import { type ReactNode, useEffect, useRef, useState } from "react";
import { Form, type FormProps, SubmitButton, useFormState } from "./form";
import { Glyph } from "./glyph";

type SaveProps = { saves?: string | undefined; disabledReason?: string | undefined };

/**
 * Draws a form that saves a setting: its fields, then "Save" at the start of the line below them, and beside it the
 * message of the last save. `saves` names the setting for screen readers: "default role". `disabledReason`: why this
 * person may not save it.
 */
export function SettingForm<T>({ saves, disabledReason, children, ...form }: FormProps<T> & SaveProps) {
  return (
    <Form {...form} saysAtButton>
      {children}
      <SaveRow saves={saves} disabledReason={disabledReason} />
    </Form>
  );
}

/**
 * Draws the line with "Save". The button gets the accent colour once something was changed; the message disappears with
 * the next change.
 */
function SaveRow({ saves, disabledReason }: SaveProps) {
  const { state } = useFormState();
  const row = useRef<HTMLDivElement>(null);
  const [changed, setChanged] = useState<typeof state>();
  const isChanged = changed === state;
  useEffect(() => {
    const form = row.current?.closest("form");
    const listen = () => setChanged(state);
    form?.addEventListener("input", listen);
    return () => form?.removeEventListener("input", listen);
  }, [state]);
  const said = state.status === "done" && !isChanged ? state.message : undefined;
  return (
    <div ref={row} className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-2">
      <SubmitButton
        variant={isChanged ? "primary" : "secondary"}
        pendingLabel="Saving…"
        disabledReason={disabledReason}
        aria-label={saves ? `Save ${saves}` : undefined}
      >
        Save
      </SubmitButton>
      <p role="status" className="flex items-center gap-1.5 text-[0.8125rem] text-success">
        {said && (
          <>
            <Glyph name="check" className="size-3.5" />
            {said}
          </>
        )}
      </p>
    </div>
  );
}

/** Puts two settings of one card beside each other where there is space. */
export function SettingPair({ children }: { children: ReactNode }) {
  return <div className="grid gap-6 xl:grid-cols-2">{children}</div>;
}
