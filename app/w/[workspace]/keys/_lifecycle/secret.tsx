"use client";

import { useEffect } from "react";
import { CopyField } from "@/app/_ui/copy-field";
import { CloseDialogButton, DialogActions } from "@/app/_ui/dialog";
import { DownloadLink } from "@/app/_ui/download-link";
import { Notice } from "@/app/_ui/notice";
import { ProgramList } from "@/app/w/[workspace]/_shared/program-list";

export type Created = { name: string; secret: string; baseUrl: string };

/** Draws a new key's secret, once, and what to set in each program. `onShown` tells the dialog around it that it must not close by accident. */
export function Secret({ name, secret, baseUrl, onShown }: Created & { onShown: (isShown: true) => void }) {
  useEffect(() => onShown(true), [onShown]);
  return (
    <>
      <Notice tone="warning" title={`This is the only time you see the key of ${name}`} role="status">
        Copy it now and keep it where your program reads its secrets.
      </Notice>
      <CopyField label="Your new key" value={secret} buttonLabel="Copy key" />
      <details>
        <summary className="cursor-pointer text-[0.875rem] text-ink-soft hover:text-ink">Connect a program</summary>
        <div className="mt-3">
          <ProgramList baseUrl={baseUrl} secret={secret} />
        </div>
      </details>
      <DialogActions>
        <DownloadLink fileName=".env" text={`ATELIER_API_KEY=${secret}\n`}>
          Download .env
        </DownloadLink>
        <CloseDialogButton variant="primary">Done</CloseDialogButton>
      </DialogActions>
    </>
  );
}
