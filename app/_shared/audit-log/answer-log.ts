import { type ExportFormat, exportFormats } from "@/server/audit/input";
import { downloadBody } from "@/server/composition/download";
import { type ExportedEvent, exportHead, exportLines } from "./export-lines";

type Part = { workspaceId: string; rows: ExportedEvent[]; next: string | null };

/**
 * Answers with a log as a file. It is read and sent part by part, so it takes no more memory for more. That it was
 * downloaded is in the log first; if it fails later, the download breaks off.
 *
 * @param asked the format as the address says it; CSV where it says none of ours
 * @param name what the log is of, for the file's name
 */
export async function answerLog(
  asked: string | undefined,
  name: string,
  log: { start: (format: ExportFormat) => Promise<unknown>; part: (after?: string) => Promise<Part> },
): Promise<Response> {
  const format = exportFormats.find((each) => each === asked) ?? "csv";
  await log.start(format);
  async function* lines(): AsyncGenerator<string> {
    let part = await log.part();
    yield exportHead(format) + exportLines(format, part.workspaceId, part.rows);
    while (part.next) {
      part = await log.part(part.next);
      yield exportLines(format, part.workspaceId, part.rows);
    }
  }
  return new Response(await downloadBody(lines()), {
    headers: {
      "Content-Type": format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8",
      "Content-Disposition": `attachment; filename="audit-${name}.${format}"`,
    },
  });
}
