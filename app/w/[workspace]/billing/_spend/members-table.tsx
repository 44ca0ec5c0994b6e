"use client";

import { memberAvatarSrc } from "@/app/_shared/avatar-src";
import { Badge } from "@/app/_ui/badge";
import { formatMoney, moneyColumn } from "@/app/_ui/format";
import { Meter } from "@/app/_ui/meter";
import { Person } from "@/app/_ui/person";
import { type MenuItem, RowMenu, RowMenus } from "@/app/_ui/row-menu";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { spendingHref } from "@/app/w/[workspace]/_shared/spending-href";
import type { Outputs, RowOf } from "@/server/composition/outputs";

export type MemberRow = RowOf<Outputs["billing"]["members"]>;

type Props = {
  slug: string;
  rows: MemberRow[];
  /** The page's address with its search and its position in the list. */
  list: string;
  ownId: string;
  currency: string;
  reason: string | undefined;
};

const columns = [{ label: "Member" }, { label: "This month" }, { label: "Actions", isLabelHidden: true }];

const menuLabel = (name: string) => `Actions for ${name}`;

function itemsFor(hasLimit: boolean, allLimits: string, disabledReason: string | undefined): MenuItem[] {
  const set: MenuItem = { label: hasLimit ? "Change limit" : "Set limit", dialog: "member-limit", disabledReason };
  const all: MenuItem = { label: "All limits", href: allLimits };
  if (!hasLimit) return [set, all];
  return [set, all, { label: "Remove limit", dialog: "remove-member-limit", tone: "danger", disabledReason }];
}

/** Draws a row per member with the spend of their own keys this month and their limit. */
export function MembersTable({ slug, rows, list, ownId, currency, reason }: Props) {
  const money = moneyColumn(
    rows.filter(({ limit }) => limit === null).map(({ spent }) => spent),
    currency,
  );
  return (
    <>
      <RowMenus
        href={list}
        rows={rows}
        menuOf={({ userId, name, limit }) => ({
          row: userId,
          label: menuLabel(name),
          items: itemsFor(limit !== null, spendingHref(slug, `member:${userId}`), reason),
        })}
      />
      <Table label="Spending of members" columns={columns} isList>
        {rows.map(({ userId, name, email, avatar, spent, limit }) => (
          <TableRow key={userId}>
            <TableCell kind="primary">
              <Person name={name} email={email} picture={memberAvatarSrc(slug, { userId, avatar })}>
                {userId === ownId && <Badge tone="accent">You</Badge>}
              </Person>
            </TableCell>
            <TableCell label="This month" isGlance className="md:w-72">
              {limit === null ? (
                <p className="figures text-[0.8125rem]">
                  {money(spent)} <span className="text-ink-faint">· No limit</span>
                </p>
              ) : (
                <Meter
                  label={`Spent by ${name} of the monthly limit`}
                  used={spent}
                  max={limit}
                  text={`${formatMoney(spent, currency)} of ${formatMoney(limit, currency)}`}
                />
              )}
            </TableCell>
            <TableCell kind="actions">
              <RowMenu row={userId} label={menuLabel(name)} />
            </TableCell>
          </TableRow>
        ))}
      </Table>
    </>
  );
}
