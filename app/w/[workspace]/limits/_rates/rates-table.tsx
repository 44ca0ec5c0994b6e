"use client";

import { RowMenu, RowMenus } from "@/app/_ui/row-menu";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import type { Outputs } from "@/server/composition/outputs";
import { LiveMeter } from "./live-fill";
import { rateName } from "./rate-name";

export type RateRow = Outputs["limits"]["get"]["rates"][number];

const columns = [
  { label: "Model" },
  { label: "Requests / min" },
  { label: "Tokens / min" },
  { label: "Actions", isLabelHidden: true },
];

const menuLabel = (model: string) => `Actions for ${rateName(model)}`;

/** Draws a row per limit of the workspace, with how full it is. `reason` says why one may not change them, if so. */
export function RatesTable({ rows, here, reason }: { rows: RateRow[]; here: string; reason: string | undefined }) {
  return (
    <>
      <RowMenus
        href={here}
        rows={rows}
        menuOf={({ model }) => ({
          row: model,
          label: menuLabel(model),
          items: [
            { label: "Change", dialog: "change", disabledReason: reason },
            { label: "Remove", dialog: "remove", tone: "danger", disabledReason: reason },
          ],
        })}
      />
      <Table label="Limits of the workspace" columns={columns}>
        {rows.map(({ model, ...row }) => (
          <TableRow key={model}>
            <TableCell kind="primary">
              <p className={`font-medium ${model ? "wrap-anywhere font-mono text-[0.8125rem]" : ""}`}>
                {rateName(model)}
              </p>
            </TableCell>
            <TableCell label="Requests / min" className="md:w-56">
              <Rate kind="requests" model={model} used={row.requestsUsed} max={row.requestsPerMinute} />
            </TableCell>
            <TableCell label="Tokens / min" className="md:w-56">
              <Rate kind="tokens" model={model} used={row.tokensUsed} max={row.tokensPerMinute} />
            </TableCell>
            <TableCell kind="actions">
              <RowMenu row={model} label={menuLabel(model)} />
            </TableCell>
          </TableRow>
        ))}
      </Table>
    </>
  );
}

type RateProps = { kind: "requests" | "tokens"; model: string; used: number; max: number | null };

function Rate({ kind, model, used, max }: RateProps) {
  if (max === null) return <span className="text-ink-faint">No limit</span>;
  const what = kind === "requests" ? "Requests" : "Tokens";
  return (
    <LiveMeter name={`${kind} of ${model}`} label={`${what} per minute, ${rateName(model)}`} used={used} max={max} />
  );
}
