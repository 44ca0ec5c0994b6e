import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { LineDoor } from "@/server/batches/door";
import { owner } from "@/tests/support/database";
import { completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { advance, chatLine, chatLines, linesOfFile, newBatch } from "@/tests/support/gateway/batches";
import { startGateway, type TestGateway } from "@/tests/support/gateway/gateway";
import { memberOf, newKey, type TestWorkspace, workspace } from "@/tests/support/people";

let upstream: FakeModelServer;
let gateway: TestGateway;
let acme: TestWorkspace;

const clientOf = (apiKey: string) => new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
const none = { url: "", headers: {}, text: "", body: {} };

beforeAll(async () => {
  upstream = await startModelServer();
  upstream.list = [{ id: "small", max_model_len: 8_192 }];
  const PRICES = JSON.stringify([{ model: "small", input: "1000", output: "1000" }]);
  gateway = await startGateway({ MODEL_SERVER_URL: upstream.url, PRICES });
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});
beforeEach(async () => {
  upstream.answer = json(completion);
  upstream.asked.length = 0;
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
  const client = clientOf(await newKey(acme));
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

describe("a line whose answer was lost after it was charged", () => {
  let client: OpenAI;
  beforeEach(async () => {
    client = clientOf(await newKey(acme));
  });

  const get = (id: string) => client.batches.retrieve(id);
  const settled = async () => (await import("@/server/usage/metering")).settled();
  const ledger = async () => {
    await settled();
    return owner`select cost::int from usage_ledger where workspace_id = ${acme.id}`;
  };

  /** The gateway, whose instance is lost as soon as the charges of these answers are in the ledger. */
  const losing = async (id: string, after: number): Promise<LineDoor> => {
    const { lineDoor } = await import("@/server/gateway/batch-lines/line-door");
    let answered = 0;
    return {
      ...lineDoor,
      async answer(...asked) {
        const answer = await lineDoor.answer(...asked);
        if (++answered !== after) return answer;
        await answer.written;
        await owner`update batches set claim = gen_random_uuid(), claimed_until = now() where id = ${id}`;
        return answer;
      },
    };
  };

  const dearer = { ...completion, usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 } };
  const said = async (id: string) => {
    const [row] = await owner`
      select cost::int, prompt_tokens::int, completion_tokens::int from batches where id = ${id}`;
    return row;
  };
  /** The same of its workspace in the ledger, which has nothing else there. */
  const inLedger = async (id: string) => {
    await settled();
    const [row] = await owner`select sum(cost)::int as cost, sum(prompt_tokens)::int as prompt_tokens,
      sum(completion_tokens)::int as completion_tokens
      from usage_ledger where workspace_id = (select workspace_id from batches where id = ${id})`;
    return row;
  };

  test("is sent again, answered once and charged once, at what it was charged first", async () => {
    const id = await newBatch(client, chatLines(12));
    await advance(await losing(id, 12));
    const [lost] = await owner`select (select count(*)::int from batch_lines where batch_id = ${id}) as kept,
      (select count(*)::int from batch_charges where batch_id = ${id}) as charged`;
    expect(lost?.charged).toBeGreaterThan(lost?.kept);
    // What it costs the second time is not what counts.
    upstream.answer = json(dearer);
    await advance();
    expect(upstream.asked.length).toBe(12 + lost?.charged - lost?.kept);
    const done = await get(id);
    expect(done).toMatchObject({ status: "completed", request_counts: { total: 12, completed: 12, failed: 0 } });
    const output = await linesOfFile(client, done.output_file_id);
    expect(output.map(({ custom_id: name }) => name)).toEqual(chatLines(12).map((_, i) => `line-${i + 1}`));
    const rows = await ledger();
    expect(rows).toHaveLength(upstream.asked.length);
    const charged = rows.filter(({ cost }) => cost > 0);
    expect(charged).toHaveLength(12);
    expect(await said(id)).toEqual(await inLedger(id));
    expect((await owner`select rebuild_usage(${acme.id}, false) as n`)[0]?.n).toBe(0);
  });

  test.each([
    ["is cancelled", "cancelled", () => owner`update batches set status = 'cancelling' where ended_at is null`],
    ["expires", "expired", () => owner`update batches set expires_at = now() where ended_at is null`],
  ])("is in what a batch has cost that %s before it is sent again", async (_, status, end) => {
    const id = await newBatch(client, chatLines(12));
    await advance(await losing(id, 12));
    const before = await said(id);
    await end();
    await advance();
    expect(upstream.asked).toHaveLength(12);
    expect((await get(id)).status).toBe(status);
    const after = await said(id);
    expect(after).toEqual(await inLedger(id));
    expect(after?.cost).toBeGreaterThan(before?.cost);
  });

  test("counts as it was said where an instance of the release before sent it, which notes no charge", async () => {
    const { lineDoor } = await import("@/server/gateway/batch-lines/line-door");
    const id = await newBatch(client, chatLines(2));
    await advance({
      ...lineDoor,
      async answer(...asked) {
        const answer = await lineDoor.answer(...asked);
        await answer.written;
        await owner`delete from batch_charges where batch_id = ${id} and line = 1`;
        return answer;
      },
    });
    expect((await get(id)).status).toBe("completed");
    expect(await said(id)).toEqual(await inLedger(id));
  });

  test("is charged once by two instances that have it at the same time", async () => {
    const id = await newBatch(client, chatLines(8));
    let [open, taken] = [() => {}, () => {}];
    const opened = new Promise<void>((resolve) => (open = resolve));
    const isTaken = new Promise<void>((resolve) => (taken = resolve));
    upstream.answer = async (response, _, request) => {
      if (upstream.asked.length === 8) taken();
      if (upstream.asked.length === 16) open();
      const isFirst = upstream.asked.length <= 8;
      await opened;
      if (isFirst) return json(completion)(response, none, request);
      // What counts is what the one was charged that had the batch no more.
      await expect.poll(async () => (await owner`select 1 from batch_charges where batch_id = ${id}`).length).toBe(8);
      json(dearer)(response, none, request);
    };
    const first = advance();
    await isTaken;
    await owner`update batches set claimed_until = now() where id = ${id}`;
    await Promise.all([first, advance()]);
    expect(upstream.asked).toHaveLength(16);
    const rows = await ledger();
    expect(rows).toHaveLength(16);
    expect(rows.filter(({ cost }) => cost > 0)).toHaveLength(8);
    expect(await said(id)).toEqual(await inLedger(id));
    expect(await linesOfFile(client, (await get(id)).output_file_id)).toHaveLength(8);
    expect((await owner`select rebuild_usage(${acme.id}, false) as n`)[0]?.n).toBe(0);
  });

  test("is forgotten a day after the batch can have run", async () => {
    const { forgetOld } = await import("@/server/batches/charges/job");
    const id = await newBatch(client, chatLines(3));
    await advance();
    await ledger();
    const left = () => owner`select line from batch_charges where batch_id = ${id} order by line`;
    await owner`update batch_charges set at = now() - interval '9 days' where batch_id = ${id} and line < 3`;
    expect(await forgetOld()).toBeGreaterThanOrEqual(2);
    expect(await left()).toEqual([{ line: 3 }]);
  });
});
