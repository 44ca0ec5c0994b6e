import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { advance, chatLine, chatLines, newBatch } from "@/tests/support/gateway/batches";
import { startGateway, type TestGateway } from "@/tests/support/gateway/gateway";
import { memberOf, type TestWorkspace, workspace } from "@/tests/support/people";

let upstream: FakeModelServer;
let gateway: TestGateway;
let acme: TestWorkspace;

const clientOf = (apiKey: string) => new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
const none = { url: "", headers: {}, text: "", body: {} };

beforeAll(async () => {
  upstream = await startModelServer();
  upstream.list = [{ id: "small", max_model_len: 8_192 }];
  gateway = await startGateway({ MODEL_SERVER_URL: upstream.url });
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});
beforeEach(async () => {
  upstream.answer = json(completion);
  acme = await workspace();
});
afterEach(
  () =>
    owner`update batches set status = 'cancelled', ended_at = now(), claim = null, claimed_until = null where ended_at is null`,
);

test.each([
  ["a NUL", "a\u0000b"],
  ["a NUL, in what looks like an own model's", "ft:a\u0000b"],
  ["half of a pair", "a\ud800b"],
  ["a pair at which a message is cut", `${"x".repeat(99)}😀`],
])("a model's name with %s fails the batch, which is not tried again and again", async (_, model) => {
  const client = clientOf((await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" })).secret);
  const id = await newBatch(client, [chatLine("a", {}, { model })]);
  await advance();
  expect(await client.batches.retrieve(id)).toMatchObject({ status: "failed", errors: { data: [{ line: 1 }] } });
});

test("what a batch of a private file was answered is deleted with the account that the file was for", async () => {
  const member = await memberOf(acme, "developer");
  const { secret } = await member.api.keys.create({ workspace: acme.slug, name: "A key" });
  const client = clientOf(secret);
  const id = await newBatch(client, chatLines(1));
  await owner`update files set visibility = 'user' where workspace_id = ${acme.id}`;
  let removing: Promise<unknown> | undefined;
  upstream.answer = async (response, _, request) => {
    removing ??= member.api.account.remove({ confirmation: member.person.email });
    await removing;
    json(completion)(response, none, request);
  };
  await advance();
  const [batch] = await owner`select output_file_id is not null as is_answered from batches where id = ${id}`;
  expect(batch).toEqual({ is_answered: true });
  const left = await owner`
    select purpose, visibility from files where workspace_id = ${acme.id} and deleted_at is null
    and (expires_at is null or expires_at > now())`;
  expect(left).toEqual([]);
});

test("another member learns nothing of a private file by its batch", async () => {
  const [maker, other] = [await memberOf(acme, "developer"), await memberOf(acme, "developer")];
  const [own, others] = [
    clientOf((await maker.api.keys.create({ workspace: acme.slug, name: "A key" })).secret),
    clientOf((await other.api.keys.create({ workspace: acme.slug, name: "A key" })).secret),
  ];
  const metadata = { project: "hidden-project" };
  const id = await newBatch(own, [chatLine("a", {}, { model: "hidden-model" })], { metadata });
  await owner`update files set visibility = 'user', filename = 'hidden-name' where workspace_id = ${acme.id}`;
  await advance();
  const secret = /hidden-/;
  expect(JSON.stringify(await own.batches.retrieve(id))).toMatch(secret);
  const seen = [
    await others.batches.retrieve(id),
    (await others.batches.list()).data,
    await (
      await fetch(`${gateway.url}/v1/batch/jobs`, { headers: { authorization: `Bearer ${others.apiKey}` } })
    ).json(),
    await other.api.batches.get({ workspace: acme.slug, batchId: id }),
    await other.api.batches.list({ workspace: acme.slug }),
  ];
  for (const each of seen) {
    expect(JSON.stringify(each)).toContain(id);
    expect(JSON.stringify(each)).not.toMatch(secret);
  }
});

test("what the database does not take is refused, and is no failure of Atelier's", async () => {
  const { secret } = await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" });
  await newBatch(clientOf(secret), chatLines(1));
  const [file] = await owner`select id from files where workspace_id = ${acme.id}`;
  const endpoint = "/v1/chat/completions";
  const openAi = { input_file_id: file?.id, endpoint, completion_window: "24h" };
  for (const metadata of [{ a: "\ud800" }, { "\ud800": "a" }, { a: "\u0000" }])
    expect((await gateway.post("/v1/batches", secret, { ...openAi, metadata })).status).toBe(422);
  for (const model of ["a\u0000b", "a\ud800b"])
    expect((await gateway.post("/v1/batch/jobs", secret, { input_files: [file?.id], endpoint, model })).status).toBe(
      422,
    );
  const get = async (query: string) =>
    (await fetch(`${gateway.url}/v1/batch/jobs?${query}`, { headers: { authorization: `Bearer ${secret}` } })).status;
  for (const query of ["model=%00", "created_after=0000-01-01T00:00:00Z"]) expect(await get(query)).toBe(422);
  for (const time of ["9998-12-31T23:59:59%2B23:59", "2026-01-01T00:00:00", "2026-01-01T00:00:00.123456%2B02:00"])
    expect(await get(`created_after=${time}`)).toBe(200);
  const chat = { model: "ft:a\u0000b", messages: [{ role: "user", content: "Hello" }] };
  expect((await gateway.post("/v1/chat/completions", secret, chat)).status).toBe(404);
});
