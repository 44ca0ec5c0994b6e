import { Mistral } from "@mistralai/mistralai";
import { Mistral as MistralV1 } from "mistralai-v1";
import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { advance, chatLines, linesOfFile, newBatch } from "@/tests/support/gateway/batches";
import { startGateway, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, type TestWorkspace, workspace } from "@/tests/support/people";

let upstream: FakeModelServer;
let gateway: TestGateway;
let acme: TestWorkspace;
let apiKey: string;
let openai: OpenAI;

beforeAll(async () => {
  upstream = await startModelServer();
  gateway = await startGateway({ MODEL_SERVER_URL: upstream.url, BATCH_CONCURRENCY: "3" });
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});
beforeEach(async () => {
  upstream.answer = json(completion);
  upstream.asked.length = 0;
  acme = await workspace();
  apiKey = await newKey(acme);
  openai = new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
});
afterEach(
  () =>
    owner`update batches set status = 'cancelled', ended_at = now(), claim = null, claimed_until = null where ended_at is null`,
);

/** As Mistral has them: the batch names the endpoint and the model. */
const lines = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    JSON.stringify({ custom_id: String(i), body: { max_tokens: 10, messages: [{ role: "user", content: `${i}` }] } }),
  ).join("\n");

describe.each([
  ["@mistralai/mistralai 2.7", () => new Mistral({ apiKey, serverURL: gateway.url })],
  ["@mistralai/mistralai 1", () => new MistralV1({ apiKey, serverURL: gateway.url })],
] as const)("%s, as it is", (_, client) => {
  const create = async (more: object = {}, content = lines(3)) => {
    const { id } = await client().files.upload({
      file: { fileName: "in.jsonl", content: Buffer.from(content) },
      purpose: "batch",
    });
    return client().batch.jobs.create({
      ...{ inputFiles: [id], endpoint: "/v1/chat/completions", model: "small", metadata: { job: "test" } },
      ...more,
    });
  };

  test("creates, follows, lists and cancels batches, and downloads what was answered", async () => {
    const made = await create({ timeoutHours: 2 });
    expect(made).toMatchObject({
      ...{ object: "batch", status: "QUEUED", model: "small", endpoint: "/v1/chat/completions", errors: [] },
      ...{ metadata: { job: "test" }, totalRequests: 0, completedRequests: 0 },
    });
    const [row] =
      await owner`select extract(epoch from expires_at - created_at)::int as s from batches where id = ${made.id}`;
    expect(row?.s).toBe(7_200);
    await advance();
    const done = await client().batch.jobs.get({ jobId: made.id });
    expect(done).toMatchObject({
      ...{ status: "SUCCESS", totalRequests: 3, completedRequests: 3, succeededRequests: 3, failedRequests: 0 },
      ...{
        outputFile: expect.any(String),
        errorFile: null,
        startedAt: expect.any(Number),
        completedAt: expect.any(Number),
      },
    });
    expect(upstream.asked[0]?.body).toMatchObject({ model: "small", max_tokens: 10 });
    const output = await linesOfFile(openai, done.outputFile);
    expect(output.map(({ custom_id: id, response }) => [id, response.body.object])).toEqual([
      ["0", "chat.completion"],
      ["1", "chat.completion"],
      ["2", "chat.completion"],
    ]);
    const other = await create();
    expect(await client().batch.jobs.cancel({ jobId: other.id })).toMatchObject({ status: "CANCELLATION_REQUESTED" });
    expect(await client().batch.jobs.list({ status: ["SUCCESS"], createdByMe: true })).toMatchObject({
      ...{ total: 1, data: [{ id: made.id }] },
    });
    expect(await client().batch.jobs.list({ pageSize: 1, page: 1 })).toMatchObject({
      total: 2,
      data: [{ id: made.id }],
    });
    expect(await client().batch.jobs.list({ model: "another" })).toMatchObject({ total: 0, data: [] });
  });

  test("sends requests with the batch itself", async () => {
    const requests = [0, 1, 2].map((i) => ({
      ...(i > 0 && { customId: `own-${i}` }),
      body: { max_tokens: 10, messages: [{ role: "user", content: `${i}` }] },
    }));
    const job = { endpoint: "/v1/chat/completions", model: "small" } as const;
    const made = await client().batch.jobs.create({ ...job, requests } as never);
    await advance();
    const done = await client().batch.jobs.get({ jobId: made.id });
    expect(done).toMatchObject({ status: "SUCCESS", succeededRequests: 3 });
    const output = await linesOfFile(openai, done.outputFile);
    expect(output.map(({ custom_id: id }) => id).sort()).toEqual(["0", "own-1", "own-2"]);
    expect((await linesOfFile(openai, done.inputFiles[0])).map(({ custom_id: id }) => id)).toEqual([
      "0",
      "own-1",
      "own-2",
    ]);
    const both = { ...job, requests, inputFiles: done.inputFiles };
    await expect(client().batch.jobs.create(both as never)).rejects.toMatchObject({ statusCode: 422 });
    await expect(client().batch.jobs.create({ ...job, requests: [] } as never)).rejects.toMatchObject({
      statusCode: 422,
    });
    // What was kept of a batch that could not be made is gone again.
    const files = async () =>
      (await owner`select from files where workspace_id = ${acme.id} and deleted_at is null`).length;
    const before = await files();
    await owner`
      insert into batches (workspace_id, id, endpoint, form, input_file_id, status, expires_at)
      select workspace_id, gen_random_uuid(), endpoint, form, input_file_id, 'validating', now() + interval '1 day'
      from batches, generate_series(1, 50) where id = ${made.id}`;
    await expect(client().batch.jobs.create({ ...job, requests } as never)).rejects.toMatchObject({ statusCode: 409 });
    expect(await files()).toBe(before);
  });

  test("is told which lines cannot be sent, and what Atelier does not have", async () => {
    const { id } = await create({}, `${lines(1)}\n${JSON.stringify({ custom_id: "1", body: { model: "other" } })}`);
    await advance();
    expect(await client().batch.jobs.get({ jobId: id })).toMatchObject({
      ...{ status: "FAILED", errors: [{ message: expect.stringMatching(/^Line 2: .*other/), count: 1 }] },
    });
    await expect(create({ inputFiles: [] })).rejects.toMatchObject({ statusCode: 422 });
    await expect(create({ agentId: "ag:1" })).rejects.toMatchObject({ statusCode: 422 });
  });
});

