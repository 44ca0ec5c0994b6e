"use client";

import { useEffect } from "react";
import { CopyField } from "@/app/_ui/copy-field";
import { CloseDialogButton, DialogActions } from "@/app/_ui/dialog";
import { DownloadLink } from "@/app/_ui/download-link";
import { Notice } from "@/app/_ui/notice";

export type Created = { name: string; secret: string };

/** Draws a new key's secret, once. `onShown` tells the dialog around it that it must not close by accident. */
export function Secret({ name, secret, onShown }: Created & { onShown: (isShown: true) => void }) {
  useEffect(() => onShown(true), [onShown]);
  return (
    <>
      <Notice tone="warning" title={`This is the only time you see the key of ${name}`} role="status">
        Copy it now and keep it where your program reads its secrets.
      </Notice>
      <CopyField label="Your new key" value={secret} buttonLabel="Copy key" />
      <DialogActions>
        <DownloadLink fileName=".env" text={`ATELIER_API_KEY=${secret}\n`}>
          Download .env
        </DownloadLink>
        <CloseDialogButton variant="primary">Done</CloseDialogButton>
      </DialogActions>
    </>
  );
}
