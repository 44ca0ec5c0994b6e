import { exportFormats } from "@/server/audit/input";
import { api } from "@/server/composition/caller";
import { answerDownload } from "@/server/composition/download";
import { filtersOf, viewOf } from "../view";
import { exportHead, exportLines } from "./lines";

/**
 * Returns the log as the page shows it, all pages of it, as a CSV file or with a JSON object a line. Read and sent part by part, so
 * it takes no more memory for more. That it was downloaded is in the log first; if it fails later, the download breaks off.
 */
export async function GET(request: Request, { params }: { params: Promise<{ workspace: string }> }): Promise<Response> {
  const { workspace } = await params;
  return answerDownload(request, `/w/${workspace}/audit`, () => wholeLog(request, workspace));
}

async function wholeLog(request: Request, workspace: string): Promise<Response> {
  const query = Object.fromEntries(new URL(request.url).searchParams);
  const format = exportFormats.find((each) => each === query.format) ?? "csv";
  const filters = { workspace, ...filtersOf(viewOf(query)) };
  const { audit } = await api();
  await audit.startExport({ ...filters, format });
  let part = await audit.export(filters);
  let text = exportHead(format) + exportLines(format, part.workspaceId, part.rows);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      controller.enqueue(encoder.encode(text));
      if (!part.next) return controller.close();
      part = await audit.export({ ...filters, after: part.next });
      text = exportLines(format, part.workspaceId, part.rows);
    },
  });
  return new Response(body, {
    headers: {
      "Content-Type": format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8",
      "Content-Disposition": `attachment; filename="audit-${workspace}.${format}"`,
    },
  });
}
