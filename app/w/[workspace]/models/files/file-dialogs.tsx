import { CopyField } from "@/app/_ui/copy-field";
import { CloseDialogButton, Dialog, DialogActions } from "@/app/_ui/dialog";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatBytes, formatCount, formatExact, formatNumber } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import type { Api } from "@/server/composition/caller";
import { removeFile } from "./actions";
import { kindOf } from "./file-words";

type FileDetails = Awaited<ReturnType<Api["files"]["get"]>>;
type Props = { slug: string; here: string; file: FileDetails };

/** Draws the dialog "Details": everything about a file, and the jobs that read it. */
export function DetailsDialog({ slug, here, file }: Props) {
  const facts: [string, string][] = [
    ["Size", `${formatBytes(file.bytes)} (${formatCount(file.bytes, "byte")})`],
    ["Kind", file.lines === null ? kindOf(file) : `${kindOf(file)}, ${formatCount(file.lines, "sample")}`],
    ["Visible to", file.visibility === "user" ? "Only you" : "All members of the workspace"],
    ["Uploaded", `${formatExact(file.createdAt)} by ${file.uploaderName ?? "a service key"}`],
    ...(file.keyName ? ([["With the key", file.keyName]] as [string, string][]) : []),
    ["Is deleted", file.expiresAt ? formatExact(file.expiresAt) : "Never by itself"],
  ];
  return (
    <Dialog id={`details-${file.id}`} open title={file.filename} closeHref={here}>
      <div className="flex flex-col gap-5">
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-5 gap-y-1.5 text-[0.8125rem]">
          {facts.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-ink-soft">{name}</dt>
              <dd className="wrap-anywhere">{value}</dd>
            </div>
          ))}
        </dl>
        <CopyField label="Id" value={file.id} buttonLabel="Copy id" />
        <CopyField label="SHA-256" value={file.sha256} />
        <div>
          <h3 className="mb-1.5 font-medium">Fine-tuning jobs that read it</h3>
          {file.jobs.length > 0 ? (
            <ul className="flex flex-col gap-1 text-[0.8125rem]">
              {file.jobs.map((job) => (
                <li key={job.id}>
                  <a href={`/w/${slug}/models/jobs/${job.id}`} className="underline underline-offset-2">
                    {job.model}
                  </a>{" "}
                  <span className="text-ink-soft">
                    {job.status.toLowerCase().replaceAll("_", " ")}, {formatExact(job.createdAt)}
                  </span>
                </li>
              ))}
            </ul>
          ) : (
            <p className="text-[0.8125rem] text-ink-soft">None so far.</p>
          )}
        </div>
      </div>
    </Dialog>
  );
}

/**
 * Draws the dialog "Delete": it shows what depends on the file and asks for confirmation. A file that a running job
 * uses cannot be deleted.
 */
export function DeleteDialog({ slug, here, file }: Props) {
  const isInUse = file.jobs.some(({ isUnderWay }) => isUnderWay);
  const past = file.jobs.filter(({ isUnderWay }) => !isUnderWay).length;
  return (
    <Dialog
      id={`delete-${file.id}`}
      open
      title={`Delete ${file.filename}?`}
      description="It is deleted at once for all members, links to it stop working, and its bytes are erased. This cannot be undone."
      closeHref={here}
    >
      <Form action={removeFile} closeOnDone>
        <HiddenFields values={{ workspace: slug, fileId: file.id }} />
        {isInUse ? (
          <Notice tone="warning">
            A running fine-tuning job uses this file. Cancel the job, or wait until it has ended.
          </Notice>
        ) : (
          <p className="text-ink-soft">
            {past > 0
              ? `${formatNumber(past)} fine-tuning ${past === 1 ? "job has" : "jobs have"} read it. Their models do not change.`
              : "No fine-tuning job has read it."}
          </p>
        )}
        <DialogActions>
          <CloseDialogButton>Cancel</CloseDialogButton>
          {!isInUse && (
            <SubmitButton variant="danger" pendingLabel="Deleting…">
              Delete
            </SubmitButton>
          )}
        </DialogActions>
      </Form>
    </Dialog>
  );
}
