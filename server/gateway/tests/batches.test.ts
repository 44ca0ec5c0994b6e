import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { insertRoute } from "@/tests/support/factories/routes";
import { completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { advance, chatLine, chatLines, linesOfFile, newBatch } from "@/tests/support/gateway/batches";
import { miscounted } from "@/tests/support/gateway/files";
import { startGateway, type TestGateway } from "@/tests/support/gateway/gateway";
import { memberOf, type TestWorkspace, workspace } from "@/tests/support/people";

let upstream: FakeModelServer;
let gateway: TestGateway;
let acme: TestWorkspace;
let client: OpenAI;
let keyId: string;

const clientOf = (apiKey: string) => new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 });

beforeAll(async () => {
  upstream = await startModelServer();
  upstream.list = [{ id: "small", max_model_len: 8_192 }, { id: "cheap" }];
  gateway = await startGateway({
    MODEL_SERVER_URL: upstream.url,
    PRICES: JSON.stringify([
      { model: "small", input: "1000", output: "1000" },
      { model: "cheap", input: "1000", output: "1000", batch: "0.5" },
    ]),
  });
});
afterAll(async () => {
  // Also with what batches wrote.
  expect(await miscounted(owner)).toEqual([]);
  await gateway.close();
  await upstream.close();
});
beforeEach(async () => {
  upstream.answer = json(completion);
  upstream.asked.length = 0;
  acme = await workspace();
  const made = await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" });
  keyId = made.id;
  client = clientOf(made.secret);
});
afterEach(
  () =>
    owner`update batches set status = 'cancelled', ended_at = now(), claim = null, claimed_until = null where ended_at is null`,
);

const get = (id: string) => client.batches.retrieve(id);
const asked = () => upstream.asked.map(({ body }) => (body.messages as { content: string }[])[0]?.content).sort();
const settled = async () => (await import("@/server/usage/metering")).settled();
const ledger = async () => {
  await settled();
  return owner`select operation, key_id, status, cost::int from usage_ledger where workspace_id = ${acme.id} order by at`;
};

test("runs from its file to its results as OpenAI's client follows it, with every line in the ledger", async () => {
  const id = await newBatch(client, chatLines(3), { metadata: { project: "one" } });
  expect(await get(id)).toMatchObject({
    ...{ object: "batch", status: "validating", endpoint: "/v1/chat/completions", completion_window: "24h" },
    ...{ metadata: { project: "one" }, request_counts: { total: 0, completed: 0, failed: 0 }, errors: null },
    ...{ output_file_id: null, error_file_id: null, estimated_cost: null },
  });
  upstream.answer = (response, { body }, request) => {
    const isSecond = JSON.stringify(body).includes("line-2");
    const refused = { error: { message: "No such thing.", type: "invalid_request_error", code: "bad_thing" } };
    return isSecond
      ? json(refused, 400)(response, none, request)
      : json(`{\n${JSON.stringify(completion).slice(1)}`)(response, none, request);
  };
  expect(await advance()).toBe(1);
  const done = await get(id);
  expect(done).toMatchObject({
    ...{ status: "completed", request_counts: { total: 3, completed: 2, failed: 1 }, cost: "0.024", currency: "EUR" },
    usage: { input_tokens: 18, output_tokens: 6, total_tokens: 24 },
    ...{ in_progress_at: expect.any(Number), finalizing_at: expect.any(Number), completed_at: expect.any(Number) },
  });
  // At most: each prompt has some thirty tokens, and may be answered with ten.
  expect(Number((done as unknown as { estimated_cost: string }).estimated_cost)).toBeGreaterThan(0.03);
  const output = await linesOfFile(client, done.output_file_id);
  expect(output.map(({ custom_id: name }) => name)).toEqual(["line-1", "line-3"]);
  expect(output[0]).toMatchObject({
    id: expect.stringMatching(/^batch_req_[0-9a-f]{32}$/),
    response: { status_code: 200, request_id: expect.any(String), body: completion },
    error: null,
  });
  expect(await linesOfFile(client, done.error_file_id)).toMatchObject([
    { custom_id: "line-2", response: { status_code: 400, body: { error: { code: "bad_thing" } } }, error: null },
  ]);
  expect(await client.files.retrieve(done.output_file_id ?? "")).toMatchObject({ purpose: "batch_output" });
  expect(await ledger()).toEqual(
    expect.arrayContaining([
      { operation: "batch-chat", key_id: keyId, status: 200, cost: 12_000 },
      { operation: "batch-chat", key_id: keyId, status: 400, cost: 0 },
    ]),
  );
  expect((await client.batches.list({ limit: 1 })).data).toMatchObject([{ id }]);
  expect(await owner`select from batch_lines`).toEqual([]);
});

