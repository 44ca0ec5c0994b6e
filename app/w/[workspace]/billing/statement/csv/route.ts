import { api } from "@/server/composition/caller";
import { answerDownload } from "@/server/composition/download";
import { statementCsv } from "./lines";

type Props = { params: Promise<{ workspace: string }> };

/** Returns a month's statement as CSV. Without `month` in the address it is the current month. */
export async function GET(request: Request, { params }: Props): Promise<Response> {
  const { workspace } = await params;
  return answerDownload(request, `/w/${workspace}/billing/statement`, () => wholeStatement(request, workspace));
}

async function wholeStatement(request: Request, workspace: string): Promise<Response> {
  const asked = new URL(request.url).searchParams.get("month");
  const { billing } = await api();
  const { month, currency, lines } = await billing.statementLines({ workspace, ...(asked ? { month: asked } : {}) });
  return new Response(statementCsv(month, currency, lines), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="${workspace}-${month}.csv"`,
    },
  });
}
