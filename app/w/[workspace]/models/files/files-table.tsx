"use client";

import { Badge } from "@/app/_ui/badge";
import { formatBytes, formatNumber } from "@/app/_ui/format";
import { RowMenu, RowMenuCopy, RowMenuDownload, RowMenuItem, RowMenus } from "@/app/_ui/row-menu";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs, RowOf } from "@/server/composition/outputs";

export type FileRow = Omit<
  RowOf<Outputs["files"]["list"]>,
  "sha256" | "keyName" | "keyId" | "purpose" | "sampleType"
> & {
  kind: string;
  /** Where it is saved from. */
  href: string;
};

const columns = [
  { label: "File" },
  { label: "Size" },
  { label: "Samples" },
  { label: "Kind" },
  { label: "For" },
  { label: "Uploaded" },
  { label: "Actions", isLabelHidden: true },
];

/** Draws a row per file, with what may be done about it. `reason`: why this person may not delete. */
export function FilesTable({ rows, here, reason }: { rows: FileRow[]; here: string; reason: string | undefined }) {
  return (
    <>
      <RowMenus href={here} />
      <Table label="Files" columns={columns}>
        {rows.map((file) => (
          <TableRow key={file.id}>
            <TableCell kind="primary">
              <p className="wrap-anywhere font-medium">{file.filename}</p>
              {file.expiresAt && (
                <p className="text-[0.8125rem] text-ink-soft">
                  Is deleted <RelativeTime date={file.expiresAt} />
                </p>
              )}
            </TableCell>
            <TableCell label="Size" className="figures whitespace-nowrap">
              {formatBytes(file.bytes)}
            </TableCell>
            <TableCell label="Samples" className="figures text-ink-soft">
              {file.lines === null ? "–" : formatNumber(file.lines)}
            </TableCell>
            <TableCell label="Kind" className="text-ink-soft">
              {file.kind}
            </TableCell>
            <TableCell label="For">
              {file.visibility === "user" ? <Badge tone="accent">Only you</Badge> : <Badge>Workspace</Badge>}
            </TableCell>
            <TableCell label="Uploaded" className="text-ink-soft">
              <span className="wrap-anywhere">
                <RelativeTime date={file.createdAt} /> by {file.isMine ? "you" : (file.uploaderName ?? "a service key")}
              </span>
            </TableCell>
            <TableCell kind="actions">
              <RowMenu row={file.id} label={`Actions for ${file.filename}`}>
                <RowMenuItem row={file.id} dialog="details">
                  Details
                </RowMenuItem>
                <RowMenuDownload href={file.href}>Download</RowMenuDownload>
                <RowMenuCopy value={file.id} done="Id copied.">
                  Copy id
                </RowMenuCopy>
                <RowMenuItem row={file.id} dialog="delete" tone="danger" disabledReason={reason}>
                  Delete
                </RowMenuItem>
              </RowMenu>
            </TableCell>
          </TableRow>
        ))}
      </Table>
    </>
  );
}
