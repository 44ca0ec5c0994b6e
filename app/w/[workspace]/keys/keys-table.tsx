"use client";

import { Badge } from "@/app/_ui/badge";
import { formatExact } from "@/app/_ui/format";
import { Glyph } from "@/app/_ui/glyph";
import { Menu, MenuDialogButton, menuTriggerClass } from "@/app/_ui/menu";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";

export type KeyRow = {
  id: string;
  name: string;
  lastFour: string;
  ownerName: string;
  isOwnerGone: boolean;
  isMine: boolean;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
  isExpired: boolean;
  mayManage: boolean;
};

const columns = [
  { label: "Key" },
  { label: "Owner" },
  { label: "Last used" },
  { label: "Expires" },
  { label: "Actions", isLabelHidden: true },
];

/** A row per key, masked, with what may be done about it. `reason` says why one may not revoke somebody else's. */
export function KeysTable({ rows, here, reason }: { rows: KeyRow[]; here: string; reason: string }) {
  return (
    <Table label="API keys" columns={columns}>
      {rows.map((key) => (
        <TableRow key={key.id}>
          <TableCell kind="primary">
            <p className="wrap-anywhere font-medium">{key.name}</p>
            <p className="font-mono text-[0.8125rem] text-ink-soft">
              atl_{key.id.slice(0, 4)}…{key.lastFour}
            </p>
          </TableCell>
          <TableCell label="Owner">
            <span className="inline-flex flex-wrap items-center gap-2">
              <span className="wrap-anywhere">{key.ownerName}</span>
              {key.isMine && <Badge tone="accent">You</Badge>}
              {key.isOwnerGone && <Badge tone="warning">Owner left</Badge>}
            </span>
          </TableCell>
          <TableCell label="Last used" className="text-ink-soft">
            <RelativeTime date={key.lastUsedAt} />
          </TableCell>
          <TableCell label="Expires" className="text-ink-soft">
            {key.isExpired && key.expiresAt ? (
              <span title={formatExact(key.expiresAt)}>
                <Badge tone="danger">Expired</Badge>
              </span>
            ) : (
              <RelativeTime date={key.expiresAt} />
            )}
          </TableCell>
          <TableCell kind="actions">
            <Menu
              label={`Actions for ${key.name}`}
              align="end"
              trigger={<Glyph name="more" />}
              triggerClassName={menuTriggerClass}
            >
              <MenuDialogButton
                tone="danger"
                dialog={`revoke-${key.id}`}
                href={`${here}?dialog=revoke&key=${key.id}`}
                disabledReason={key.mayManage ? undefined : reason}
              >
                Revoke
              </MenuDialogButton>
            </Menu>
          </TableCell>
        </TableRow>
      ))}
    </Table>
  );
}
