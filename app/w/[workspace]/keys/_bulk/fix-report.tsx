"use client";

import { CloseDialogButton, DialogActions } from "@/app/_ui/dialog";
import { FormDone } from "@/app/_ui/form";

type Report = { done: string[]; skipped: { id: string; name: string | null; message: string }[] };

/** Lists the keys that were not changed, each with the reason. */
export function FixReport() {
  return (
    <FormDone<Report>>
      {({ skipped }) => (
        <>
          {skipped.length > 0 && (
            <ul aria-label="Not changed" className="flex flex-col gap-2 text-[0.8125rem]">
              {skipped.map(({ id, name, message }) => (
                <li key={id}>
                  <span className="font-medium">{name ?? id}</span>: {message}
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
