import { jsonList } from "@/app/_shared/json-parts";
import { api } from "@/server/composition/caller";
import { answerDownload, downloadBody } from "@/server/composition/download";

type Props = { params: Promise<{ id: string }> };

/**
 * Sends all data about a person as one JSON file. It is read and sent in parts, to limit the memory. After a failure
 * the download is incomplete and not valid JSON.
 */
export async function GET(request: Request, { params }: Props): Promise<Response> {
  const { id } = await params;
  return answerDownload(request, "/instance/people", () => fileOf(id));
}

async function fileOf(userId: string): Promise<Response> {
  const { instance } = await api();
  const begun = await instance.beginPersonFile({ userId });
  const { exportedAt } = begun;

  async function* text({ sections }: typeof begun): AsyncGenerator<string> {
    yield `{\n"format": "atelier-person/1",\n"exportedAt": ${JSON.stringify(exportedAt)}`;
    for (const section of sections)
      yield* jsonList(section, (after) => instance.personFilePart({ userId, section, ...(after ? { after } : {}) }));
    yield "\n}\n";
  }

  return new Response(await downloadBody(begun, text), {
    headers: {
      "Content-Type": "application/json; charset=utf-8",
      "Content-Disposition": `attachment; filename="atelier-person-${exportedAt.slice(0, 10)}.json"`,
    },
  });
}
