"use client";

import { useRouter } from "next/navigation";
import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { CloseDialogButton, Dialog, DialogActions } from "@/app/_ui/dialog";
import { useDialog } from "@/app/_ui/dialog-context";
import { useHold } from "@/app/_ui/dialog-holds";
import { SelectField } from "@/app/_ui/field";
import { FileField } from "@/app/_ui/file-field";
import { formatBytes } from "@/app/_ui/format";
import { Notice } from "@/app/_ui/notice";
import { Button } from "@/app/_ui/plain-button";
import { type Progress, type Sent, sendFile } from "./send-file";

/** The text about an upload that was refused. */
export type Refused = { reason?: string; message: string; field?: string; flaws?: string[] };

type Props = {
  here: string;
  /** The address to which the form is sent. */
  action: string;
  isOpen: boolean;
  /** The refusal in the address, of a form that was sent without JavaScript. */
  refused: Refused | undefined;
  /** The largest file, in bytes. */
  longest: number;
  /** The page where more space can be requested. */
  askHref: string;
};

/**
 * Draws the dialog "Upload file". Without JavaScript the form is sent as it is; with it the progress is shown and the
 * upload can be cancelled.
 */
export function UploadDialog({ here, action, isOpen, refused, longest, askHref }: Props) {
  return (
    <Dialog
      id="upload"
      open={isOpen}
      title="Upload file"
      description="A JSONL file of at most 512 MB: samples to fine-tune a model with, or the requests of a batch."
      closeHref={here}
    >
      <UploadForm {...{ here, action, refused, longest, askHref }} />
    </Dialog>
  );
}

type FormProps = Omit<Props, "isOpen">;

function UploadForm({ here, action, refused, longest, askHref }: FormProps) {
  const router = useRouter();
  const dialog = useDialog();
  const [outcome, setOutcome] = useState<Sent | undefined>(refused && { status: "refused", ...refused });
  const [progress, setProgress] = useState<Progress>();
  const cancel = useRef<() => void>(undefined);
  const form = useRef<HTMLFormElement>(null);

  // Leaving the page cancels the upload.
  useHold(progress && "waiting");
  useEffect(() => () => cancel.current?.(), []);
  useEffect(() => {
    if (outcome?.status === "refused") form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [outcome]);

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (progress) return;
    const data = new FormData(event.currentTarget);
    const file = data.get("file") as File;
    const problem = !file.name
      ? "Choose a file to upload."
      : file.size > longest
        ? "The file is larger than 512 MB."
        : "";
    if (problem) return setOutcome({ status: "refused", field: "file", message: problem });
    // The file is sent last: the server then knows the other fields and can refuse an invalid file before all of it is
    // sent.
    data.delete("file");
    data.append("file", file);
    setOutcome(undefined);
    setProgress({ loaded: 0, total: file.size });
    const sending = sendFile(action, data, setProgress);
    cancel.current = sending.cancel;
    const sent = await sending.sent;
    cancel.current = undefined;
    setProgress(undefined);
    if (sent.status !== "done") return setOutcome(sent);
    form.current?.reset();
    dialog?.close();
    router.push(`${here.split("?")[0]}?done=uploaded` as never);
  }

  const refusal = outcome?.status === "refused" ? outcome : undefined;
  const isAboutFile = refusal?.field === "file";
  return (
    <form
      ref={form}
      method="post"
      action={action}
      encType="multipart/form-data"
      noValidate
      onSubmit={submit}
      className="flex flex-col gap-5"
    >
      {refusal && !isAboutFile && <Notice tone="danger">{refusal.message}</Notice>}
      <fieldset disabled={progress !== undefined} className="flex min-w-0 flex-col gap-5">
        <SelectField
          label="Used for"
          name="purpose"
          options={[
            { value: "fine-tune", label: "Fine-tuning", hint: "Conversations or plain text, one kind per file." },
            { value: "batch", label: "A batch", hint: "A request on every line, with custom_id and body." },
          ]}
        />
        <FileField
          label="File"
          name="file"
          accept=".jsonl,.ndjson,application/jsonl,application/x-ndjson"
          {...(isAboutFile ? { error: refusal.message } : {})}
          details={
            <>
              <Flaws flaws={(isAboutFile && refusal.flaws) || []} />
              {refusal?.reason === "workspace_full" && <AskForRoom href={askHref} />}
            </>
          }
          onChange={() => setOutcome(undefined)}
        />
        <SelectField
          label="Visible to"
          name="visibility"
          options={[
            { value: "workspace", label: "All members of the workspace" },
            { value: "user", label: "Only me", hint: "Only you can see it, here and with your own keys." },
          ]}
        />
        <SelectField
          label="Delete after"
          name="expiry"
          options={[
            { value: "", label: "Never" },
            { value: "720", label: "30 days" },
            { value: "2160", label: "90 days" },
            { value: "8760", label: "1 year" },
          ]}
        />
      </fieldset>
      {progress && <HowFar {...progress} />}
      {outcome?.status === "cancelled" && <Notice>Upload cancelled. Nothing was kept.</Notice>}
      <DialogActions>
        {progress ? (
          <Button onClick={() => cancel.current?.()}>Cancel upload</Button>
        ) : (
          <CloseDialogButton>Cancel</CloseDialogButton>
        )}
        <Button type="submit" variant="primary" aria-disabled={progress ? true : undefined}>
          {progress ? "Uploading…" : "Upload"}
        </Button>
      </DialogActions>
    </form>
  );
}

function HowFar({ loaded, total }: Progress) {
  const isSent = loaded >= total;
  return (
    <div>
      <p className="figures mb-1.5 text-[0.8125rem] text-ink-soft">
        {isSent ? "Upload complete; saving the file…" : `${formatBytes(loaded)} of ${formatBytes(total)}`}
      </p>
      <progress className="bar" aria-label="Upload" value={loaded} max={total || 1} />
    </div>
  );
}

function Flaws({ flaws }: { flaws: string[] }) {
  if (flaws.length === 0) return null;
  return (
    <ul aria-label="Lines that cannot be used" className="max-h-48 list-disc overflow-y-auto pl-5 text-[0.8125rem]">
      {flaws.map((flaw) => (
        <li key={flaw}>{flaw}</li>
      ))}
    </ul>
  );
}

/** Draws the link to the request for more space for files. */
export const AskForRoom = ({ href }: { href: string }) => (
  <a href={href} target="_blank" rel="noreferrer" className="underline underline-offset-2">
    Ask for more
  </a>
);
