import { answerLog } from "@/app/_shared/audit-log/answer-log";
import { filtersOf, viewOf } from "@/app/_shared/audit-log/view";
import { api } from "@/server/composition/caller";
import { answerDownload } from "@/server/composition/download";

/** Returns the log as the page shows it, all pages of it, as a CSV file or with a JSON object a line. */
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