test("a line may ask for a route: the model that answers is charged, and the route is in the ledger", async () => {
  const route = await insertRoute(owner, acme.id, null, {
    models: ["no-such-model", "small"].map((model) => ({ model, weight: 1 })),
  });
  const id = await newBatch(client, [chatLine("a", {}, { model: route }), chatLine("b", {}, { model: "route/none" })]);
  await advance();
  expect((await get(id)).errors?.data).toMatchObject([{ code: "model_not_found", line: 2 }]);
  const next = await newBatch(client, [chatLine("a", {}, { model: route })]);
  await advance();
  expect(await get(next)).toMatchObject({ status: "completed", request_counts: { completed: 1 } });
  await settled();
  expect(await owner`select model, route, operation from usage_ledger where workspace_id = ${acme.id}`).toEqual([
    { model: "small", route, operation: "batch-chat" },
  ]);
});

const none = { url: "", headers: {}, text: "", body: {} };

test("is not begun when lines cannot be sent, which it names by number and reason", async () => {
  const lines = [
    chatLine("a"),
    chatLine("b", { method: "GET" }),
    chatLine("c", { url: "/v1/embeddings" }),
    chatLine("a"),
    "",
    chatLine("d", {}, { model: "no-such-model" }),
    chatLine("e", {}, { stream: true }),
    chatLine("f", {}, { max_tokens: 100_000 }),
    chatLine("g", {}, { model: undefined }),
    JSON.stringify({ custom_id: "h", body: {} }),
  ];
  const id = await newBatch(client, lines);
  await advance();
  const failed = await get(id);
  expect(failed).toMatchObject({ status: "failed", failed_at: expect.any(Number), output_file_id: null });
  expect(failed.errors?.data?.map(({ line, code, param }) => [line, code, param])).toEqual([
    [2, "invalid_method", "method"],
    [3, "mismatched_url", "url"],
    [4, "duplicate_custom_id", "custom_id"],
    [6, "model_not_found", "body.model"],
    [7, "invalid_body", "body.stream"],
    [8, "invalid_request", "body.max_tokens"],
    [9, "missing_model", "body.model"],
    [10, "invalid_method", "method"],
  ]);
  expect(upstream.asked).toEqual([]);
});

test("takes no file that is none for it, and no endpoint that has no batches", async () => {
  const create = (input_file_id: string, more: object = {}) =>
    client.batches.create({
      ...{ input_file_id, endpoint: "/v1/chat/completions", completion_window: "24h" },
      ...more,
    } as OpenAI.BatchCreateParams);
  await expect(create("file-unknown")).rejects.toMatchObject({ status: 404, code: "file_not_found" });
  const other = await workspace();
  const [theirs] = await owner`
    insert into files (workspace_id, filename, bytes, sha256, purpose, lines) values
    (${other.id}, 'a.jsonl', 1, ${Buffer.alloc(32)}, 'batch', 1) returning id`;
  await expect(create(theirs?.id)).rejects.toMatchObject({ status: 404, code: "file_not_found" });
  const [training, long] = await owner`
    insert into files (workspace_id, filename, bytes, sha256, purpose, lines) values
    (${acme.id}, 'a.jsonl', 1, ${Buffer.alloc(32)}, 'fine-tune', 1),
    (${acme.id}, 'b.jsonl', 1, ${Buffer.alloc(32)}, 'batch', 50001) returning id`;
  await expect(create(training?.id)).rejects.toMatchObject({ status: 422, param: "input_file_id" });
  await expect(create(long?.id)).rejects.toMatchObject({ status: 422, message: expect.stringContaining("50,000") });
  await expect(create(long?.id, { endpoint: "/v1/audio/speech" })).rejects.toMatchObject({
    status: 422,
    param: "endpoint",
  });
  await expect(create(long?.id, { completion_window: "1h" })).rejects.toMatchObject({ param: "completion_window" });
  await expect(get("00000000-0000-4000-8000-000000000000")).rejects.toMatchObject({ code: "batch_not_found" });
});

