import { randomUUID } from "node:crypto";
import { Mistral } from "@mistralai/mistralai";
import { Mistral as MistralV1 } from "mistralai-v1";
import { Mistral as MistralV24 } from "mistralai-v2-4";
import OpenAI, { ConflictError, NotFoundError, toFile, UnprocessableEntityError } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { type FileClient, fileClient, goodFile as good, sample as line } from "@/tests/support/gateway/files";
import type { TestGateway } from "@/tests/support/gateway/gateway";
import { type TestWorkspace, workspace } from "@/tests/support/people";

let files: FileClient;
let gateway: TestGateway;
let acme: TestWorkspace;
let apiKey: string;

beforeAll(async () => {
  files = await fileClient();
  ({ gateway, acme, apiKey } = files);
});
afterAll(() => gateway.close());

const upload: FileClient["upload"] = (...args) => files.upload(...args);
const keyIn: FileClient["keyIn"] = (...args) => files.keyIn(...args);

describe.each([
  ["@mistralai/mistralai 2.7", (key: string) => new Mistral({ apiKey: key, serverURL: gateway.url })],
  ["@mistralai/mistralai 2.4", (key: string) => new MistralV24({ apiKey: key, serverURL: gateway.url })],
  ["@mistralai/mistralai 1", (key: string) => new MistralV1({ apiKey: key, serverURL: gateway.url })],
] as const)("%s, as it is", (_, client) => {
  test("uploads, lists, retrieves, downloads, links and deletes a file", async () => {
    const { files } = client(apiKey);
    const made = await files.upload({
      file: { fileName: "träning 🌊.jsonl", content: Buffer.from(good) },
      purpose: "fine-tune",
    });
    expect(made).toMatchObject({
      ...{ object: "file", filename: "träning 🌊.jsonl", purpose: "fine-tune", sampleType: "instruct", numLines: 2 },
      ...{ source: "upload", sizeBytes: Buffer.byteLength(good), visibility: "workspace" },
    });
    const listed = await files.list({ pageSize: 1, search: "träning" });
    expect(listed).toMatchObject({
      object: "list",
      data: [{ id: made.id, source: "upload" }],
      total: expect.any(Number),
    });
    expect(await files.list()).toMatchObject({ object: "list" });
    expect((await files.list({ sampleType: ["pretrain"] })).data).toEqual([]);
    expect(await files.retrieve({ fileId: made.id })).toMatchObject({ id: made.id, deleted: false, numLines: 2 });
    const bytes = await new Response((await files.download({ fileId: made.id })) as ReadableStream).text();
    expect(bytes).toBe(good);
    const { url } = await files.getSignedUrl({ fileId: made.id, expiry: 1 });
    expect(await (await fetch(gateway.url + url.slice(new URL(url).origin.length))).text()).toBe(good);
    expect(await files.delete({ fileId: made.id })).toEqual({ id: made.id, object: "file", deleted: true });
    await expect(files.retrieve({ fileId: made.id })).rejects.toMatchObject({ statusCode: 404 });
  });

  test("is told which lines of a file are wrong", async () => {
    const attempt = client(apiKey).files.upload({
      file: { fileName: "a.jsonl", content: Buffer.from(`${line("a")}\nno\n[]`) },
    });
    const error = await attempt.catch((error) => error);
    expect(error.statusCode).toBe(422);
    expect(JSON.parse(error.body)).toMatchObject({
      message: "Line 2 is not JSON. 1 more line is wrong.",
      detail: [
        { loc: ["body", "file", 2], msg: "Line 2 is not JSON.", type: "not_json" },
        { loc: ["body", "file", 3], msg: "Line 3 is not a JSON object.", type: "not_object" },
      ],
    });
  });
});

describe("openai, as it is", () => {
  const client = (key = apiKey) => new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });

  test("uploads, lists, retrieves, downloads and deletes a file", async () => {
    const { files } = client();
    const made = await files.create({
      ...{ file: await toFile(Buffer.from(good), "samples.jsonl"), purpose: "fine-tune" },
      ...{ expires_after: { anchor: "created_at", seconds: 7_200 } },
    });
    expect(made).toMatchObject({ object: "file", bytes: Buffer.byteLength(good), status: "processed" });
    expect((made.expires_at ?? 0) - made.created_at).toBe(7_200);
    expect(await files.retrieve(made.id)).toMatchObject({ id: made.id, filename: "samples.jsonl" });
    expect(await (await files.content(made.id)).text()).toBe(good);
    expect(await files.delete(made.id)).toMatchObject({ id: made.id, deleted: true });
    await expect(files.retrieve(made.id)).rejects.toBeInstanceOf(NotFoundError);
  });

  test("goes through a list of several pages by itself, each file once, in both orders", async () => {
    const other = await workspace();
    const key = await keyIn(other);
    const made: string[] = [];
    for (let i = 0; i < 5; i++) made.push(await upload(good, key));
    const ids = async (order: "asc" | "desc") => {
      const found: string[] = [];
      for await (const { id } of client(key).files.list({ limit: 2, order })) found.push(id);
      return found;
    };
    expect(await ids("asc")).toEqual(made);
    expect(await ids("desc")).toEqual(made.toReversed());
    await expect(client(key).files.list({ after: randomUUID() })).rejects.toBeInstanceOf(NotFoundError);
  });

  test("is told which line is wrong, and that a job needs a file", async () => {
    const attempt = client().files.create({ file: await toFile(Buffer.from("{}"), "a.jsonl"), purpose: "fine-tune" });
    const error = await attempt.catch((error) => error);
    expect(error).toBeInstanceOf(UnprocessableEntityError);
    expect(error).toMatchObject({ code: "invalid_file", param: "file" });
    expect(error.message).toContain('Line 1 has neither "messages" nor "text".');
    const id = await upload();
    await useInJob(acme.id, id, null);
    await expect(client().files.delete(id)).rejects.toBeInstanceOf(ConflictError);
    await owner`update fine_tuning_jobs set status = 'CANCELLED', ended_at = now() where workspace_id = ${acme.id}`;
    expect(await client().files.delete(id)).toMatchObject({ deleted: true });
  });
});

async function useInJob(workspaceId: string, fileId: string, endedAt: Date | null): Promise<void> {
  await owner`
    with job as (
      insert into fine_tuning_jobs (workspace_id, model, hyperparameters, ended_at, status)
      values (${workspaceId}, 'm', '{}', ${endedAt}, ${endedAt ? "SUCCESS" : "RUNNING"}) returning id
    )
    insert into fine_tuning_files (workspace_id, job_id, file_id, use)
    select ${workspaceId}, id, ${fileId}, 'training' from job`;
}
