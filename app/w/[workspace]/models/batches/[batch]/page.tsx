import type { Metadata } from "next";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { DialogButton } from "@/app/_ui/dialog-button";
import { Flash } from "@/app/_ui/flash";
import { X } from "@/app/_ui/icons";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { whoMay } from "@/app/w/[workspace]/_shared/permission";
import { RequestAccess } from "@/app/w/[workspace]/_shared/request-access";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { api } from "@/server/composition/caller";
import { ModelTabs } from "../../tabs";
import { cancelBatch } from "../actions";
import { isOver, nameOf, StatusBadge } from "../batch-words";
import { ErrorsCard, ProgressCard, SettingsCard } from "./cards";
import { LiveBatch } from "./live-batch";

export const metadata: Metadata = { title: "Batch" };

const news = new Map(
  Object.entries({
    created: "Batch created. Its lines are checked now.",
    cancelled: "Cancelling. The batch ends when the requests in progress are completed.",
  }),
);

type Props = {
  params: Promise<{ workspace: string; batch: string }>;
  searchParams: Promise<{ dialog?: string; done?: string }>;
};

export default async function Batch({ params, searchParams }: Props) {
  const [{ workspace: slug, batch: batchId }, query] = await Promise.all([params, searchParams]);
  const { members, batches } = await api();
  const [workspace, batch] = await Promise.all([workspaceHere(slug), batches.get({ workspace: slug, batchId })]);
  const mayUse = workspace.permissions.includes("model:use");
  const reason = mayUse ? undefined : whoMay("model:use", await members.admins({ workspace: slug }));
  const here = `/w/${slug}/models/batches/${batchId}`;
  const { status, waitingBecause, errors } = batch;
  const hasEnded = isOver(status);
  const isClosing = status === "cancelling" || status === "finalizing";
  return (
    <>
      <Flash news={news} done={query.done} />
      <PageHeader
        title={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="wrap-anywhere">{nameOf(batch)}</span>
            <StatusBadge status={status} isWaiting={waitingBecause !== null} />
          </span>
        }
        purpose={
          <>
            Sends its requests to <span className="wrap-anywhere font-mono text-[0.875em]">{batch.endpoint}</span>.
          </>
        }
        action={
          !hasEnded && (
            <>
              <LiveBatch workspace={slug} batch={batchId} seen={batch.version} />
              {!mayUse && <RequestAccess slug={slug} permission="model:use" />}
              <DialogButton
                icon={<X />}
                dialog="cancel"
                href={`${here}?dialog=cancel`}
                disabledReason={reason ?? (isClosing ? "It is already ending." : undefined)}
              >
                Cancel batch
              </DialogButton>
            </>
          )
        }
      />
      <ModelTabs slug={slug} current="Batches" />
      <div className="flex flex-col gap-6">
        {waitingBecause !== null && (
          <Notice tone="warning" role="note" title="It waits">
            {waitingBecause} It continues automatically.
          </Notice>
        )}
        {errors !== null && errors.length > 0 && <ErrorsCard errors={errors} />}
        <div className="grid items-start gap-6 lg:grid-cols-2">
          <ProgressCard slug={slug} batch={batch} />
          <SettingsCard batch={batch} />
        </div>
      </div>
      {mayUse && !hasEnded && !isClosing && (
        <ConfirmDialog
          id="cancel"
          open={query.dialog === "cancel"}
          title="Cancel this batch?"
          description="Requests in progress are completed and charged. Answers received stay in its results. A cancelled batch cannot be started again."
          closeHref={here}
          action={cancelBatch}
          closeOnDone
          fields={{ workspace: slug, batchId }}
          submitLabel="Cancel batch"
          cancelLabel="Keep it"
          pendingLabel="Cancelling…"
        />
      )}
    </>
  );
}
