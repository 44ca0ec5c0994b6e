import { answerLog } from "@/app/_shared/audit-log/answer-log";
import { filtersOf, viewOf } from "@/app/_shared/audit-log/view";
import { api } from "@/server/composition/caller";
import { answerDownload } from "@/server/composition/download";

/**
 * Returns all pages of the instance's log with the filters of the page, as a CSV file or with one JSON object per line.
 */
export async function GET(request: Request): Promise<Response> {
  return answerDownload(request, "/instance/audit", async () => {
    const query = Object.fromEntries(new URL(request.url).searchParams);
    const filters = filtersOf(viewOf(query));
    const { instance } = await api();
    return answerLog(query.format, "instance", {
      start: (format) => instance.startAuditExport({ ...filters, format }),
      part: (after) => instance.auditPart({ ...filters, ...(after ? { after } : {}) }),
    });
  });
}
