import { api } from "@/server/composition/caller";
import { answerDownload, downloadBody } from "@/server/composition/download";
import { ledgerHead, momentLines } from "./lines";

type Props = { params: Promise<{ workspace: string }> };

/**
 * Returns a month of the ledger with the chain that seals it, which can be verified without Atelier. It is read and
 * sent in parts, to limit the memory. Without `month` in the address it is the current month.
 */
export async function GET(request: Request, { params }: Props): Promise<Response> {
  const { workspace } = await params;
  return answerDownload(request, `/w/${workspace}/billing/statement`, () => wholeMonth(request, workspace));
}

async function wholeMonth(request: Request, workspace: string): Promise<Response> {
  const asked = new URL(request.url).searchParams.get("month");
  const { billing } = await api();
  const head = await billing.sealedMonth({ workspace, ...(asked ? { month: asked } : {}) });
  const { month } = head;
  async function* lines({ first, last }: typeof head): AsyncGenerator<string> {
    yield ledgerHead(head);
    let from: number | null = first > 0 ? first : null;
    while (from !== null) {
      const part: Awaited<ReturnType<typeof billing.sealedPart>> = await billing.sealedPart({
        workspace,
        month,
        from,
        last,
      });
      yield part.moments.map(momentLines).join("");
      from = part.next;
    }
  }
  return new Response(await downloadBody(head, lines), {
    headers: {
      "Content-Type": "application/x-ndjson; charset=utf-8",
      "Content-Disposition": `attachment; filename="${workspace}-${month}-ledger.jsonl"`,
    },
  });
}