test("costs the part of the price that the list says, in the ledger and in its estimate; a request by itself costs all", async () => {
  const lines = [chatLine("a", {}, { model: "cheap" }), chatLine("b", {}, { model: "small" })];
  const id = await newBatch(client, lines);
  await advance();
  const { cost } = (await get(id)) as unknown as { cost: string };
  expect(cost).toBe("0.018");
  await client.chat.completions.create({ model: "cheap", messages: [{ role: "user", content: "Hello" }] });
  await settled();
  const charged = await owner`
    select operation, model, input_price::int as price, cost::int from usage_ledger where workspace_id = ${acme.id}
    order by operation, model`;
  expect(charged).toEqual([
    { operation: "batch-chat", model: "cheap", price: 500_000_000, cost: 6_000 },
    { operation: "batch-chat", model: "small", price: 1_000_000_000, cost: 12_000 },
    { operation: "chat", model: "cheap", price: 1_000_000_000, cost: 12_000 },
  ]);
});

test("needs the scope of batches and that of the endpoint, and stops when one is taken away", async () => {
  const keyWith = async (...scopes: ("batches" | "files" | "chat")[]) =>
    clientOf((await acme.admin.api.keys.create({ workspace: acme.slug, name: "Few", scopes })).secret);
  await expect(newBatch(await keyWith("files", "chat"), chatLines(1))).rejects.toMatchObject({ status: 403 });
  await expect(newBatch(await keyWith("files", "batches"), chatLines(1))).rejects.toMatchObject({
    ...{ status: 403, message: expect.stringContaining("chat") },
  });
  await newBatch(await keyWith("files", "batches", "chat"), chatLines(1));
});

test("is cancelled: what was answered is in its output, what was not sent in its errors", async () => {
  const id = await newBatch(client, chatLines(40));
  let cancelling: Promise<unknown> | undefined;
  upstream.answer = async (response, _, request) => {
    cancelling ??= client.batches.cancel(id);
    await cancelling;
    // What is sent after it ends once the batch must have been looked at again.
    if (upstream.asked.length > 16) await new Promise((resolve) => setTimeout(resolve, 5_000));
    json(completion)(response, none, request);
  };
  await advance();
  const cancelled = await get(id);
  expect(cancelled).toMatchObject({
    status: "cancelled",
    cancelling_at: expect.any(Number),
    cancelled_at: expect.any(Number),
  });
  const { completed = 0 } = cancelled.request_counts ?? {};
  expect(completed).toBeLessThan(40);
  expect(completed).toBe(upstream.asked.length);
  expect(await linesOfFile(client, cancelled.output_file_id)).toHaveLength(completed);
  const unsent = await linesOfFile(client, cancelled.error_file_id);
  expect(unsent).toHaveLength(40 - completed);
  expect(unsent[0]).toMatchObject({ response: null, error: { code: "batch_cancelled" } });
  await expect(client.batches.cancel(id)).rejects.toMatchObject({ status: 409, code: "batch_ended" });
  const actions =
    await owner`select action from audit_events where workspace_id = ${acme.id} and action like 'batch.%' order by at`;
  expect(actions.map(({ action }) => action)).toEqual(["batch.created", "batch.cancel_requested"]);
}, 30_000);

test("one that was cancelled before it was looked at is cancelled without a file", async () => {
  const id = await newBatch(client, chatLines(2));
  expect(await client.batches.cancel(id)).toMatchObject({ status: "cancelling" });
  await advance();
  expect(await get(id)).toMatchObject({ status: "cancelled", output_file_id: null, error_file_id: null });
  expect(upstream.asked).toEqual([]);
});

