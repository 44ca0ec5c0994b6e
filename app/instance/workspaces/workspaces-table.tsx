"use client";

import { Badge } from "@/app/_ui/badge";
import { formatMoney, formatNumber } from "@/app/_ui/format";
import { RowLink } from "@/app/_ui/row-link";
import { SelectionBar } from "@/app/_ui/selection-bar";
import { type SortColumn, type Sorting, sortable } from "@/app/_ui/sorting";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs, RowOf } from "@/server/composition/outputs";

type Row = RowOf<Outputs["instance"]["workspaces"]>;

const columns: SortColumn[] = [
  { label: "Workspace", sortBy: "name" },
  { label: "Members", align: "end", sortBy: "members", first: "desc" },
  { label: "Spent this month", align: "end", sortBy: "spend", first: "desc" },
  { label: "Ceiling", align: "end" },
  { label: "Last use", sortBy: "used", first: "desc" },
  { label: "Created", sortBy: "newest", first: "desc" },
];

const selection = { form: "selection", name: "slugs" };
const actions = [
  { dialog: "suspend", label: "Suspend…" },
  { dialog: "resume", label: "Resume…" },
];

type Props = {
  rows: Row[];
  here: string;
  currency: string;
  /** Undefined: search results have their own order. */
  sorting: Sorting | undefined;
};

/** Draws a row per workspace, with its figures. */
export function WorkspacesTable({ rows, here, currency, sorting }: Props) {
  return (
    <>
      <Table label="Workspaces" columns={sortable(columns, sorting)} isList selection={selection}>
        {rows.map((row) => (
          <TableRow
            key={row.id}
            tick={row.deletedAt ? null : { ...selection, value: row.slug, label: `Select ${row.name}` }}
          >
            <TableCell kind="primary">
              <RowLink href={`${here}/${row.slug}`} className="font-medium underline-offset-3 hover:underline">
                {row.name}
              </RowLink>{" "}
              <span data-glance>
                {row.kind === "personal" && <Badge>Personal</Badge>}
                {row.suspendedAt && <Badge tone="danger">Suspended</Badge>}
                {row.deletedAt && <Badge tone="danger">Deleted</Badge>}
              </span>
            </TableCell>
            <TableCell label="Members" align="end" className="figures">
              {formatNumber(row.members)}
            </TableCell>
            <TableCell label="Spent this month" align="end" isGlance className="figures">
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
      <SelectionBar {...selection} href={`${here}/bulk`} asked="change" actions={actions} />
    </>
  );
}
