"use client";

import { Avatar } from "@/app/_ui/avatar";
import { Badge } from "@/app/_ui/badge";
import { formatMoney } from "@/app/_ui/format-money";
import { Glyph } from "@/app/_ui/glyph";
import { Menu, MenuDialogButton, menuTriggerClass } from "@/app/_ui/menu";
import { Meter } from "@/app/_ui/meter";
import { Table, TableCell, TableRow } from "@/app/_ui/table";

export type MemberRow = {
  userId: string;
  name: string;
  email: string;
  spent: number;
  reserved: number;
  limit: number | null;
};

type Props = {
  rows: MemberRow[];
  /** The page's address with its search and its place in the list. */
  list: string;
  ownId: string;
  currency: string;
  reason: string | undefined;
};

const columns = [{ label: "Member" }, { label: "This month" }, { label: "Actions", isLabelHidden: true }];

/** A row per member with what their own keys spent this month, and may. */
export function MembersTable({ rows, list, ownId, currency, reason }: Props) {
  const href = (dialog: string, userId: string) =>
    `${list}${list.includes("?") ? "&" : "?"}${new URLSearchParams({ dialog, member: userId })}`;
  return (
    <Table label="Spending of members" columns={columns}>
      {rows.map(({ userId, name, email, spent, limit }) => (
        <TableRow key={userId}>
          <TableCell kind="primary">
            <div className="flex min-w-0 items-center gap-3">
              <Avatar name={name} />
              <div className="min-w-0">
                <p className="flex items-center gap-2">
                  <span className="wrap-anywhere font-medium">{name}</span>
                  {userId === ownId && <Badge tone="accent">You</Badge>}
                </p>
                <p className="wrap-anywhere text-[0.8125rem] text-ink-soft">{email}</p>
              </div>
            </div>
          </TableCell>
          <TableCell label="This month" className="md:w-72">
            {limit === null ? (
              <p className="figures text-[0.8125rem]">
                {formatMoney(spent, currency)} <span className="text-ink-faint">· No limit</span>
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
            <Menu
              label={`Actions for ${name}`}
              align="end"
              trigger={<Glyph name="more" />}
              triggerClassName={menuTriggerClass}
            >
              <MenuDialogButton dialog={`limit-${userId}`} href={href("member-limit", userId)} disabledReason={reason}>
                {limit === null ? "Set limit" : "Change limit"}
              </MenuDialogButton>
              {limit !== null && (
                <MenuDialogButton
                  tone="danger"
                  dialog={`remove-limit-${userId}`}
                  href={href("remove-member-limit", userId)}
                  disabledReason={reason}
                >
                  Remove limit
                </MenuDialogButton>
              )}
            </Menu>
          </TableCell>
        </TableRow>
      ))}
    </Table>
  );
}
