import { api } from "@/server/composition/caller";
import { answerDownload } from "@/server/composition/download";
import { ledgerHead, momentLines } from "./lines";

type Props = { params: Promise<{ workspace: string }> };

/**
 * A month of the ledger with the chain that seals it, which verifies without Atelier. Read and sent part by part, so that it takes no more
 * memory for more. Without `month` in the address it is this one.
 */
export async function GET(request: Request, { params }: Props): Promise<Response> {
  const { workspace } = await params;
  return answerDownload(request, `/w/${workspace}/billing/statement`, () => wholeMonth(request, workspace));
}

async function wholeMonth(request: Request, workspace: string): Promise<Response> {
  const asked = new URL(request.url).searchParams.get("month");
  const { billing } = await api();
  const head = await billing.sealedMonth({ workspace, ...(asked ? { month: asked } : {}) });
  const { month, last } = head;
  const encoder = new TextEncoder();
  let text = ledgerHead(head);
  let from: number | null = head.first > 0 ? head.first : null;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      controller.enqueue(encoder.encode(text));
      if (from === null) return controller.close();
      const part = await billing.sealedPart({ workspace, month, from, last });
      text = part.moments.map(momentLines).join("");
      from = part.next;
    },
  });
  return new Response(body, {
    headers: {
      "Content-Type": "application/x-ndjson; charset=utf-8",
      "Content-Disposition": `attachment; filename="${workspace}-${month}-ledger.jsonl"`,
    },
  });
}
