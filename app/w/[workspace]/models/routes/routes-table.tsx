"use client";

import type { Route } from "next";
import { Badge } from "@/app/_ui/badge";
import { Link } from "@/app/_ui/link";
import { RowMenu, RowMenus } from "@/app/_ui/row-menu";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { retirementHref } from "@/app/w/[workspace]/_shared/retirement-href";
import { LastUsed } from "../_list/last-used";
import { type RouteRow, stateWords } from "./state-words";

const columns = [
  { label: "Route" },
  { label: "Models" },
  { label: "When a limit is nearly spent" },
  { label: "Maker" },
  { label: "Last used" },
  { label: "Actions", isLabelHidden: true },
];

type Props = {
  slug: string;
  rows: RouteRow[];
  /** The list's address, to which a dialog is added. */
  here: string;
  /** Why this person may not change routes; undefined: they may. */
  reason: string | undefined;
};

const menuLabel = ({ id }: RouteRow) => `Actions for ${id}`;

/** Draws a row per route, with the reasons why some of its models cannot answer. */
export function RoutesTable({ slug, rows, here, reason }: Props) {
  return (
    <>
      <RowMenus
        href={here}
        rows={rows}
        menuOf={(route) => ({
          row: route.id,
          label: menuLabel(route),
          items: [
            { label: "Edit", dialog: "edit", disabledReason: reason },
            { label: "Delete", dialog: "remove", tone: "danger", disabledReason: reason },
          ],
        })}
      />
      <Table label="Routes" columns={columns} isList>
        {rows.map((route) => (
          <TableRow key={route.id}>
            <TableCell kind="primary">
              <p className="wrap-anywhere font-medium font-mono">{route.id}</p>
              <p className="text-[0.8125rem] text-ink-soft">
                {route.mode === "ordered" ? "The first that answers" : "Spread by weight"}
              </p>
              {reason === undefined && (
                <p className="text-[0.8125rem]">
                  <Link
                    href={retirementHref(slug, route.id) as Route}
                    aria-label={`Retirement of ${route.id}`}
                    className="text-ink-soft underline underline-offset-3"
                  >
                    Retirement
                  </Link>
                </p>
              )}
            </TableCell>
            <TableCell label="Models">
              <ol>
                {route.models.map((model) => (
                  <li key={model.model}>
                    <Named {...model} />
                    {route.mode === "weighted" && (
                      <span className="text-ink-faint"> {shareOf(model, route.models)}</span>
                    )}
                  </li>
                ))}
              </ol>
            </TableCell>
            <TableCell label="When a limit is nearly spent">
              {route.saver ? (
                <span>
                  <Named {...route.saver} />
                  <span className="block text-ink-soft">first, from {route.saver.percent} % on</span>
                </span>
              ) : (
                <span className="text-ink-soft">No change</span>
              )}
            </TableCell>
            <TableCell label="Maker">
              <span className="wrap-anywhere">{route.makerName ?? "Deleted account"}</span>
            </TableCell>
            <TableCell label="Last used" isGlance className="text-ink-soft">
              <LastUsed hour={route.lastUsedAt} />
            </TableCell>
            <TableCell kind="actions">
              <RowMenu row={route.id} label={menuLabel(route)} />
            </TableCell>
          </TableRow>
        ))}
      </Table>
    </>
  );
}

function Named({ model, state }: Pick<RouteRow["models"][number], "model" | "state">) {
  const words = stateWords[state];
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-0.5">
      <span className="wrap-anywhere">{model}</span>
      {words !== null && <Badge tone="warning">{words}</Badge>}
    </span>
  );
}

function shareOf({ weight }: { weight: number }, all: { weight: number }[]): string {
  const sum = all.reduce((total, each) => total + each.weight, 0);
  return `${Math.round((100 * weight) / sum)} %`;
}
