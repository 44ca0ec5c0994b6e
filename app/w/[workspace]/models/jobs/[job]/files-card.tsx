import type { Route } from "next";
import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { formatBytes, formatCount } from "@/app/_ui/format";
import { Link } from "@/app/_ui/link";
import { Table, TableCell, TableRow } from "@/app/_ui/table";

type JobFile = {
  id: string;
  use: "training" | "validation";
  weight: number;
  /** Null: a file that only its uploader sees. */
  filename: string | null;
  bytes: number;
  isDeleted: boolean;
};

const columns = [
  { label: "File" },
  { label: "Use" },
  { label: "Weight", align: "end" as const },
  { label: "Size", align: "end" as const },
];

/** Draws the files a job reads. */
export function FilesCard({ slug, files }: { slug: string; files: JobFile[] }) {
  return (
    <Card isFlush title="Files" description={formatCount(files.length, "file")}>
      <Table label="Files of the job" columns={columns}>
        {files.map((file) => (
          <TableRow key={`${file.use} ${file.id}`}>
            <TableCell kind="primary">
              <span className="inline-flex flex-wrap items-center gap-2">
                {file.filename === null ? (
                  <span className="text-ink-soft">A file that only its uploader sees</span>
                ) : file.isDeleted ? (
                  <span className="wrap-anywhere">{file.filename}</span>
                ) : (
                  <Link
                    href={`/w/${slug}/models/files?dialog=details:${file.id}` as Route}
                    className="wrap-anywhere underline decoration-hairline underline-offset-4 hover:decoration-accent"
                  >
                    {file.filename}
                  </Link>
                )}
                {file.isDeleted && <Badge>Deleted</Badge>}
              </span>
            </TableCell>
            <TableCell label="Use" className="text-ink-soft">
              {file.use === "training" ? "Training" : "Validation"}
            </TableCell>
            <TableCell label="Weight" align="end" className="figures text-ink-soft">
              {file.weight}
            </TableCell>
            <TableCell label="Size" align="end" className="figures whitespace-nowrap text-ink-soft">
              {formatBytes(file.bytes)}
            </TableCell>
          </TableRow>
        ))}
      </Table>
    </Card>
  );
}
