import type { Metadata } from "next";
import { LinkButton } from "@/app/_ui/button";
import { DialogButton } from "@/app/_ui/dialog-button";
import { Flash } from "@/app/_ui/flash";
import { Play, X } from "@/app/_ui/icons";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { whoMay } from "@/app/w/[workspace]/_shared/permission";
import { RequestAccess } from "@/app/w/[workspace]/_shared/request-access";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { isPrivateModel } from "@/server/access/private-models";
import { api } from "@/server/composition/caller";
import { ModelTabs } from "../../tabs";
import { isOver, StatusBadge } from "../job-words";
import { EventsCard } from "./events-card";
import { FilesCard } from "./files-card";
import { JobDialogs } from "./job-dialogs";
import { LiveJob } from "./live-job";
import { LossChart } from "./loss-chart";
import { ProgressCard } from "./progress-card";
import { SettingsCard } from "./settings-card";

export const metadata: Metadata = { title: "Fine-tuning job" };

const news = new Map(
  Object.entries({
    created: "Job created. Its files are now sent to the model server.",
    started: "Job started.",
    cancelled: "Cancelling. The job ends when the model server has stopped.",
  }),
);

type Props = {
  params: Promise<{ workspace: string; job: string }>;
  searchParams: Promise<{ dialog?: string; done?: string }>;
};

export default async function Job({ params, searchParams }: Props) {
  const [{ workspace: slug, job: jobId }, query] = await Promise.all([params, searchParams]);
  const { members, fineTuning } = await api();
  const [workspace, job] = await Promise.all([workspaceHere(slug), fineTuning.get({ workspace: slug, jobId })]);
  const mayTune = workspace.permissions.includes("model:fine-tune");
  const reason = mayTune ? undefined : whoMay("model:fine-tune", await members.admins({ workspace: slug }));
  const here = `/w/${slug}/models/jobs/${jobId}`;
  const hasEnded = isOver(job.status);
  const isWaiting = job.status === "VALIDATED" && !job.isAutoStart;
  const isBeingChecked = (job.status === "QUEUED" || job.status === "VALIDATING") && !job.isAutoStart;
  const isCancelling = job.status === "CANCELLATION_REQUESTED";
  return (
    <>
      <Flash news={news} done={query.done} />
      <PageHeader
        title={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="wrap-anywhere">{job.suffix ?? `Job ${job.id.slice(0, 8)}`}</span>
            <StatusBadge status={job.status} />
          </span>
        }
        purpose={
          <>
            Fine-tunes <span className="wrap-anywhere font-mono text-[0.875em]">{job.model}</span>.
          </>
        }
        action={
          !hasEnded && (
            <>
              <LiveJob workspace={slug} job={job.id} seen={job.version} />
              {!mayTune && <RequestAccess slug={slug} permission="model:fine-tune" />}
              {(isWaiting || isBeingChecked) && (
                <DialogButton
                  variant="primary"
                  icon={<Play />}
                  dialog="start"
                  href={`${here}?dialog=start`}
                  disabledReason={
                    reason ?? (isBeingChecked ? "The model server is still checking the files." : undefined)
                  }
                >
                  Start
                </DialogButton>
              )}
              <DialogButton
                icon={<X />}
                dialog="cancel"
                href={`${here}?dialog=cancel`}
                disabledReason={reason ?? (isCancelling ? "It is already being cancelled." : undefined)}
              >
                Cancel job
              </DialogButton>
            </>
          )
        }
      />
      <ModelTabs slug={slug} current="Fine-tuning jobs" />
      <div className="flex flex-col gap-6">
        <Notices slug={slug} job={job} isWaiting={isWaiting} />
        <ProgressCard job={job} />
        {job.checkpoints.length > 0 && <LossChart checkpoints={job.checkpoints} />}
        <div className="grid items-start gap-6 lg:grid-cols-2">
          <SettingsCard job={job} />
          <EventsCard events={job.events} />
        </div>
        <FilesCard slug={slug} files={job.files} />
      </div>
      {mayTune && !hasEnded && (
        <JobDialogs slug={slug} here={here} dialog={query.dialog} job={job} isWaiting={isWaiting} />
      )}
    </>
  );
}

type Shown = Pick<
  Parameters<typeof ProgressCard>[0]["job"],
  "status" | "model" | "failure" | "fineTunedModel" | "attempts" | "events" | "modelServer"
>;

function Notices({ slug, job, isWaiting }: { slug: string; job: Shown; isWaiting: boolean }) {
  const { status, failure, fineTunedModel, attempts, events, modelServer } = job;
  const refused = isWaiting && events.findLast(({ name }) => name === "start-refused")?.data.message;
  return (
    <>
      {failure !== null && (
        <Notice
          role="note"
          tone={status === "CANCELLED" ? "info" : "danger"}
          title={status === "CANCELLED" ? "Cancelled" : "This job failed"}
        >
          {failure}
        </Notice>
      )}
      {typeof refused === "string" && (
        <Notice tone="warning" title="It did not start automatically">
          {refused} Start it when the limits allow it.
        </Notice>
      )}
      {attempts > 1 && (
        <Notice tone="warning" title={`The model server ${modelServer ? `“${modelServer}” ` : ""}is not responding`}>
          Atelier keeps trying for at most six hours. The training so far is not lost.
        </Notice>
      )}
      {fineTunedModel !== null && isPrivateModel(fineTunedModel) && (
        <Notice tone="success" role="note" title="The model is ready">
          It is private: only its maker, the members it names and Admins see it.
        </Notice>
      )}
      {fineTunedModel !== null && !isPrivateModel(fineTunedModel) && (
        <Notice
          tone="success"
          role="note"
          title="The model is ready"
          action={
            <span className="flex flex-wrap gap-2">
              <LinkButton
                size="sm"
                href={`/w/${slug}/models/view/${fineTunedModel.split("/").map(encodeURIComponent).join("/")}`}
              >
                Open model
              </LinkButton>
              <LinkButton
                size="sm"
                href={`/w/${slug}/models/playground?${new URLSearchParams({ model: fineTunedModel, beside: job.model })}`}
              >
                Try it
              </LinkButton>
            </span>
          }
        >
          <span className="wrap-anywhere font-mono text-[0.8125rem]">{fineTunedModel}</span>
        </Notice>
      )}
    </>
  );
}
