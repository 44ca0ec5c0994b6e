import { jsonList } from "@/app/_shared/json-parts";
import { api } from "@/server/composition/caller";
import { answerDownload, downloadBody } from "@/server/composition/download";

/**
 * Sends all data about the person as one JSON file. It is read and sent in parts, to limit the memory. After a failure
 * the download is incomplete and not valid JSON.
 */
export function GET(request: Request): Promise<Response> {
  return answerDownload(request, "/account", everything);
}

async function everything(): Promise<Response> {
  const { account } = await api();
  const begun = await account.beginExport();
  const { exportedAt } = begun;

  async function* text({ personSections, workspaceSections, workspaces }: typeof begun): AsyncGenerator<string> {
    yield `{\n"format": "atelier-account/1",\n"exportedAt": ${JSON.stringify(exportedAt)}`;
    for (const section of personSections)
      yield* jsonList(section, (after) => account.exportPart({ section, ...(after ? { after } : {}) }));
    yield ',\n"workspaces": [';
    for (const [index, workspaceId] of workspaces.entries()) {
      yield `${index ? "," : ""}\n{ "id": ${JSON.stringify(workspaceId)}`;
      for (const section of workspaceSections)
        yield* jsonList(section, (after) =>
          account.exportWorkspacePart({ section, workspaceId, ...(after ? { after } : {}) }),
        );
      yield " }";
    }
    yield "\n]\n}\n";
  }

  return new Response(await downloadBody(begun, text), {
    headers: {
      "Content-Type": "application/json; charset=utf-8",
      "Content-Disposition": `attachment; filename="atelier-account-${exportedAt.slice(0, 10)}.json"`,
    },
  });
}
