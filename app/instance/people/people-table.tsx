"use client";

import { Avatar } from "@/app/_ui/avatar";
import { Badge } from "@/app/_ui/badge";
import { formatUpTo } from "@/app/_ui/format";
import { RowMenu, RowMenuItem, RowMenus } from "@/app/_ui/row-menu";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";

type Row = {
  id: string;
  name: string;
  email: string | null;
  createdAt: Date;
  lastSeenAt: Date | null;
  deactivatedAt: Date | null;
  isOperator: boolean;
  workspaces: number;
};

const columns: Parameters<typeof Table>[0]["columns"] = [
  { label: "Person" },
  { label: "Workspaces", align: "end" },
  { label: "Last seen" },
  { label: "Joined" },
  { label: "Actions", isLabelHidden: true },
];

/** Draws a row per person, with the way to keep them out or let them in. */
export function PeopleTable({ rows, list, selfId }: { rows: Row[]; list: string; selfId: string }) {
  return (
    <>
      <RowMenus href={list} />
      <Table label="People" columns={columns}>
        {rows.map((person) => (
          <TableRow key={person.id}>
            <TableCell kind="primary">
              <div className="who">
                <Avatar name={person.name} />
                <span>
                  <strong>{person.name}</strong>
                  {person.id === selfId && <Badge tone="accent">You</Badge>}
                  {person.isOperator && <Badge>Operator</Badge>}
                  {person.deactivatedAt && <Badge tone="danger">Deactivated</Badge>}
                </span>
                <small>{person.email}</small>
              </div>
            </TableCell>
            <TableCell label="Workspaces" align="end">
              {formatUpTo(person.workspaces, 100)}
            </TableCell>
            <TableCell label="Last seen">
              <RelativeTime date={person.lastSeenAt} never="not yet" />
            </TableCell>
            <TableCell label="Joined">
              <RelativeTime date={person.createdAt} />
            </TableCell>
            <TableCell kind="actions">
              <RowMenu row={person.id} label={`Actions for ${person.name}`}>
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