test("no more requests are under way at a server than it may be asked at once, whatever number of batches there are", async () => {
  let [now, most] = [0, 0];
  upstream.answer = async (response, asked, request) => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 20));
    now--;
    json(completion)(response, asked, request);
  };
  const ids = [await newBatch(openai, chatLines(12)), await newBatch(openai, chatLines(12))];
  expect(await advance()).toBe(2);
  for (const id of ids) expect((await openai.batches.retrieve(id)).status).toBe("completed");
  expect(most).toBe(3);
});

test("lines for an endpoint that the server lacks are translated like every request", async () => {
  upstream.answer = (response, asked, request) =>
    asked.url.endsWith("/responses")
      ? json({ detail: "Not Found" }, 404)(response, asked, request)
      : json(completion)(response, asked, request);
  const line = { custom_id: "a", method: "POST", url: "/v1/responses", body: { model: "small", input: "Hello" } };
  const id = await newBatch(openai, [JSON.stringify(line)], { endpoint: "/v1/responses" });
  await advance();
  const done = await openai.batches.retrieve(id);
  expect(await linesOfFile(openai, done.output_file_id)).toMatchObject([
    { custom_id: "a", response: { status_code: 200, body: { object: "response", status: "completed" } } },
  ]);
});

test("another workspace's batch is as one that never was", async () => {
  const id = await newBatch(openai, chatLines(1));
  const other = await workspace();
  const { secret } = await other.admin.api.keys.create({ workspace: other.slug, name: "Another" });
  const theirs = new OpenAI({ apiKey: secret, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  for (const what of [theirs.batches.retrieve(id), theirs.batches.cancel(id)])
    await expect(what).rejects.toMatchObject({ status: 404, code: "batch_not_found" });
  expect((await theirs.batches.list()).data).toEqual([]);
  expect((await theirs.batches.list({ after: id })).data).toEqual([]);
});
