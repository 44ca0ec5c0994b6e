"use client";

import { formatNumber, moneyColumn } from "@/app/_ui/format";
import { RowLink } from "@/app/_ui/row-link";
import { RowMenu, RowMenus } from "@/app/_ui/row-menu";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import { LimitsLink } from "@/app/w/[workspace]/_shared/limits-link";
import type { Outputs, RowOf } from "@/server/composition/outputs";

const columns = [
  { label: "Tag" },
  { label: "Requests this month", align: "end" },
  { label: "Cost this month", align: "end" },
  { label: "Declared" },
  { label: "Limits" },
  { label: "Actions", isLabelHidden: true },
] as const;

type Props = {
  slug: string;
  rows: RowOf<Outputs["tags"]["list"]>[];
  currency: string;
  /** The list's address, to which a dialog is added. */
  here: string;
  /** Why this person may not change tags; undefined: they may. */
  reason: string | undefined;
};

const menuLabel = (name: string) => `Actions for ${name}`;

/** Draws a row per declared tag, with the usage of its requests this month. */
export function TagsTable({ slug, rows, currency, here, reason }: Props) {
  const money = moneyColumn(
    rows.map(({ cost }) => cost),
    currency,
  );
  return (
    <>
      <RowMenus
        href={here}
        rows={rows}
        menuOf={({ name }) => ({
          row: name,
          label: menuLabel(name),
          items: [{ label: "Remove", dialog: "remove", tone: "danger", disabledReason: reason }],
        })}
      />
      <Table label="Tags" columns={[...columns]} isList>
        {rows.map(({ name, createdAt, makerName, requests, cost }) => (
          <TableRow key={name}>
            <TableCell kind="primary">
              <RowLink
                href={`/w/${slug}/usage?${new URLSearchParams({ range: "month", tag: name })}`}
                className="wrap-anywhere font-medium font-mono underline decoration-hairline underline-offset-3 hover:decoration-current"
              >
                {name}
              </RowLink>
            </TableCell>
            <TableCell label="Requests this month" align="end" className="figures">
              {formatNumber(requests)}
            </TableCell>
            <TableCell label="Cost this month" align="end" isGlance className="figures whitespace-nowrap">
              {money(cost)}
            </TableCell>
            <TableCell label="Declared" className="text-ink-soft">
              <span className="wrap-anywhere">{makerName ?? "Deleted account"}</span>, <RelativeTime date={createdAt} />
            </TableCell>
            <TableCell label="Limits">
              <LimitsLink slug={slug} of={`tag:${name}`} name={name} />
            </TableCell>
            <TableCell kind="actions">
              <RowMenu row={name} label={menuLabel(name)} />
            </TableCell>
          </TableRow>
        ))}
      </Table>
    </>
  );
}
