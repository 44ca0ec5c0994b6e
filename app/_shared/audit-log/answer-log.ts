import { type ExportFormat, exportFormats } from "@/server/audit/input";
import { downloadBody } from "@/server/composition/download";
import { type ExportedEvent, exportHead, exportLines } from "./export-lines";

type Part = { workspaceId: string; rows: ExportedEvent[]; next: string | null };

/**
 * Answers with a log as a file. It is read and sent part by part, to bound the memory. The download is recorded in the log
 * before it starts; if it fails later, it breaks off.
 *
 * @param requested the format that the address names; CSV where it names no known one
 * @param name what the log is of, for the file's name
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
