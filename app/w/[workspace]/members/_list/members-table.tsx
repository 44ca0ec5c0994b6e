"use client";

import { Badge } from "@/app/_ui/badge";
import { DialogButton } from "@/app/_ui/dialog-button";
import { Person } from "@/app/_ui/person";
import { type MenuOfRow, RowMenu, RowMenus } from "@/app/_ui/row-menu";
import { SelectionBar } from "@/app/_ui/selection-bar";
import { type SortColumn, type Sorting, sortable } from "@/app/_ui/sorting";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import { LimitsLink } from "@/app/w/[workspace]/_shared/limits-link";
import { spendingHref } from "@/app/w/[workspace]/_shared/spending-href";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { UntilNote } from "../_fields/until-note";

type Row = Pick<RowOf<Outputs["members"]["list"]>, "userId" | "name" | "email" | "lastActiveAt"> & {
  /** When the membership ends, if it does. */
  endsAt?: Date;
  isByGroup?: boolean;
  /** Where their picture is, if they have one. */
  picture?: string;
  roleName: string;
};

type Props = {
  slug: string;
  rows: Row[];
  here: string;
  /** The page's address with its search and its place in the list. */
  list: string;
  ownId: string;
  sorting: Sorting;
  isPersonal: boolean;
  /** Why this person may not change others, if they may not. */
  manageReason: string | undefined;
};

const columns: SortColumn[] = [
  { label: "Member", sortBy: "name" },
  { label: "Role", sortBy: "role" },
  { label: "Last active", sortBy: "active", first: "desc" },
  { label: "Actions", isLabelHidden: true },
];

const selection = { form: "selection", name: "chosen" };
const actions = [
  { dialog: "roles", label: "Change role" },
  { dialog: "remove-many", label: "Remove" },
];

const menuLabel = ({ name }: Row) => `Actions for ${name}`;

/** Draws a row per member, with what may be done about each. */
export function MembersTable({ slug, rows, here, list, ownId, sorting, isPersonal, manageReason }: Props) {
  const maySelect = !isPersonal && manageReason === undefined;
  const menuOf = (member: Row): MenuOfRow => ({
    row: member.userId,
    label: menuLabel(member),
    items: [
      { label: "Change role", dialog: "role", disabledReason: manageReason },
      { label: "Set end date", dialog: "end", disabledReason: manageReason },
      { label: "Spending limits", href: spendingHref(slug, `member:${member.userId}`) },
      {
        label: "Remove",
        dialog: "remove",
        tone: "danger",
        disabledReason: member.userId === ownId ? "This is you: use Leave." : manageReason,
      },
    ],
  });
  return (
    <>
      <RowMenus href={list} rows={rows} menuOf={menuOf} />
      <Table label="Members" columns={sortable(columns, sorting)} isList selection={maySelect ? selection : undefined}>
        {rows.map((member) => {
          const isSelf = member.userId === ownId;
          return (
            <TableRow
              key={member.userId}
              tick={
                !maySelect
                  ? undefined
                  : isSelf
                    ? null
                    : { ...selection, value: member.userId, label: `Select ${member.name}` }
              }
            >
              <TableCell kind="primary">
                <Person name={member.name} email={member.email} picture={member.picture}>
                  {isSelf && <Badge tone="accent">You</Badge>}
                  {member.isByGroup && <Badge>By group</Badge>}
                </Person>
              </TableCell>
              <TableCell label="Role" isGlance>
                {member.roleName}
                {member.endsAt && <UntilNote endsAt={member.endsAt} />}
                {isPersonal && (
                  <LimitsLink slug={slug} of={`member:${member.userId}`} name={member.name} text="Limits" />
                )}
              </TableCell>
              <TableCell label="Last active">
                <RelativeTime date={member.lastActiveAt} never="not yet" />
              </TableCell>
              <TableCell kind="actions">
                {isSelf && !isPersonal && (
                  <DialogButton size="sm" dialog="leave" href={`${here}?dialog=leave`}>
                    Leave
                  </DialogButton>
                )}
                {!isPersonal && <RowMenu row={member.userId} label={menuLabel(member)} />}
              </TableCell>
            </TableRow>
          );
        })}
      </Table>
      {maySelect && <SelectionBar {...selection} href={list} actions={actions} />}
    </>
  );
}
