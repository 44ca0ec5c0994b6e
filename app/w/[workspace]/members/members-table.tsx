"use client";

import { Avatar } from "@/app/_ui/avatar";
import { Badge } from "@/app/_ui/badge";
import { DialogButton } from "@/app/_ui/dialog-button";
import { Glyph } from "@/app/_ui/glyph";
import { Menu, MenuDialogButton, menuTriggerClass } from "@/app/_ui/menu";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import { type Role, roleText } from "@/server/access/permissions";

type Row = { userId: string; name: string; email: string; role: Role; lastActiveAt: Date | null };

type Props = {
  rows: Row[];
  here: string;
  ownId: string;
  isPersonal: boolean;
  /** Why this person may not change others, if they may not. */
  manageReason: string | undefined;
};

const columns = [
  { label: "Member" },
  { label: "Role" },
  { label: "Last active" },
  { label: "Actions", isLabelHidden: true },
];

/** A row per member, with what may be done about each. */
export function MembersTable({ rows, here, ownId, isPersonal, manageReason }: Props) {
  return (
    <Table label="Members" columns={columns}>
      {rows.map((member) => {
        const isSelf = member.userId === ownId;
        return (
          <TableRow key={member.userId}>
            <TableCell kind="primary">
              <div className="flex min-w-0 items-center gap-3">
                <Avatar name={member.name} />
                <div className="min-w-0">
                  <p className="flex items-center gap-2">
                    <span className="wrap-anywhere font-medium">{member.name}</span>
                    {isSelf && <Badge tone="accent">You</Badge>}
                  </p>
                  <p className="wrap-anywhere text-[0.8125rem] text-ink-soft">{member.email}</p>
                </div>
              </div>
            </TableCell>
            <TableCell label="Role">{roleText[member.role].name}</TableCell>
            <TableCell label="Last active" className="text-ink-soft">
              <RelativeTime date={member.lastActiveAt} never="not yet" />
            </TableCell>
            <TableCell kind="actions">
              <div className="flex items-center justify-end gap-1">
                {isSelf && !isPersonal && (
                  <DialogButton size="sm" dialog="leave" href={`${here}?dialog=leave`}>
                    Leave
                  </DialogButton>
                )}
                {!isPersonal && (
                  <Menu
                    label={`Actions for ${member.name}`}
                    align="end"
                    trigger={<Glyph name="more" />}
                    triggerClassName={menuTriggerClass}
                  >
                    <MenuDialogButton
                      dialog={`role-${member.userId}`}
                      href={`${here}?dialog=role&member=${member.userId}`}
                      disabledReason={manageReason}
                    >
                      Change role
                    </MenuDialogButton>
                    <MenuDialogButton
                      tone="danger"
                      dialog={`remove-${member.userId}`}
                      href={`${here}?dialog=remove&member=${member.userId}`}
                      disabledReason={isSelf ? "This is you: use Leave." : manageReason}
                    >
                      Remove
                    </MenuDialogButton>
                  </Menu>
                )}
              </div>
            </TableCell>
          </TableRow>
        );
      })}
    </Table>
  );
}
