"use client";

import { CodeBlock } from "@/app/_ui/code-block";
import { CopyField } from "@/app/_ui/copy-field";
import { CloseDialogButton, DialogActions } from "@/app/_ui/dialog";
import { DownloadLink } from "@/app/_ui/download-link";
import { ShownOnce } from "@/app/_ui/shown-once";
import { firstRequest } from "@/app/w/[workspace]/_shared/first-request";
import { ProgramList } from "@/app/w/[workspace]/_shared/program-list";
import { Arrival } from "./arrival";

export type Created = { id: string; name: string; secret: string; baseUrl: string; model: string | null };

/**
 * Draws a new key's secret, once: alone, in a request that runs as it is, and in the settings of each program. Shows
 * when the first request has arrived.
 */
export function Secret({ id, name, secret, baseUrl, model, slug }: Created & { slug: string }) {
  return (
    <>
      <ShownOnce what={`the key of ${name}`}>Copy it now and keep it where your program reads its secrets.</ShownOnce>
      <CopyField label="Your new key" value={secret} buttonLabel="Copy key" />
      <div className="flex min-w-0 flex-col gap-2">
        <h3 className="font-medium text-[0.875rem]">Try it now: the code contains your key</h3>
        <CodeBlock label="A first request" samples={firstRequest(baseUrl, model, secret)} />
        <Arrival slug={slug} keyId={id} />
      </div>
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
