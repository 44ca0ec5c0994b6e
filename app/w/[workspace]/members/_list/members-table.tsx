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

type Member = RowOf<Outputs["members"]["list"]>;

/** Fields that only some members have. For the others nothing is sent. */
type Some = {
  /** When the membership ends, if it does. */
  endsAt?: Date;
  isByGroup?: boolean;
  /** The address of their picture, if they have one. */
  picture?: string;
};

/**
 * A member as a tuple: id, name, address, role name, last activity. A tuple, because field names would be sent with
 * each row.
 */
export type Row = [
  Member["userId"],
  Member["name"],
  Member["email"],
  roleName: string,
  Member["lastActiveAt"],
  some?: Some,
];

type Props = {
  slug: string;
  rows: Row[];
  here: string;
  /** The page's address with its search and its position in the list. */
  list: string;
  ownId: string;
  sorting: Sorting;
  isPersonal: boolean;
  /** Why this person may not change other members; undefined: they may. */
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

const menuLabel = (name: string) => `Actions for ${name}`;

/** Draws a row per member, with the menu of actions. */
export function MembersTable({ slug, rows, here, list, ownId, sorting, isPersonal, manageReason }: Props) {
  const maySelect = !isPersonal && manageReason === undefined;
  const menuOf = ([userId, name]: Row): MenuOfRow => ({
    row: userId,
    label: menuLabel(name),
    items: [
      { label: "Change role", dialog: "role", disabledReason: manageReason },
      { label: "Set end date", dialog: "end", disabledReason: manageReason },
      { label: "Spending limits", href: spendingHref(slug, `member:${userId}`) },
      {
        label: "Remove",
        dialog: "remove",
        tone: "danger",
        disabledReason: userId === ownId ? "This is you: use Leave." : manageReason,
      },
    ],
  });
  return (
    <>
      <RowMenus href={list} rows={rows} menuOf={menuOf} />
      <Table label="Members" columns={sortable(columns, sorting)} isList selection={maySelect ? selection : undefined}>
        {rows.map(([userId, name, email, roleName, lastActiveAt, { picture, isByGroup, endsAt } = {}]) => {
          const isSelf = userId === ownId;
          return (
            <TableRow
              key={userId}
              tick={!maySelect ? undefined : isSelf ? null : { ...selection, value: userId, label: `Select ${name}` }}
            >
              <TableCell kind="primary">
                <Person name={name} email={email} picture={picture}>
                  {isSelf && <Badge tone="accent">You</Badge>}
                  {isByGroup && <Badge>By group</Badge>}
                </Person>
              </TableCell>
              <TableCell label="Role" isGlance>
                {roleName}
                {endsAt && <UntilNote endsAt={endsAt} />}
                {isPersonal && <LimitsLink slug={slug} of={`member:${userId}`} name={name} text="Limits" />}
              </TableCell>
              <TableCell label="Last active">
                <RelativeTime date={lastActiveAt} never="not yet" />
              </TableCell>
              <TableCell kind="actions">
                {isSelf && !isPersonal && (
                  <DialogButton size="sm" dialog="leave" href={`${here}?dialog=leave`}>
                    Leave
                  </DialogButton>
                )}
                {!isPersonal && <RowMenu row={userId} label={menuLabel(name)} />}
              </TableCell>
            </TableRow>
          );
        })}
      </Table>
      {maySelect && <SelectionBar {...selection} href={list} actions={actions} />}
    </>
  );
}
