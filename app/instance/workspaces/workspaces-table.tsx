import type { Route } from "next";
import Link from "next/link";
import { Badge } from "@/app/_ui/badge";
import { formatMoney, formatNumber } from "@/app/_ui/format";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs, RowOf } from "@/server/composition/outputs";

type Row = RowOf<Outputs["instance"]["workspaces"]>;

const columns: Parameters<typeof Table>[0]["columns"] = [
  { label: "Workspace" },
  { label: "Members", align: "end" },
  { label: "Spent this month", align: "end" },
  { label: "Ceiling", align: "end" },
  { label: "Created" },
];

/** Draws a row per workspace, with its figures. */
export function WorkspacesTable({ rows, here, currency }: { rows: Row[]; here: string; currency: string }) {
  return (
    <Table label="Workspaces" columns={columns}>
      {rows.map((row) => (
        <TableRow key={row.id}>
          <TableCell kind="primary">
            <Link href={`${here}/${row.slug}` as Route} className="font-medium underline-offset-3 hover:underline">
              {row.name}
            </Link>{" "}
            {row.kind === "personal" && <Badge>Personal</Badge>}
            {row.suspendedAt && <Badge tone="danger">Suspended</Badge>}
          </TableCell>
          <TableCell label="Members" align="end">
            {formatNumber(row.members)}
          </TableCell>
          <TableCell label="Spent this month" align="end">
            {formatMoney(row.spent, currency)}
          </TableCell>
          <TableCell label="Ceiling" align="end" className={row.ceiling === null ? "text-ink-faint" : ""}>
            {row.ceiling === null ? "none" : formatMoney(row.ceiling, currency)}
          </TableCell>
          <TableCell label="Created">
            <RelativeTime date={row.createdAt} />
          </TableCell>
        </TableRow>
      ))}
    </Table>
  );
}
