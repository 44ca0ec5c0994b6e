import { Badge } from "@/app/_ui/badge";
import { formatNumber } from "@/app/_ui/format";
import { ProgressBar } from "@/app/_ui/progress-bar";
import type { batchStatuses } from "@/server/batches/input";

export type BatchStatus = (typeof batchStatuses)[number];

type Tone = Parameters<typeof Badge>[0]["tone"];

/** The names of the states. */
export const statusNames = {
  validating: ["Checking lines", "neutral"],
  in_progress: ["Running", "accent"],
  finalizing: ["Writing files", "accent"],
  completed: ["Completed", "success"],
  failed: ["Failed", "danger"],
  expired: ["Expired", "warning"],
  cancelling: ["Cancelling", "neutral"],
  cancelled: ["Cancelled", "neutral"],
} as const satisfies Record<BatchStatus, readonly [string, Tone]>;

export function StatusBadge({ status, isWaiting }: { status: BatchStatus; isWaiting: boolean }) {
  if (status === "in_progress" && isWaiting) return <Badge tone="warning">Waiting</Badge>;
  const [name, tone] = statusNames[status];
  return <Badge tone={tone}>{name}</Badge>;
}

/** Checks whether the state is final. */
export const isOver = (status: BatchStatus) => /^(completed|failed|expired|cancelled)$/.test(status);

type Counts = { total: number; completed: number; failed: number };

/** Draws "40 of 100 requests, 2 failed", with a bar. */
export function RequestProgress({ total, completed, failed, label }: Counts & { label: string }) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span className="figures">
        {formatNumber(completed + failed)} of {formatNumber(total)} requests
        {failed > 0 && `, ${formatNumber(failed)} failed`}
      </span>
      <ProgressBar label={label} value={completed + failed} max={total} />
    </div>
  );
}

/** Returns the display name of a batch: its file, or the beginning of its id if the file is another member's. */
export const nameOf = ({ id, inputName }: { id: string; inputName: string | null }) =>
  inputName ?? `Batch ${id.slice(0, 8)}`;
