import type { Route } from "next";
import Link from "next/link";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
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
  { label: "Last use" },
  { label: "Created" },
];

/** Draws a row per workspace, with its figures. */
export function WorkspacesTable({ rows, here, currency }: { rows: Row[]; here: string; currency: string }) {
  return (
    <form method="get" action={`${here}/bulk`}>
      <Table label="Workspaces" columns={columns}>
        {rows.map((row) => (
          <TableRow key={row.id}>
            <TableCell kind="primary">
              {!row.deletedAt && (
                <input
                  type="checkbox"
                  name="slugs"
                  value={row.slug}
                  aria-label={`Choose ${row.name}`}
                  className="me-3 size-4 align-middle accent-(--color-accent)"
                />
              )}
              <Link href={`${here}/${row.slug}` as Route} className="font-medium underline-offset-3 hover:underline">
                {row.name}
              </Link>{" "}
              {row.kind === "personal" && <Badge>Personal</Badge>}
              {row.suspendedAt && <Badge tone="danger">Suspended</Badge>}
              {row.deletedAt && <Badge tone="danger">Deleted</Badge>}
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
            <TableCell label="Last use">
              <RelativeTime date={row.lastUsedAt} never="not yet" />
            </TableCell>
            <TableCell label="Created">
              <RelativeTime date={row.createdAt} />
            </TableCell>
          </TableRow>
        ))}
      </Table>
      <div className="flex flex-wrap items-center gap-3 border-hairline border-t px-4 py-3 text-[0.8125rem] text-ink-soft md:px-5">
        <span>With those that are ticked:</span>
        <Button type="submit" size="sm" name="change" value="suspend">
          Suspend…
        </Button>
        <Button type="submit" size="sm" name="change" value="resume">
          Resume…
        </Button>
      </div>
    </form>
  );
}
