"use client";

import { useEffect } from "react";
import { CloseDialogButton, DialogActions } from "./dialog";
import { FormDone } from "./form";
import type { Outcome } from "./selection-text";

/** Lists each row that was not changed, with the reason. The rows that were changed are deselected. */
export function SelectionReport({ names }: { names: { id: string; name: string }[] }) {
  const called = new Map(names.map(({ id, name }) => [id, name]));
  return (
    <FormDone<Outcome>>
      {({ skipped }) => (
        <>
          <Untick />
          {skipped.length > 0 && (
            <ul aria-label="Not changed" className="flex flex-col gap-2 text-[0.8125rem]">
              {skipped.map(({ id, message }) => (
                <li key={id} className="wrap-anywhere">
                  <span className="font-medium">{called.get(id) ?? "One that is no longer here"}</span>: {message}
                </li>
              ))}
            </ul>
          )}
          <DialogActions>
            <CloseDialogButton variant="primary">Done</CloseDialogButton>
          </DialogActions>
        </>
      )}
    </FormDone>
  );
}

function Untick() {
  useEffect(() => {
    for (const box of document.querySelectorAll<HTMLInputElement>('tbody [data-kind="tick"] input:checked'))
      box.checked = false;
    document.dispatchEvent(new Event("change"));
  }, []);
  return null;
}
