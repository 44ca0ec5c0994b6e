"use client";

import { Badge } from "@/app/_ui/badge";
import { RowLink } from "@/app/_ui/row-link";
import { type MenuItem, RowMenu, RowMenus } from "@/app/_ui/row-menu";
import { SelectionBar } from "@/app/_ui/selection-bar";
import { type SortColumn, type Sorting, sortable } from "@/app/_ui/sorting";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { modelHref } from "@/app/w/[workspace]/_shared/model-href";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { kindNames, visibilityNames } from "./kind-names";
import { LastUsed } from "./last-used";
import { context, price } from "./model-figures";

export type ModelRow = RowOf<Outputs["models"]["list"]>;

const columns: SortColumn[] = [
  { label: "Model", sortBy: "name" },
  { label: "Kind" },
  { label: "Last used" },
  { label: "Price", align: "end" },
  { label: "For" },
  { label: "Maker" },
  { label: "Context", align: "end" },
  { label: "Actions", isLabelHidden: true },
];

const selection = { form: "selection", name: "chosen" };
const actions = [{ dialog: "archive-many", label: "Archive" }];

type Props = {
  slug: string;
  rows: ModelRow[];
  /** The list's address, to which a dialog is added. */
  here: string;
  currency: string;
  sorting: Sorting;
  /** Whether this person manages all models, or may only change those that they made. */
  mayManage: boolean;
  mayFineTune: boolean;
  /** Why this person may not manage models. */
  reason: string;
};

/** Draws a row per model that the workspace owns or that is shared with it, with the menu of actions. */
export function ModelsTable({ slug, rows, here, currency, sorting, ...may }: Props) {
  const mayArchive = ({ sharedBy, isArchived, isMine }: ModelRow) =>
    sharedBy === null && !isArchived && (may.mayManage || (may.mayFineTune && isMine));
  const maySelect = rows.some(mayArchive);
  return (
    <>
      <RowMenus
        href={here}
        rows={rows}
        menuOf={(model) => ({ row: model.id, label: menuLabel(model), items: itemsFor(model, may) })}
      />
      <Table label="Models" columns={sortable(columns, sorting)} isList selection={maySelect ? selection : undefined}>
        {rows.map((model) => (
          <TableRow
            key={model.id}
            tick={
              !maySelect
                ? undefined
                : mayArchive(model)
                  ? { ...selection, value: model.id, label: `Select ${model.name}` }
                  : null
            }
          >
            <TableCell kind="primary">
              <p className="wrap-anywhere">
                <RowLink href={modelHref(slug, model.id)} className="font-medium hover:underline">
                  {model.name}
                </RowLink>
              </p>
              <p className="wrap-anywhere font-mono text-[0.8125rem] text-ink-soft">{model.id}</p>
              <States row={model} />
            </TableCell>
            <TableCell label="Kind">
              <span className="block min-w-28">
                {model.sharedBy === null ? kindNames[model.origin] : "Shared"}
                {model.base && <span className="block wrap-anywhere text-ink-faint">from {model.base}</span>}
              </span>
            </TableCell>
            <TableCell label="Last used" isGlance className="text-ink-soft">
              <LastUsed hour={model.lastUsedAt} />
            </TableCell>
            <TableCell label="Price" align="end" className="figures whitespace-nowrap text-ink-soft">
              {price(model, currency)}
            </TableCell>
            <TableCell label="For" className="whitespace-nowrap text-ink-soft">
              {model.sharedBy === null ? visibilityNames[model.visibility] : visibilityNames.workspace}
            </TableCell>
            <TableCell label="Maker">
              {model.sharedBy === null ? (
                <span className="inline-flex flex-wrap items-center gap-2">
                  <span className="wrap-anywhere line-clamp-2 min-w-32" title={model.makerName ?? undefined}>
                    {model.makerName ?? "A program"}
                  </span>
                  {model.isMine && <Badge tone="accent">You</Badge>}
                </span>
              ) : (
                <span className="wrap-anywhere">{model.sharedBy}</span>
              )}
            </TableCell>
            <TableCell label="Context" align="end" className="figures text-ink-soft">
              {context(model.contextLength)}
            </TableCell>
            <TableCell kind="actions">
              <RowMenu row={model.id} label={menuLabel(model)} />
            </TableCell>
          </TableRow>
        ))}
      </Table>
      {maySelect && <SelectionBar {...selection} href={here} actions={actions} />}
    </>
  );
}

function States({ row }: { row: Pick<ModelRow, "isArchived" | "isServed"> }) {
  if (!row.isArchived && row.isServed !== false) return null;
  return (
    <p data-glance className="mt-1 flex flex-wrap gap-1.5">
      {row.isArchived && <Badge>Archived</Badge>}
      {row.isServed === false && <Badge tone="warning">Unavailable</Badge>}
    </p>
  );
}

const menuLabel = ({ name }: ModelRow) => `Actions for ${name}`;

function itemsFor(
  model: ModelRow,
  { mayManage, mayFineTune, reason }: Pick<Props, "mayManage" | "mayFineTune" | "reason">,
) {
  const isOurs = model.sharedBy === null;
  const foreign = isOurs ? undefined : `It belongs to ${model.sharedBy}.`;
  const change = foreign ?? (mayManage || (mayFineTune && model.isMine) ? undefined : `Not yours. ${reason}`);
  const manage = foreign ?? (mayManage ? undefined : reason);
  const item = (dialog: string, label: string, why: string | undefined, tone?: "danger"): MenuItem => ({
    dialog,
    label,
    tone,
    disabledReason: why,
  });
  return [
    item("edit", "Edit", change),
    item("visibility", "Who may use it", change),
    item("share", "Share", manage ?? (model.isArchived ? "It is archived." : undefined)),
    item("move", "Move", manage),
    model.isArchived ? item("restore", "Restore", change) : item("archive", "Archive", change),
    item("remove", "Delete", change, "danger"),
  ];
}
