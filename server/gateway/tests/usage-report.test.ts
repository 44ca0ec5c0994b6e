import { Hono } from "hono";
import { beforeEach, expect, test } from "vitest";
import type { KeyScope } from "@/server/access/key-scopes";
import { owner } from "@/tests/support/database";
import { insertKey } from "@/tests/support/factories/keys";
import { use } from "@/tests/support/factories/usage";
import { type TestWorkspace, workspace } from "@/tests/support/people";
import type { GatewayEnv } from "../door/authenticate";
import { usage } from "../routes/usage-report";

let acme: TestWorkspace;
let keyId: string;
beforeEach(async () => {
  acme = await workspace();
  keyId = await insertKey(owner, acme.id, acme.admin.person.id, { name: "Backend" });
});

/** Returns the door as it is for a key of the workspace with these scopes. */
function ask(query: string, scopes: KeyScope[] = ["usage:read"]) {
  const door = new Hono<GatewayEnv>();
  door.use(async (c, next) => {
    c.set("bearer", { keyId, workspaceId: acme.id, memberId: null, scopes, models: null });
    await next();
  });
  const path = `/v1/usage${query}`;
  return door.route("/", usage).request(path, {}, { incoming: { url: path, headers: {} } });
}

const today = () => new Date().toISOString().slice(0, 10);

test("a key with the scope reads its workspace's figures, in total and by step and group", async () => {
  await use(owner, acme.id, [
    { keyId, memberId: acme.admin.person.id, model: "large", cost: 1_234_567, totalMs: 95 },
    { model: "small", status: 502, errorCode: "model_server_down", promptTokens: 0, completionTokens: 0 },
  ]);
  await use(owner, (await workspace()).id, [{ cost: 5 }]);
  const answer = await ask("");
  expect(answer.status).toBe(200);
  const totals = { requests: 2, errors: 1, prompt_tokens: 10, completion_tokens: 20, classes: {}, cost: "1.234567" };
  const body = await answer.json();
  expect(body).toMatchObject({ object: "usage", granularity: "day", group_by: "none", currency: "EUR", totals });
  expect(body.data).toEqual([
    { object: "usage.step", start: `${today()}T00:00:00.000Z`, ...totals, latency_ms: body.totals.latency_ms },
  ]);
  expect(body.totals.latency_ms.p50).toBe(113);
  const by = async (group: string) => (await (await ask(`?group_by=${group}`)).json()).data;
  expect(await by("model")).toMatchObject([
    { model: "large", cost: "1.234567" },
    { model: "small", cost: "0.000000" },
  ]);
  expect(await by("key")).toMatchObject([
    { key_id: null, key_name: null },
    { key_id: keyId, key_name: "Backend" },
  ]);
  expect(await by("member")).toMatchObject([
    { member_id: null, member_name: null },
    { member_id: acme.admin.person.id, member_name: acme.admin.person.name },
  ]);
});

test("the figures are those that a person is shown", async () => {
  await use(owner, acme.id, [
    { keyId, cost: 10, totalMs: 30 },
    { at: new Date(Date.now() - 3 * 86_400_000), cost: 7, totalMs: 900 },
  ]);
  const shown = await acme.admin.api.usage.report({ workspace: acme.slug });
  const { totals, from, to } = await (await ask("")).json();
  expect([from, to]).toEqual([shown.span.from.toISOString(), shown.span.to.toISOString()]);
  expect(totals).toEqual({
    requests: shown.totals.requests,
    errors: shown.totals.errors,
    prompt_tokens: shown.totals.promptTokens,
    completion_tokens: shown.totals.completionTokens,
    classes: {},
    cost: "0.000017",
    latency_ms: shown.totals.latency,
  });
});

test("classes that were used are there, as they are counted", async () => {
  await use(owner, acme.id, [{ keyId }]);
  await owner`update usage_hourly set cache_read_tokens = 8, pages = 2 where workspace_id = ${acme.id}`;
  const { totals, data } = await (await ask("")).json();
  expect(totals.classes).toEqual({ cache_read_tokens: 8, pages: 2 });
  expect(data[0].classes).toEqual(totals.classes);
});

test("days in UTC are taken whole, from the first to the last", async () => {
  const body = await (await ask(`?from=${today()}&to=${today()}`)).json();
  expect(body).toMatchObject({ from: `${today()}T00:00:00.000Z`, granularity: "hour", data: [] });
  expect(Date.parse(body.to) - Date.parse(body.from)).toBe(86_400_000);
});

test.each<[KeyScope[]]>([[[]], [["chat", "models:read"]]])(
  "a key with the scopes %j is told what it lacks",
  async (scopes) => {
    const answer = await ask("", scopes);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({
      object: "error",
      code: "missing_scope",
      error: { code: "missing_scope" },
    });
  },
);

test.each([
  ["?from=2026-02-30&to=2026-03-01", "from"],
  ["?from=yesterday", "from"],
  ["?from=2026-02-01", "to"],
  ["?from=2026-02-02&to=2026-02-01", "to"],
  ["?from=2024-01-01&to=2026-02-01", "to"],
  ["?granularity=minute", "granularity"],
  ["?granularity=month", "granularity"],
  ["?group_by=colour", "group_by"],
  ["?group_by=", "group_by"],
  ["?granularty=hour", "granularty"],
])("the query %s is refused in both clients' shapes, at its parameter", async (query, param) => {
  const answer = await ask(query);
  expect(answer.status).toBe(422);
  const body = await answer.json();
  expect(body).toMatchObject({ object: "error", code: "invalid_query", param });
  expect(body.error).toEqual({ message: body.message, type: body.type, param, code: body.code });
  expect(body.detail).toEqual([{ type: expect.any(String), loc: ["query", param], msg: expect.any(String) }]);
});
