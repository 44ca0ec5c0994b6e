"use client";

import { Badge } from "@/app/_ui/badge";
import { formatExact, moneyColumn } from "@/app/_ui/format";
import { RowLink } from "@/app/_ui/row-link";
import { type MenuItem, RowMenu, RowMenus } from "@/app/_ui/row-menu";
import { SelectionBar } from "@/app/_ui/selection-bar";
import { type SortColumn, type Sorting, sortable } from "@/app/_ui/sorting";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import { spendingHref } from "@/app/w/[workspace]/_shared/spending-href";
import { keyScopes } from "@/server/access/key-scopes";
import type { Outputs, RowOf } from "@/server/composition/outputs";

export type KeyRow = RowOf<Outputs["keys"]["list"]>;

const columns: SortColumn[] = [
  { label: "Key", sortBy: "name" },
  { label: "Owner" },
  { label: "Spent this month", align: "end", sortBy: "spent", first: "desc" },
  { label: "Last used", sortBy: "used", first: "desc" },
  { label: "Expires", sortBy: "expiry" },
  { label: "Scopes" },
  { label: "Actions", isLabelHidden: true },
];

const selection = { form: "selection", name: "chosen" };
const actions = [
  { dialog: "disable-many", label: "Disable" },
  { dialog: "revoke-many", label: "Revoke" },
];

type Props = {
  slug: string;
  rows: KeyRow[];
  /** The list's address, to which a dialog is added. */
  here: string;
  /** Why the member may not change other members' keys. */
  reason: string;
  currency: string;
  sorting: Sorting;
};

/** Draws a row per key, with a masked secret and the menu of its actions. */
export function KeysTable({ slug, rows, here, reason, currency, sorting }: Props) {
  const maySelect = rows.some(({ mayRevoke, isRevoked }) => mayRevoke && !isRevoked);
  const money = moneyColumn(
    rows.map(({ spent }) => spent),
    currency,
  );
  return (
    <>
      <RowMenus
        href={here}
        rows={rows}
        menuOf={(key) => ({
          row: key.id,
          label: menuLabel(key),
          items: itemsFor(key, spendingHref(slug, `key:${key.id}`), key.mayManage ? undefined : reason),
        })}
      />
      <Table label="API keys" columns={sortable(columns, sorting)} isList selection={maySelect ? selection : undefined}>
        {rows.map((key) => (
          <TableRow
            key={key.id}
            tick={
              !maySelect
                ? undefined
                : key.isRevoked || !key.mayRevoke
                  ? null
                  : { ...selection, value: key.id, label: `Select ${key.name}` }
            }
          >
            <TableCell kind="primary">
              <p className="wrap-anywhere font-medium">
                {key.mayManage ? (
                  <RowLink href={`/w/${slug}/keys/view/${key.id}`} className="underline-offset-3 hover:underline">
                    {key.name}
                  </RowLink>
                ) : (
                  key.name
                )}
              </p>
              <p className="font-mono text-[0.8125rem] text-ink-soft">
                atl_{key.id.slice(0, 4)}…{key.lastFour}
              </p>
              <States row={key} />
            </TableCell>
            <TableCell label="Owner">
              {key.isService ? (
                <span className="inline-flex flex-wrap items-center gap-2">
                  <Badge>Service</Badge>
                  {key.isKept && (
                    <span className="wrap-anywhere text-[0.8125rem] text-ink-soft">kept from {key.ownerName}</span>
                  )}
                </span>
              ) : (
                <span className="inline-flex flex-wrap items-center gap-2">
                  <span className="wrap-anywhere line-clamp-2 min-w-32" title={key.ownerName}>
                    {key.ownerName}
                  </span>
                  {key.isMine && <Badge tone="accent">You</Badge>}
                  {key.isOwnerGone && <Badge tone="warning">Owner left</Badge>}
                </span>
              )}
            </TableCell>
            <TableCell label="Spent this month" align="end" isGlance className="figures whitespace-nowrap">
              {money(key.spent)}
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
            <TableCell label="Scopes" className="text-ink-soft">
              {scopesInShort(key.scopes)}
            </TableCell>
            <TableCell kind="actions">
              <RowMenu row={key.id} label={menuLabel(key)} />
            </TableCell>
          </TableRow>
        ))}
      </Table>
      {maySelect && <SelectionBar {...selection} href={here} actions={actions} />}
    </>
  );
}

function States({ row }: { row: KeyRow }) {
  const { isRevoked, restorableUntil, disabledBecause, isReplaced } = row;
  if (!isRevoked && !disabledBecause && !isReplaced) return null;
  return (
    <p data-glance className="mt-1 flex flex-wrap gap-1.5">
      {isRevoked && (
        <Badge tone="danger">
          {restorableUntil ? `Revoked – restore until ${timeOfDay(restorableUntil)} UTC` : "Revoked"}
        </Badge>
      )}
      {disabledBecause && (
        <Badge tone="warning">{disabledBecause === "leaked" ? "Disabled – found in public" : "Disabled"}</Badge>
      )}
      {isReplaced && !isRevoked && <Badge>Rotated</Badge>}
    </p>
  );
}

const menuLabel = ({ name }: KeyRow) => `Actions for ${name}`;

function itemsFor(key: KeyRow, limits: string, disabledReason: string | undefined): MenuItem[] {
  const item = (dialog: string, label: string, why = disabledReason, tone?: "danger"): MenuItem => ({
    dialog,
    label,
    tone,
    disabledReason: why,
  });
  const held = "An Admin did this. Only an Admin can undo it.";
  if (key.isRevoked) {
    const why =
      key.revokedByAdmin && !key.mayLift
        ? held
        : key.restorableUntil
          ? undefined
          : "It was revoked more than an hour ago.";
    return [item("restore", "Restore", disabledReason ?? why), { label: "Limits", href: limits }];
  }
  const heldOff = key.disabledByAdmin && !key.mayLift ? held : undefined;
  const isLeaked = key.disabledBecause === "leaked";
  return [
    item(key.isReplaced ? "rotating" : "rotate", "Rotate", disabledReason ?? (key.isReplaced ? undefined : heldOff)),
    item("edit", "Edit"),
    { label: "Limits", href: limits },
    key.disabledBecause
      ? item("enable", "Enable", disabledReason ?? (isLeaked ? "It was found in public. Rotate it." : heldOff))
      : item("disable", "Disable"),
    item("revoke", "Revoke", key.mayRevoke ? undefined : disabledReason, "danger"),
  ];
}

function scopesInShort(scopes: string[]): string {
  if (scopes.length === keyScopes.length) return "All";
  return scopes.length > 2 ? `${scopes.slice(0, 2).join(", ")} +${scopes.length - 2}` : scopes.join(", ");
}

const timeOfDay = (date: Date) => date.toISOString().slice(11, 16);
