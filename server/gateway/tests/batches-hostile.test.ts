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
