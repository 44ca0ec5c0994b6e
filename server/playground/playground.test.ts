import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { settled } from "@/server/usage/metering";
import { owner } from "@/tests/support/database";
import { insertRoute } from "@/tests/support/factories/routes";
import {
  chunk,
  completion,
  type FakeModelServer,
  json,
  startModelServer,
  stream,
} from "@/tests/support/fakes/model-server";
import { startGateway, type TestGateway } from "@/tests/support/gateway/gateway";
import { memberOf, newPerson, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";

const hello = { model: "small", messages: [{ role: "user", content: "Hello" }] };

let upstream: FakeModelServer;
let gateway: TestGateway;
let acme: TestWorkspace;
let developer: Signed;

beforeAll(async () => {
  upstream = await startModelServer();
  gateway = await startGateway({
    MODEL_SERVER_URL: upstream.url,
    PRICES: JSON.stringify([{ model: "small", input: "1", output: "2" }]),
  });
  acme = await workspace();
  developer = await memberOf(acme, "developer");
});
beforeEach(() => {
  upstream.answer = json(completion);
  upstream.asked.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

async function cookieOf({ person }: Signed): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  const hash = createHash("sha256").update(token).digest("base64url");
  await owner`insert into sessions (token_hash, user_id, expires_at) values (${hash}, ${person.id}, now() + interval '1 day')`;
  return `atelier.session=${token}`;
}

async function ask(who: Signed | null, slug: string, body: unknown = hello, headers: Record<string, string> = {}) {
  return fetch(`${gateway.url}/api/playground/${slug}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(who && { cookie: await cookieOf(who) }), ...headers },
    body: JSON.stringify(body),
  });
}

const reasonIn = async (response: Response) => [response.status, (await response.json()).code];

test("a member's chat is answered, and charged to them and to the workspace without any key", async () => {
  const response = await ask(developer, acme.slug);
  expect([response.status, await response.json()]).toEqual([200, completion]);
  expect(response.headers.get("cache-control")).toBe("no-store");
  await expect
    .poll(
      () =>
        owner`select key_id, member_id, model, upstream_model, cost::int, model_server, failover from usage_ledger where workspace_id = ${acme.id}`,
    )
    .toEqual([
      {
        ...{ key_id: null, member_id: developer.person.id, model: "small", cost: 15 },
        ...{ upstream_model: "small", model_server: "default", failover: null },
      },
    ]);
  const counted =
    await owner`select subject, spent::int from spend_counters where workspace_id = ${acme.id} order by subject`;
  expect(counted.map(({ subject, spent }) => [subject, spent])).toEqual([
    [`member:${developer.person.id}`, 15],
    ["workspace", 15],
  ]);
});

test("other callers are refused: signed out, an outsider, a role that may not, a workspace that is not there", async () => {
  expect(await reasonIn(await ask(null, acme.slug))).toEqual([401, "not_signed_in"]);
  expect(await reasonIn(await ask(await newPerson(), acme.slug))).toEqual([404, "not_found"]);
  expect(await reasonIn(await ask(await memberOf(acme, "viewer"), acme.slug))).toEqual([403, "not_permitted"]);
  expect(await reasonIn(await ask(await memberOf(acme, "billing"), acme.slug))).toEqual([403, "not_permitted"]);
  expect(await reasonIn(await ask(developer, "no-such-place"))).toEqual([404, "not_found"]);
  expect(await reasonIn(await ask(developer, "No Slug"))).toEqual([404, "not_found"]);
  expect(upstream.asked).toEqual([]);
});

test("only JSON is taken, and a key opens nothing here", async () => {
  const { secret } = await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" });
  expect(await reasonIn(await ask(developer, acme.slug, hello, { "content-type": "text/plain" }))).toEqual([
    415,
    "unsupported_media_type",
  ]);
  expect(await reasonIn(await ask(null, acme.slug, hello, { authorization: `Bearer ${secret}` }))).toEqual([
    401,
    "not_signed_in",
  ]);
});

test("the member's limit and the workspace's hold, and the sentence says which", async () => {
  const other = await workspace();
  const spender = await memberOf(other, "developer");
  await owner`update memberships set monthly_limit = 1 where workspace_id = ${other.id} and user_id = ${spender.person.id}`;
  const response = await ask(spender, other.slug, { ...hello, max_tokens: 5 });
  expect(response.status).toBe(402);
  expect((await response.json()).message).toMatch(/^The member's spending limit of 0\.000001 EUR a month/);
  await owner`update memberships set monthly_limit = null where workspace_id = ${other.id}`;
  expect((await ask(spender, other.slug, { ...hello, max_tokens: 5 })).status).toBe(200);
});

test("AK-10 the answer of a member who is removed meanwhile ends within five seconds", async () => {
  const leaver = await memberOf(acme, "developer");
  let end = () => {};
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  upstream.answer = async (response, asked, request) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const timer = setInterval(() => response.write(`data: ${chunk("on ")}\n\n`), 100);
    request.once("close", () => clearInterval(timer));
    response.once("close", () => {
      clearInterval(timer);
      end();
    });
    expect(asked.body.stream).toBe(true);
  };
  const response = await ask(leaver, acme.slug, { ...hello, stream: true });
  await owner`delete from memberships where workspace_id = ${acme.id} and user_id = ${leaver.person.id}`;
  const removed = performance.now();
  const text = await response.text();
  expect(performance.now() - removed).toBeLessThan(5_000);
  expect(text).toContain("You may no longer use this workspace's models.");
  expect(text).not.toContain("[DONE]");
  await over;
  await settled();
});

test("what may be chosen is what may be used, with its price", async () => {
  const other = await workspace();
  await insertRoute(owner, other.id, null, { id: "route/fast" });
  const theirs = await other.admin.api.playground.models({ workspace: other.slug });
  // A route costs what the answering model costs.
  expect(theirs.routes).toEqual([{ id: "route/fast", name: "route/fast", can: {} }]);
  const found = await developer.api.playground.models({ workspace: acme.slug });
  expect([found.own, found.routes]).toEqual([[], []]);
  expect(found.base).toMatchObject([{ id: "small", prices: { inputPrice: 1_000_000, outputPrice: 2_000_000 } }]);
  upstream.answer = stream([`data: ${chunk("Hi", { finish: "stop" })}\n\n`, "data: [DONE]\n\n"]);
  const response = await ask(developer, acme.slug, { ...hello, stream: true });
  expect(await response.text()).toContain("[DONE]");
});

describe("a route that is tried before it is saved", () => {
  const rule = { mode: "ordered", models: ["no-such-model", "small"], weights: ["", ""] };
  const trial = { ...hello, model: "route/-trial" };
  const tryRoute = async (who: Signed | null, asked: unknown = rule, body: object = trial) =>
    fetch(
      `${gateway.url}/api/playground/${acme.slug}/route/chat/completions?rule=${encodeURIComponent(JSON.stringify(asked))}`,
      {
        method: "POST",
        headers: { "content-type": "application/json", ...(who && { cookie: await cookieOf(who) }) },
        body: JSON.stringify(body),
      },
    );

  test("is answered once, by a model that can, which is charged to the person; nothing is saved", async () => {
    const response = await tryRoute(acme.admin);
    expect([response.status, (await response.json()).choices]).toEqual([200, completion.choices]);
    expect(response.headers.get("x-atelier-model")).toBe("small");
    await expect
      .poll(
        () => owner`
        select model, member_id from usage_ledger where workspace_id = ${acme.id} and route = 'route/-trial'`,
      )
      .toEqual([{ model: "small", member_id: acme.admin.person.id }]);
    expect(await acme.admin.api.routes.list({ workspace: acme.slug })).toEqual([]);
  });

  test("is for those who may save it, and for nothing that is none", async () => {
    expect(await reasonIn(await tryRoute(null))).toEqual([401, "not_signed_in"]);
    expect(await reasonIn(await tryRoute(developer))).toEqual([403, "not_permitted"]);
    expect(await reasonIn(await tryRoute(await newPerson()))).toEqual([404, "not_found"]);
    for (const none of [
      {},
      { ...rule, models: [] },
      { ...rule, models: ["route/other"] },
      { ...rule, mode: "none" },
      "x",
      null,
    ])
      expect([none, await reasonIn(await tryRoute(acme.admin, none))]).toEqual([none, [422, "invalid_route"]]);
  });

  test("is known by its one name, and by that nowhere else", async () => {
    expect(await reasonIn(await tryRoute(acme.admin, rule, { ...trial, model: "route/other" }))).toEqual([
      404,
      "model_not_found",
    ]);
    expect(await reasonIn(await ask(acme.admin, acme.slug, trial))).toEqual([404, "model_not_found"]);
  });
});
