import { Badge } from "@/app/_ui/badge";
import { formatNumber } from "@/app/_ui/format";
import { ProgressBar } from "@/app/_ui/progress-bar";
import type { jobStatuses } from "@/server/fine-tuning/input";

export type JobStatus = (typeof jobStatuses)[number];

type Tone = Parameters<typeof Badge>[0]["tone"];

/** The names of the states. */
export const statusNames = {
  QUEUED: ["Queued", "neutral"],
  VALIDATING: ["Checking files", "neutral"],
  VALIDATED: ["Ready to start", "warning"],
  STARTED: ["Starting", "accent"],
  RUNNING: ["Running", "accent"],
  SUCCESS: ["Done", "success"],
  FAILED_VALIDATION: ["Files not accepted", "danger"],
  FAILED: ["Failed", "danger"],
  CANCELLATION_REQUESTED: ["Cancelling", "neutral"],
  CANCELLED: ["Cancelled", "neutral"],
} as const satisfies Record<JobStatus, readonly [string, Tone]>;

export function StatusBadge({ status }: { status: JobStatus }) {
  const [name, tone] = statusNames[status];
  return <Badge tone={tone}>{name}</Badge>;
}

/** Checks whether the state is final. */
export const isOver = (status: JobStatus) => /^(SUCCESS|FAILED|FAILED_VALIDATION|CANCELLED)$/.test(status);

/** Draws "Step 40 of 100", with a bar. */
export function StepProgress({ step, steps, label }: { step: number; steps: number | null; label: string }) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span className="figures">
        Step {formatNumber(step)}
        {steps !== null && ` of ${formatNumber(steps)}`}
      </span>
      <ProgressBar label={label} value={step} max={steps} />
    </div>
  );
}

/** Formats a rough remaining time: "12 seconds", "3 minutes". */
export function roughly(seconds: number): string {
  if (seconds < 60) return seconds === 1 ? "1 second" : `${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return minutes === 1 ? "1 minute" : `${minutes} minutes`;
  return `${Math.round(minutes / 60)} hours`;
}
