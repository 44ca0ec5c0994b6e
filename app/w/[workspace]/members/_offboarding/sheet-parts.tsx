"use client";

import type { ReactNode } from "react";
import { CopyField } from "@/app/_ui/copy-field";
import { CloseDialogButton, DialogActions } from "@/app/_ui/dialog";
import { DownloadLink } from "@/app/_ui/download-link";
import { useField, useFormState } from "@/app/_ui/form";
import { Glyph } from "@/app/_ui/glyph";
import { ShownOnce } from "@/app/_ui/shown-once";

export { CheckField } from "@/app/_ui/check-field";

/**
 * Draws the choice for one key: the actions that are always possible, and the options in `children`. The fields of all
 * keys have the same name; the value contains the key's id.
 */
export function KeyAction({ id, name, children }: { id: string; name: string; children?: ReactNode }) {
  const { typed } = useField("key");
  const chosen = [typed].flat().find((value) => value?.endsWith(`:${id}`)) ?? "";
  return (
    <div className="relative w-full sm:w-48">
      <select name="key" aria-label={`Action for ${name}`} defaultValue={chosen} className="control">
        <option value="">Same as for all</option>
        <option value={`keep:${id}`}>Keep</option>
        {children}
        <option value={`revoke:${id}`}>Revoke</option>
      </select>
      <span className="pointer-events-none absolute inset-y-0 right-3 flex items-center text-ink-faint">
        <Glyph name="down" />
      </span>
    </div>
  );
}

/** Shows the new secrets of rotated keys after a removal, once; without any, it draws its children. */
export function RotatedSecrets({ children }: { children: ReactNode }) {
  const { state } = useFormState<{ rotated: NewSecret[] }>();
  return state.status === "done" ? <SecretList secrets={state.data.rotated} /> : children;
}

type NewSecret = { id: string; name: string; secret: string };

/** Shows the new secrets of several keys, once. */
function SecretList({ secrets }: { secrets: NewSecret[] }) {
  const file = secrets.map(({ name, secret }, index) => `# ${name}\nATELIER_API_KEY${suffix(index)}=${secret}\n`);
  return (
    <>
      <ShownOnce what="these keys">
        Copy each now, and store it where the program that used the old one reads its secrets.
      </ShownOnce>
      {secrets.map(({ id, name, secret }) => (
        <CopyField key={id} label={`New key of ${name}`} value={secret} buttonLabel="Copy key" />
      ))}
      <DialogActions>
        <DownloadLink fileName=".env" text={file.join("")}>
          Download .env
        </DownloadLink>
        <CloseDialogButton variant="primary">Done</CloseDialogButton>
      </DialogActions>
    </>
  );
}

const suffix = (index: number) => (index === 0 ? "" : `_${index + 1}`);
