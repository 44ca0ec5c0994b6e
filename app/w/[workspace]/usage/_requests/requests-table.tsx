"use client";

import { Badge } from "@/app/_ui/badge";
import { formatDuration, formatNumber, moneyColumn } from "@/app/_ui/format";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import { classLine } from "@/app/w/[workspace]/_shared/class-text";
import { endUserName } from "@/app/w/[workspace]/_shared/end-user-name";
import { operationText } from "@/app/w/[workspace]/_shared/operation-text";
import type { LedgerRequest } from "@/server/usage/requests/queries";

const columns = [
  { label: "Request" },
  { label: "Time" },
  { label: "Key" },
  { label: "Status" },
  { label: "Tokens in", align: "end" },
  { label: "Tokens out", align: "end" },
  { label: "Latency", align: "end" },
  { label: "Cost", align: "end" },
] as const;

type Row = LedgerRequest & { endUserName?: string | null };

/** Draws a row per request, newest first. */
export function RequestsTable({ rows, currency }: { rows: Row[]; currency: string }) {
  const money = moneyColumn(
    rows.map(({ cost }) => cost),
    currency,
  );
  return (
    <Table label="Recent requests" columns={[...columns]} isList>
      {rows.map((request) => (
        <TableRow key={request.id}>
          <TableCell kind="primary">
            <p className="font-medium">
              {request.model}
              {request.operation !== "chat" && (
                <span className="ml-2 inline-block align-middle">
                  <Badge tone={request.operation === "fine-tuning" ? "accent" : "neutral"}>
                    {operationText(request.operation)}
                  </Badge>
                </span>
              )}
            </p>
            {request.route && <p className="wrap-anywhere text-ink-soft text-xs">by {request.route}</p>}
            {request.tags && <p className="wrap-anywhere text-ink-soft text-xs">tagged {request.tags.join(", ")}</p>}
            {request.endUser && (
              <p className="wrap-anywhere text-ink-soft text-xs">
                for {endUserName(request.endUser, request.endUserName)}
              </p>
            )}
            {classLine(request.classes) && <p className="text-ink-soft text-xs">{classLine(request.classes)}</p>}
            <p className="font-mono text-ink-faint text-xs">{request.id}</p>
          </TableCell>
          <TableCell label="Time" isGlance className="text-ink-soft">
            <RelativeTime date={request.at} />
          </TableCell>
          <TableCell label="Key" className="text-ink-soft">
            <span className="wrap-anywhere">{request.keyName ?? "–"}</span>
          </TableCell>
          <TableCell label="Status">
            <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
              <Badge tone={request.status < 400 ? "success" : "danger"}>{request.status}</Badge>
              {request.errorCode && <span className="wrap-anywhere text-ink-soft text-xs">{request.errorCode}</span>}
            </span>
            {request.failover && (
              <p className="wrap-anywhere text-ink-faint text-xs">
                {request.modelServer}, after {request.failover}
              </p>
            )}
          </TableCell>
          <TableCell label="Tokens in" align="end" className="figures">
            {formatNumber(request.promptTokens)}
          </TableCell>
          <TableCell label="Tokens out" align="end" className="figures">
            {formatNumber(request.completionTokens)}
          </TableCell>
          <TableCell label="Latency" align="end" className="figures whitespace-nowrap">
            {formatDuration(request.totalMs)}
          </TableCell>
          <TableCell label="Cost" align="end" isGlance className="figures whitespace-nowrap">
            {money(request.cost)}
          </TableCell>
        </TableRow>
      ))}
    </Table>
  );
}
