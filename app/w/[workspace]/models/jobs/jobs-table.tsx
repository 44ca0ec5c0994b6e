"use client";

import { formatMoney, formatNumber } from "@/app/_ui/format";
import { RowLink } from "@/app/_ui/row-link";
import { type SortColumn, type Sorting, sortable } from "@/app/_ui/sorting";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { makerOf } from "../maker-of";
import { isOver, StatusBadge, StepProgress } from "./job-words";

type Row = RowOf<Outputs["fineTuning"]["list"]>;

const columns: SortColumn[] = [
  { label: "Job" },
  { label: "Status" },
  { label: "Created", sortBy: "newest", first: "desc" },
  { label: "Cost", align: "end" },
  { label: "Created by" },
  { label: "Files", align: "end" },
];

type Props = { path: string; rows: Row[]; currency: string; sorting: Sorting };

/** Draws a row per job, newest first. */
export function JobsTable({ path, rows, currency, sorting }: Props) {
  return (
    <Table label="Fine-tuning jobs" columns={sortable(columns, sorting)} isList>
      {rows.map((job) => (
        <TableRow key={job.id}>
          <TableCell kind="primary">
            <RowLink
              href={`${path}/${job.id}`}
              className="font-medium underline decoration-hairline underline-offset-4 hover:decoration-accent"
            >
              {job.suffix ?? `Job ${job.id.slice(0, 8)}`}
            </RowLink>
            <p className="wrap-anywhere font-mono text-[0.8125rem] text-ink-soft">{job.model}</p>
          </TableCell>
          <TableCell label="Status" isGlance>
            <div className="flex flex-col items-start gap-1.5">
              <StatusBadge status={job.status} />
              {job.status === "RUNNING" && (
                <div className="when-open w-full max-w-44 text-[0.8125rem] text-ink-soft">
                  <StepProgress step={job.step} steps={job.steps} label={`Progress of ${job.suffix ?? job.model}`} />
                </div>
              )}
            </div>
          </TableCell>
          <TableCell label="Created" className="text-ink-soft">
            <RelativeTime date={job.createdAt} />
          </TableCell>
          <TableCell label="Cost" align="end" className="figures whitespace-nowrap">
            <Cost job={job} currency={currency} />
          </TableCell>
          <TableCell label="Created by" className="text-ink-soft">
            <span className="wrap-anywhere line-clamp-2 min-w-32">{makerOf(job)}</span>
          </TableCell>
          <TableCell label="Files" align="end" className="figures text-ink-soft">
            {formatNumber(job.trainingFiles.length)}
          </TableCell>
        </TableRow>
      ))}
    </Table>
  );
}

function Cost({ job, currency }: { job: Row; currency: string }) {
  const { status, cost, costSoFar, estimatedCost } = job;
  if (isOver(status)) return formatMoney(cost ?? 0, currency);
  if (costSoFar) return `${formatMoney(costSoFar, currency)} so far`;
  return estimatedCost === null ? (
    "–"
  ) : (
    <span className="text-ink-soft">about {formatMoney(estimatedCost, currency)}</span>
  );
}