describe("lines that cannot be answered now", () => {
  test("are sent again once the server is there, and a line that makes it fail is given up", async () => {
    const id = await newBatch(client, chatLines(3));
    let busy = 2;
    upstream.answer = (response, { body }, request) => {
      if (busy-- > 0)
        return json({ error: { message: "Busy." } }, 429, { "retry-after": "0" })(response, none, request);
      const isPoison = JSON.stringify(body).includes("line-3");
      return json(isPoison ? { error: { message: "Broken." } } : completion, isPoison ? 500 : 200)(
        response,
        none,
        request,
      );
    };
    await advance();
    expect(await get(id)).toMatchObject({ status: "completed", request_counts: { total: 3, completed: 2, failed: 1 } });
    expect(asked().filter((content) => content === "line-3").length).toBeGreaterThanOrEqual(5);
  }, 60_000);

  test("are in the error file once the batch expires", async () => {
    const id = await newBatch(client, chatLines(2));
    await owner`update batches set expires_at = now() + interval '2 seconds' where id = ${id}`;
    upstream.answer = json({ error: { message: "Loading." } }, 503);
    await advance();
    const expired = await get(id);
    expect(expired).toMatchObject({ status: "expired", expired_at: expect.any(Number), output_file_id: null });
    expect(await linesOfFile(client, expired.error_file_id)).toMatchObject([
      { custom_id: "line-1", response: null, error: { code: "batch_expired" } },
      { custom_id: "line-2", response: null, error: { code: "batch_expired" } },
    ]);
  }, 60_000);
});

test("pauses at a spending limit, says so, and goes on when there is room, without sending a line twice", async () => {
  await acme.admin.api.billing.setLimit({ workspace: acme.slug, limit: "0.10" });
  const id = await newBatch(client, chatLines(10));
  await advance();
  const paused = await get(id);
  expect(paused).toMatchObject({ status: "in_progress", waiting: { code: expect.stringMatching(/^spend_/) } });
  expect(paused.request_counts?.completed).toBeGreaterThan(0);
  expect(paused.request_counts?.completed).toBeLessThan(10);
  await settled();
  await acme.admin.api.billing.setLimit({ workspace: acme.slug, limit: "10" });
  await expect
    .poll(
      async () => {
        await advance();
        return (await get(id)).status;
      },
      { timeout: 20_000 },
    )
    .toBe("completed");
  expect(await get(id)).toMatchObject({ request_counts: { completed: 10, failed: 0 }, waiting: null });
  expect(asked()).toEqual(
    chatLines(10)
      .map((_, i) => `line-${i + 1}`)
      .sort(),
  );
}, 60_000);

test("goes on elsewhere after a restart, and sends no line twice that was answered", async () => {
  const { startBatches } = await import("@/server/batches/job");
  const { lineDoor } = await import("@/server/gateway/batch-lines/line-door");
  const id = await newBatch(client, chatLines(60));
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  upstream.answer = async (response, _, request) => {
    if (upstream.asked.length > 20) await opened;
    json(completion)(response, none, request);
  };
  const first = startBatches(lineDoor);
  await expect.poll(async () => (await get(id)).request_counts?.completed, { timeout: 20_000 }).toBe(20);
  const stopped = first.stop();
  open();
  await stopped;
  const [row] = await owner`select status, claim, completed from batches where id = ${id}`;
  expect(row).toMatchObject({ status: "in_progress", claim: null });
  expect(row?.completed).toBeLessThan(60);
  const [second, third] = [startBatches(lineDoor), startBatches(lineDoor)];
  await expect.poll(async () => (await get(id)).status, { timeout: 20_000 }).toBe("completed");
  await Promise.all([second.stop(), third.stop()]);
  expect(await linesOfFile(client, (await get(id)).output_file_id)).toHaveLength(60);
  expect(asked()).toEqual(
    chatLines(60)
      .map((_, i) => `line-${i + 1}`)
      .sort(),
  );
}, 60_000);

test("an instance that was lost writes no more: what another one has claimed is that one's", async () => {
  const id = await newBatch(client, chatLines(30));
  let losing: Promise<unknown> | undefined;
  upstream.answer = async (response, _, request) => {
    losing ??=
      owner`update batches set claim = gen_random_uuid(), claimed_until = now() + interval '1 hour' where id = ${id}`.execute();
    await losing;
    json(completion)(response, none, request);
  };
  await advance();
  const [row] =
    await owner`select status, completed, (select count(*)::int from batch_lines where batch_id = ${id}) as kept from batches where id = ${id}`;
  expect(row?.status).toBe("in_progress");
  expect(row?.completed).toBe(row?.kept);
  expect(row?.completed).toBeLessThan(30);
});

