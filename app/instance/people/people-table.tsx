"use client";

import { Badge } from "@/app/_ui/badge";
import { formatUpTo } from "@/app/_ui/format";
import { Person } from "@/app/_ui/person";
import { type MenuOfRow, RowMenu, RowMenus } from "@/app/_ui/row-menu";
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
  /** Undefined: search results have their own order. */
  sorting: Sorting | undefined;
};

const menuLabel = ({ name }: Row) => `Actions for ${name}`;

function menuOf(person: Row, isSelf: boolean): MenuOfRow {
  const { id, deactivatedAt, isOperator } = person;
  return {
    row: id,
    label: menuLabel(person),
    items: [
      { label: "Download personal data", file: `/instance/people/${id}/file` },
      isOperator
        ? { label: "Remove operator", dialog: "operator", tone: "danger" }
        : {
            label: "Make operator",
            dialog: "operator",
            disabledReason: deactivatedAt ? "Deactivated people cannot become operators." : undefined,
          },
      ...(isSelf ? [] : [{ label: "Remove passkeys", dialog: "passkeys" }]),
      {
        label: deactivatedAt ? "Reactivate" : "Deactivate",
        dialog: "state",
        tone: deactivatedAt ? undefined : "danger",
        disabledReason: isSelf ? "This is your own account." : undefined,
      },
    ],
  };
}

/** Draws a row per person, with the menu that makes them an operator, deactivates or reactivates them. */
export function PeopleTable({ rows, list, selfId, sorting }: Props) {
  return (
    <>
      <RowMenus href={list} rows={rows} menuOf={(person) => menuOf(person, person.id === selfId)} />
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
              <RowMenu row={person.id} label={menuLabel(person)} />
            </TableCell>
          </TableRow>
        ))}
      </Table>
    </>
  );
}
