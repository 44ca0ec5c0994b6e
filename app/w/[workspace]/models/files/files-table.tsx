"use client";

import { Badge } from "@/app/_ui/badge";
import { formatBytes, formatNumber } from "@/app/_ui/format";
import { RowMenu, RowMenus } from "@/app/_ui/row-menu";
import { SelectionBar } from "@/app/_ui/selection-bar";
import { type SortColumn, type Sorting, sortable } from "@/app/_ui/sorting";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs, RowOf } from "@/server/composition/outputs";

export type FileRow = Omit<
  RowOf<Outputs["files"]["list"]>,
  "sha256" | "keyName" | "keyId" | "purpose" | "sampleType"
> & {
  kind: string;
  /** The address of the download. */
  href: string;
};

const columns: SortColumn[] = [
  { label: "File" },
  { label: "Kind" },
  { label: "Uploaded", sortBy: "newest", first: "desc" },
  { label: "Size", align: "end" },
  { label: "Samples", align: "end" },
  { label: "For" },
  { label: "Actions", isLabelHidden: true },
];

const selection = { form: "selection", name: "chosen" };
const actions = [{ dialog: "delete-many", label: "Delete" }];

const menuLabel = ({ filename }: FileRow) => `Actions for ${filename}`;

/** Draws a row per file, with the menu of actions. `reason`: why this person may not delete. */
export function FilesTable({
  rows,
  here,
  reason,
  sorting,
}: {
  rows: FileRow[];
  here: string;
  reason: string | undefined;
  sorting: Sorting;
}) {
  const maySelect = reason === undefined;
  return (
    <>
      <RowMenus
        href={here}
        rows={rows}
        menuOf={(file) => ({
          row: file.id,
          label: menuLabel(file),
          items: [
            { label: "Details", dialog: "details" },
            { label: "Download", file: file.href },
            { label: "Copy id", copied: file.id, done: "Id copied." },
            { label: "Delete", dialog: "delete", tone: "danger", disabledReason: reason },
          ],
        })}
      />
      <Table label="Files" columns={sortable(columns, sorting)} isList selection={maySelect ? selection : undefined}>
        {rows.map((file) => (
          <TableRow
            key={file.id}
            tick={maySelect ? { ...selection, value: file.id, label: `Select ${file.filename}` } : undefined}
          >
            <TableCell kind="primary">
              <p className="wrap-anywhere font-medium">{file.filename}</p>
              {file.expiresAt && (
                <p className="text-[0.8125rem] text-ink-soft">
                  Is deleted <RelativeTime date={file.expiresAt} />
                </p>
              )}
            </TableCell>
            <TableCell label="Kind" className="text-ink-soft">
              {file.kind}
            </TableCell>
            <TableCell label="Uploaded" className="text-ink-soft">
              <span className="wrap-anywhere">
                <RelativeTime date={file.createdAt} /> by {file.isMine ? "you" : (file.uploaderName ?? "a service key")}
              </span>
            </TableCell>
            <TableCell label="Size" align="end" isGlance className="figures whitespace-nowrap">
              {formatBytes(file.bytes)}
            </TableCell>
            <TableCell label="Samples" align="end" className="figures text-ink-soft">
              {file.lines === null ? "–" : formatNumber(file.lines)}
            </TableCell>
            <TableCell label="For">
              {file.visibility === "user" ? <Badge tone="accent">Only you</Badge> : <Badge>Workspace</Badge>}
            </TableCell>
            <TableCell kind="actions">
              <RowMenu row={file.id} label={menuLabel(file)} />
            </TableCell>
          </TableRow>
        ))}
      </Table>
      {maySelect && <SelectionBar {...selection} href={here} actions={actions} />}
    </>
  );
}