describe("a right that is lost while it runs", () => {
  const whileRunning = async (lose: (id: string) => Promise<unknown>, by = client) => {
    const id = await newBatch(by, chatLines(40));
    let losing: Promise<unknown> | undefined;
    upstream.answer = async (response, _, request) => {
      losing ??= Promise.resolve(lose(id));
      await losing;
      json(completion)(response, none, request);
    };
    await advance();
    const [row] = await owner`select status, errors, completed, output_file_id from batches where id = ${id}`;
    return row;
  };

  test.each([
    ["the key", "key_revoked", () => acme.admin.api.keys.revoke({ workspace: acme.slug, keyId })],
    ["its scope", "missing_scope", () => owner`update api_keys set scopes = '{batches,files}' where id = ${keyId}`],
    [
      "the workspace",
      "workspace_suspended",
      () => owner`update workspaces set suspended_at = now() where id = ${acme.id}`,
    ],
    ["the model", "model_not_allowed", () => owner`update api_keys set models = '{another}' where id = ${keyId}`],
  ])("stops it: %s", async (_, code, lose) => {
    const row = await whileRunning(lose);
    expect(row).toMatchObject({ status: "failed", errors: [{ code, line: null }] });
    expect(row?.completed).toBeLessThan(40);
  });

  test("stops it: its member, in the browser", async () => {
    const developer = await memberOf(acme, "developer");
    const { createBatch } = await import("@/server/batches/batches");
    const { transaction } = await import("@/db/client");
    const other = await newBatch(client, chatLines(5));
    const { input_file_id: fileId } = await client.batches.cancel(other);
    const asker = { person: developer.person, keyId: null, origin: { requestId: "test", ip: null, userAgent: null } };
    const request = { endpoint: "/v1/chat/completions", form: "openai", fileId, model: null, hours: 24 } as const;
    const id = await transaction("write", { workspaceId: acme.id }, (db) =>
      createBatch(db, acme.id, asker, { ...request, outputHours: null, metadata: null }),
    );
    await owner`update memberships set role = 'viewer' where workspace_id = ${acme.id} and user_id = ${developer.person.id}`;
    await advance();
    const [row] = await owner`select status, errors from batches where id = ${id}`;
    expect(row).toMatchObject({ status: "failed", errors: [{ code: "not_permitted" }] });
    await owner`update memberships set role = 'developer' where workspace_id = ${acme.id} and user_id = ${developer.person.id}`;
    const again = await transaction("write", { workspaceId: acme.id }, (db) =>
      createBatch(db, acme.id, asker, { ...request, outputHours: null, metadata: null }),
    );
    await advance();
    expect((await owner`select status, completed from batches where id = ${again}`)[0]).toEqual({
      status: "completed",
      completed: 5,
    });
  });
});

test("its file cannot be deleted while it runs, and its results are for those who may see its file", async () => {
  const id = await newBatch(client, chatLines(1));
  const { input_file_id: fileId } = await get(id);
  await expect(client.files.delete(fileId)).rejects.toMatchObject({ status: 409, code: "file_in_use" });
  await owner`update files set visibility = 'user' where id = ${fileId}`;
  await advance();
  const { output_file_id: output } = await get(id);
  const [row] = await owner`select visibility, uploaded_by, key_id from files where id = ${output ?? ""}`;
  expect(row).toEqual({ visibility: "user", uploaded_by: acme.admin.person.id, key_id: keyId });
  expect(await client.files.delete(fileId)).toMatchObject({ deleted: true });
});

test("what it answers over a file that another member shared is its maker's", async () => {
  const id = await newBatch(client, chatLines(1));
  const { input_file_id: fileId } = await get(id);
  const sharer = await memberOf(acme, "developer");
  await owner`update files set uploaded_by = ${sharer.person.id} where id = ${fileId}`;
  await advance();
  const { output_file_id: output } = await get(id);
  const [row] = await owner`select visibility, uploaded_by from files where id = ${output ?? ""}`;
  expect(row).toEqual({ visibility: "workspace", uploaded_by: acme.admin.person.id });
});
