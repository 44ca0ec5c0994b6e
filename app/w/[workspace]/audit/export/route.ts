import { answerLog } from "@/app/_shared/audit-log/answer-log";
import { filtersOf, viewOf } from "@/app/_shared/audit-log/view";
import { api } from "@/server/composition/caller";
import { answerDownload } from "@/server/composition/download";

/** Returns all pages of the log with the filters of the page, as a CSV file or with one JSON object per line. */
export async function GET(request: Request, { params }: { params: Promise<{ workspace: string }> }): Promise<Response> {
  const { workspace } = await params;
  return answerDownload(request, `/w/${workspace}/audit`, async () => {
    const query = Object.fromEntries(new URL(request.url).searchParams);
    const filters = { workspace, ...filtersOf(viewOf(query)) };
    const { audit } = await api();
    return answerLog(query.format, workspace, {
      start: (format) => audit.startExport({ ...filters, format }),
      part: (after) => audit.export({ ...filters, ...(after ? { after } : {}) }),
    });
  });
}
