"use client";

import { formatMoney } from "@/app/_ui/format";
import { RowLink } from "@/app/_ui/row-link";
import { type SortColumn, type Sorting, sortable } from "@/app/_ui/sorting";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { makerOf } from "../maker-of";
import { isOver, nameOf, RequestProgress, StatusBadge } from "./batch-words";

type Row = RowOf<Outputs["batches"]["list"]>;

const columns: SortColumn[] = [
  { label: "Batch" },
  { label: "Status" },
  { label: "Requests" },
  { label: "Created", sortBy: "newest", first: "desc" },
  { label: "Cost", align: "end" },
  { label: "Created by" },
];

type Props = { path: string; rows: Row[]; currency: string; sorting: Sorting };

/** Draws a row per batch, newest first. */
export function BatchesTable({ path, rows, currency, sorting }: Props) {
  return (
    <Table label="Batches" columns={sortable(columns, sorting)} isList>
      {rows.map((batch) => (
        <TableRow key={batch.id}>
          <TableCell kind="primary">
            <RowLink
              href={`${path}/${batch.id}`}
              className="wrap-anywhere font-medium underline decoration-hairline underline-offset-4 hover:decoration-accent"
            >
              {nameOf(batch)}
            </RowLink>
            <p className="wrap-anywhere font-mono text-[0.8125rem] text-ink-soft">{batch.endpoint}</p>
          </TableCell>
          <TableCell label="Status" isGlance>
            <StatusBadge status={batch.status} isWaiting={batch.waitingCode !== null} />
          </TableCell>
          <TableCell label="Requests" className="text-ink-soft">
            {batch.total > 0 ? (
              <div className="w-full max-w-52 text-[0.8125rem]">
                <RequestProgress {...batch} label={`Progress of ${nameOf(batch)}`} />
              </div>
            ) : (
              "–"
            )}
          </TableCell>
          <TableCell label="Created" className="text-ink-soft">
            <RelativeTime date={batch.createdAt} />
          </TableCell>
          <TableCell label="Cost" align="end" className="figures whitespace-nowrap">
            {isOver(batch.status) || batch.cost > 0 ? formatMoney(batch.cost, currency) : "–"}
          </TableCell>
          <TableCell label="Created by" className="text-ink-soft">
            <span className="wrap-anywhere">{makerOf(batch)}</span>
          </TableCell>
        </TableRow>
      ))}
    </Table>
  );
}
