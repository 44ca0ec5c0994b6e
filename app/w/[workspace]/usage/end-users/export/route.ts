import { csvHead, csvLine } from "@/app/_ui/csv";
import { plainMoney } from "@/app/_ui/format";
import { oneMonth } from "@/server/billing/input";
import { api } from "@/server/composition/caller";
import { answerDownload, downloadBody } from "@/server/composition/download";

const heads = ["month", "end_user", "id", "requests", "errors", "tokens_in", "tokens_out", "cost", "currency"];

/**
 * Sends the end users of a month as a CSV file, those with the highest cost first. It is sent in parts, to limit the
 * memory.
 */
export async function GET(request: Request, { params }: { params: Promise<{ workspace: string }> }): Promise<Response> {
  const { workspace } = await params;
  return answerDownload(request, `/w/${workspace}/usage/end-users`, () => wholeMonth(request, workspace));
}

async function wholeMonth(request: Request, workspace: string): Promise<Response> {
  const asked = oneMonth.safeParse({ month: new URL(request.url).searchParams.get("month") ?? undefined });
  const month = asked.data?.month ?? new Date().toISOString().slice(0, 7);
  const { endUsers } = await api();
  const first = await endUsers.export({ workspace, month });
  const linesOf = ({ rows, currency }: typeof first) =>
    rows
      .map(({ id, name, requests, errors, promptTokens, completionTokens, cost }) =>
        csvLine([
          ...[month, id, name ?? "", requests, errors, promptTokens, completionTokens],
          ...[plainMoney(cost), currency],
        ]),
      )
      .join("");
  async function* lines(begun: typeof first): AsyncGenerator<string> {
    let part = begun;
    yield csvHead(heads) + linesOf(part);
    while (part.next) {
      part = await endUsers.export({ workspace, month, after: part.next });
      yield linesOf(part);
    }
  }
  return new Response(await downloadBody(first, lines), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="end-users-${workspace}-${month}.csv"`,
    },
  });
}
