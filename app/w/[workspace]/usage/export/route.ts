import { api } from "@/server/composition/caller";
import { answerDownload, downloadBody } from "@/server/composition/download";
import { reportOf, viewOf } from "../view";
import { csvHead, csvLines } from "./csv";

/**
 * Sends the report of the page as a CSV file. It is read and sent in parts, to limit the memory. A person without
 * access is refused before anything is sent; after a later failure the download is incomplete.
 */
export async function GET(request: Request, { params }: { params: Promise<{ workspace: string }> }): Promise<Response> {
  const { workspace } = await params;
  return answerDownload(request, `/w/${workspace}/usage`, () => wholeReport(request, workspace));
}

async function wholeReport(request: Request, workspace: string): Promise<Response> {
  const view = viewOf(Object.fromEntries(new URL(request.url).searchParams), new Date());
  const query = { workspace, ...reportOf(view) };
  const { usage } = await api();
  const first = await usage.export(query);
  async function* lines(begun: typeof first): AsyncGenerator<string> {
    let part = begun;
    yield csvHead(view.groupBy) + csvLines(part, view.groupBy);
    while (part.next) {
      part = await usage.export({ ...query, step: part.next.toISOString() });
      yield csvLines(part, view.groupBy);
    }
  }
  return new Response(await downloadBody(first, lines), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="usage-${workspace}-${view.range}.csv"`,
    },
  });
}
