import { type ExportFormat, exportFormats } from "@/server/audit/input";
import { downloadBody } from "@/server/composition/download";
import { type ExportedEvent, exportHead, exportLines } from "./export-lines";

type Part = { workspaceId: string; rows: ExportedEvent[]; next: string | null };

/**
 * Answers with a log as a file. It is read and sent in parts, to limit the memory. The download is recorded in the log
 * before it starts. If it fails later, the connection is closed.
 *
 * @param requested the format in the address; CSV when it is unknown
 * @param name the log's name in the file name
 */
export async function answerLog(
  requested: string | undefined,
  name: string,
  log: { start: (format: ExportFormat) => Promise<unknown>; part: (after?: string) => Promise<Part> },
): Promise<Response> {
  const format = exportFormats.find((each) => each === requested) ?? "csv";
  await log.start(format);
  async function* lines(first: Part): AsyncGenerator<string> {
    let part = first;
    yield exportHead(format) + exportLines(format, part.workspaceId, part.rows);
    while (part.next) {
      part = await log.part(part.next);
      yield exportLines(format, part.workspaceId, part.rows);
    }
  }
  return new Response(await downloadBody(await log.part(), lines), {
    headers: {
      "Content-Type": format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8",
      "Content-Disposition": `attachment; filename="audit-${name}.${format}"`,
    },
  });
}
