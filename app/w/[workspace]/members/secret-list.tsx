"use client";

import { CopyField } from "@/app/_ui/copy-field";
import { CloseDialogButton, DialogActions } from "@/app/_ui/dialog";
import { DownloadLink } from "@/app/_ui/download-link";
import { Notice } from "@/app/_ui/notice";

export type NewSecret = { id: string; name: string; secret: string };

/** New secrets of several keys, once. */
export default function SecretList({ secrets }: { secrets: NewSecret[] }) {
  const file = secrets.map(({ name, secret }, index) => `# ${name}\nATELIER_API_KEY${suffix(index)}=${secret}\n`);
  return (
    <>
      <Notice tone="warning" title="This is the only time you see these keys" role="status">
        Copy each now, and put it where the program that used the old one reads its secrets.
      </Notice>
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
