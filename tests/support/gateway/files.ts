import { readdir } from "node:fs/promises";
import type postgres from "postgres";
import { type TestWorkspace, workspace } from "../people";
import { startGateway, type TestGateway } from "./gateway";

/** Returns a line of a file of conversations. */
export const sample = (answer: string) =>
  JSON.stringify({
    messages: [
      { role: "user", content: "What is the sea?" },
      { role: "assistant", content: answer },
    ],
  });

/** A file with two samples and everything that is tolerated between lines. */
export const goodFile = `${sample("Much water.")}\r\n\n${sample("Salt, mostly.")}\n`;

/** Returns a file to put into a form. */
export const jsonl = (text: string | Buffer, name = "samples.jsonl") => new File([text as string], name);

/** Returns the workspaces whose stored total of bytes differs from the sum of their files that are not deleted. */
export const miscounted = (sql: postgres.Sql) => sql`
  select coalesce(t.workspace_id, f.workspace_id) as workspace, t.bytes as kept, f.bytes as summed from file_totals t
  full join (select workspace_id, sum(bytes) as bytes from files where deleted_at is null group by 1) f on f.workspace_id = t.workspace_id
  where coalesce(t.bytes, 0) <> coalesce(f.bytes, 0)`;

/** Returns the header that shows a key. */
export const as = (key: string) => ({ authorization: `Bearer ${key}` });

/** The parts of a form: each a name, and a text or a file. */
export type Parts = [string, string | File][];

/** A gateway, a workspace with a key, and functions that call the files API. */
export type FileClient = {
  gateway: TestGateway;
  acme: TestWorkspace;
  apiKey: string;
  keyIn(where: TestWorkspace, more?: object, who?: TestWorkspace["admin"]): Promise<string>;
  get(at: string, key?: string): Promise<Response>;
  remove(id: string, key?: string): Promise<Response>;
  post(parts: Parts, key?: string): Promise<Response>;
  /** Uploads a file and resolves to its id; fails the test when it is refused. */
  upload(text?: string, key?: string, more?: Parts): Promise<string>;
};

/** Starts one. */
export async function fileClient(): Promise<FileClient> {
  const gateway = await startGateway();
  const acme = await workspace();
  const keyIn: FileClient["keyIn"] = async (where, more = {}, who = where.admin) =>
    (await who.api.keys.create({ workspace: where.slug, name: "A key", ...more })).secret;
  const apiKey = await keyIn(acme);
  const ask = (method: string, at: string, key: string) => fetch(gateway.url + at, { method, headers: as(key) });
  const post: FileClient["post"] = (parts, key = apiKey) => {
    const form = new FormData();
    for (const [name, value] of parts) form.append(name, value);
    return fetch(`${gateway.url}/v1/files`, { method: "POST", headers: as(key), body: form });
  };
  return {
    ...{ gateway, acme, apiKey, keyIn, post },
    get: (at, key = apiKey) => ask("GET", at, key),
    remove: (id, key = apiKey) => ask("DELETE", `/v1/files/${id}`, key),
    async upload(text = goodFile, key = apiKey, more = []) {
      const answer = await post([["file", jsonl(text)], ...more], key);
      if (answer.status !== 200) throw new Error(`the upload was refused: ${await answer.text()}`);
      return ((await answer.json()) as { id: string }).id;
    },
  };
}

/** Returns the names of everything in the store's folder. */
export async function storedNames(): Promise<string[]> {
  const all = await readdir(String(process.env.FILES_DIR), { recursive: true, withFileTypes: true }).catch(() => []);
  return all.filter((entry) => entry.isFile()).map(({ name }) => name);
}
