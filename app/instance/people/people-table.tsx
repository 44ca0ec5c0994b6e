"use client";

import { Badge } from "@/app/_ui/badge";
import { formatUpTo } from "@/app/_ui/format";
import { Person } from "@/app/_ui/person";
import { RowMenu, RowMenuDownload, RowMenuItem, RowMenus } from "@/app/_ui/row-menu";
import { type SortColumn, type Sorting, sortable } from "@/app/_ui/sorting";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs, RowOf } from "@/server/composition/outputs";

type Row = RowOf<Outputs["instance"]["people"]>;

const columns: SortColumn[] = [
  { label: "Person", sortBy: "name" },
  { label: "Workspaces", align: "end" },
  { label: "Last seen", sortBy: "seen", first: "desc" },
  { label: "Joined", sortBy: "newest", first: "desc" },
  { label: "Actions", isLabelHidden: true },
];

type Props = {
  rows: Row[];
  list: string;
  selfId: string;
  /** Undefined: what a search found has an order of its own. */
  sorting: Sorting | undefined;
};

/** Draws a row per person, with the menu that deactivates or reactivates them. */
export function PeopleTable({ rows, list, selfId, sorting }: Props) {
  return (
    <>
      <RowMenus href={list} />
      <Table label="People" columns={sortable(columns, sorting)} isList>
        {rows.map((person) => (
          <TableRow key={person.id}>
            <TableCell kind="primary">
              <Person name={person.name} email={person.email}>
                {person.id === selfId && <Badge tone="accent">You</Badge>}
                {person.isOperator && <Badge>Operator</Badge>}
                {person.deactivatedAt && <Badge tone="danger">Deactivated</Badge>}
              </Person>
            </TableCell>
            <TableCell label="Workspaces" align="end">
              {formatUpTo(person.workspaces, 100)}
            </TableCell>
            <TableCell label="Last seen" isGlance>
              <RelativeTime date={person.lastSeenAt} never="not yet" />
            </TableCell>
            <TableCell label="Joined">
              <RelativeTime date={person.createdAt} />
            </TableCell>
            <TableCell kind="actions">
              <RowMenu row={person.id} label={`Actions for ${person.name}`}>
                <RowMenuDownload href={`/instance/people/${person.id}/file`}>Download what is known</RowMenuDownload>
                {person.id !== selfId && (
                  <RowMenuItem dialog="passkeys" row={person.id}>
                    Remove passkeys
                  </RowMenuItem>
                )}
                <RowMenuItem
                  dialog="state"
                  row={person.id}
                  {...(person.deactivatedAt ? {} : { tone: "danger" as const })}
                  disabledReason={person.id === selfId ? "This is your own account." : undefined}
                >
                  {person.deactivatedAt ? "Reactivate" : "Deactivate"}
                </RowMenuItem>
              </RowMenu>
            </TableCell>
          </TableRow>
        ))}
      </Table>
    </>
  );
}
