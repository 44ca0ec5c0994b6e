import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Job } from "@/server/platform/background";
import { owner } from "@/tests/support/database";
import { ownModel } from "@/tests/support/factories/models";
import { insertRoute } from "@/tests/support/factories/routes";
import { closedUrl } from "@/tests/support/fakes/http-server";
import {
  chunk,
  completion,
  type FakeModelServer,
  json,
  startModelServer,
  stream,
} from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { memberOf, type TestWorkspace, workspace } from "@/tests/support/people";

const chat = "/v1/chat/completions";
const messages = [{ role: "user", content: "Hello" }];
const failing = (status: number) => json({ error: { message: "It is broken." } }, status);

let large: FakeModelServer;
let small: FakeModelServer;
let gateway: TestGateway;
let acme: TestWorkspace;
let key: string;

const newKey = async (more: object = {}) =>
  (await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key", ...more } as never)).secret as string;
const route = (models: string[], more: Parameters<typeof insertRoute>[3] = {}) =>
  insertRoute(owner, acme.id, acme.admin.person.id, {
    models: models.map((model) => ({ model, weight: 1 })),
    ...more,
  });
const ask = (model: string, more: object = {}, secret = key) =>
  gateway.post(chat, secret, { model, messages, max_tokens: 10, ...more });

/** Whether an exchange waits for the lock over the workspace's usage. */
async function waitsForLock(workspaceId: string): Promise<boolean> {
  const [row] = await owner`
    select exists (select from pg_locks l where l.locktype = 'advisory' and not l.granted
      and ((l.classid::bigint << 32) | l.objid::bigint) = usage_lock(${workspaceId})) as is`;
  return row?.is;
}

/** Returns the workspace's lines of the ledger once there are so many, the newest last. */
async function lines(count: number) {
  const read = () => owner`
    select id, model, upstream_model, route, model_server, failover, status, error_code, cost::int, usage_source
    from usage_ledger where workspace_id = ${acme.id} order by at, id`;
  await expect.poll(async () => (await read()).length).toBe(count);
  return read();
}

beforeAll(async () => {
  [large, small] = await Promise.all([startModelServer(), startModelServer()]);
  large.list = [{ id: "large", max_model_len: 8_192 }];
  small.list = [{ id: "small", max_model_len: 1_000 }];
  gateway = await startGatewayTo(
    [
      { name: "one", url: large.url },
      { name: "two", url: small.url },
      { name: "gone", url: await closedUrl(), models: ["down"] },
    ],
    {
      PRICES: JSON.stringify([
        { model: "large", input: "10", output: "20" },
        { model: "small", input: "1", output: "2" },
        { model: "down", input: "10", output: "20" },
      ]),
    },
  );
});
beforeEach(async () => {
  acme = await workspace();
  key = await newKey();
  for (const server of [large, small]) {
    server.answer = json(completion);
    server.asked.length = 0;
  }
});
afterEach(async () => {
  await (await import("@/server/usage/metering")).settled();
});
afterAll(async () => {
  await gateway.close();
  await Promise.all([large.close(), small.close()]);
});

describe("a route", () => {
  test("costs nothing when its client leaves after one model has failed and before the next is asked", async () => {
    const id = await route(["small", "large"]);
    const leaving = new AbortController();
    let open = () => {};
    const isHeld = new Promise<void>((resolve) => {
      // The dearer model needs more than is leased, and the database does not answer before this ends.
      small.answer = (response, ...asked) =>
        void owner.begin(async (sql) => {
          await sql`select pg_advisory_xact_lock(usage_lock(${acme.id}))`;
          failing(503)(response, ...asked);
          await expect.poll(() => waitsForLock(acme.id), { timeout: 5_000 }).toBe(true);
          leaving.abort();
          await new Promise((left) => setTimeout(left, 200));
          resolve();
          await new Promise<void>((done) => {
            open = done;
          });
        });
    });
    await acme.admin.api.billing.setLimit({ workspace: acme.slug, limit: "1" });
    const gone = gateway.post(chat, key, { model: id, messages, max_tokens: 500 }, { signal: leaving.signal });
    await expect(gone).rejects.toThrow();
    await isHeld;
    open();
    expect(await lines(1)).toMatchObject([{ status: 499, error_code: "client_gone", cost: 0, usage_source: "none" }]);
    expect(large.asked).toEqual([]);
  });

  test("is answered by its first model, which is charged; the route is in the answer's headers, the ledger and usage", async () => {
    const id = await route(["large", "small"]);
    const response = await ask(id);
    expect([response.status, (await response.json()).model]).toEqual([200, id]);
    expect(large.asked[0]?.body.model).toBe("large");
    expect(small.asked).toEqual([]);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "x-atelier-route": id,
      "x-atelier-model": "large",
      "x-atelier-model-server": "one",
    });
    expect(await lines(1)).toMatchObject([
      { model: "large", upstream_model: "large", route: id, model_server: "one", failover: null, cost: 150 },
    ]);
    const at = { workspace: acme.slug };
    const report = await acme.admin.api.usage.report({ ...at, range: "24h", groupBy: "route" });
    expect(report.groups.map(({ id, requests, cost }) => ({ id, requests, cost }))).toEqual([
      { id, requests: 1, cost: 150 },
    ]);
    expect((await acme.admin.api.usage.filters({ ...at, range: "24h" })).routes).toEqual([id]);
    const recent = await acme.admin.api.usage.recent({ ...at, range: "24h", route: id });
    expect(recent.rows).toMatchObject([{ model: "large", route: id }]);
    expect((await acme.admin.api.usage.recent({ ...at, range: "24h", route: "route/other" })).rows).toEqual([]);
    expect(await owner`select rebuild_usage(${acme.id}, false) as wrong`).toEqual([{ wrong: 0 }]);
  });

  test.each([429, 500, 502, 503, 504])("asks its next model after a %s, at that model's price", async (status) => {
    const id = await route(["large", "small"]);
    large.answer = failing(status);
    const response = await ask(id);
    expect(response.status).toBe(200);
    expect(response.headers.get("x-atelier-model")).toBe("small");
    expect(response.headers.get("x-atelier-model-server")).toBe(`two; failover="large at one: ${status}"`);
    expect(await lines(1)).toMatchObject([
      { model: "small", upstream_model: "small", route: id, failover: `large at one: ${status}`, cost: 15 },
    ]);
    expect(
      await owner`select spent::int, reserved::int from spend_counters where workspace_id = ${acme.id}
      and subject = 'workspace' and span = 'month'`,
    ).toEqual([{ spent: 15, reserved: 0 }]);
  });

  test("asks its next model where no server of the first can be reached, also for a stream", async () => {
    const id = await route(["down", "small"]);
    small.answer = stream([`data: ${chunk("Hi", { finish: "stop" })}\n\n`, "data: [DONE]\n\n"]);
    const response = await ask(id, { stream: true });
    const text = await response.text();
    expect(text).toContain("[DONE]");
    expect(text).toContain(`"model":"${id}"`);
    expect(response.headers.get("x-atelier-model")).toBe("small");
  });

  test("asks no other model after what would be the same everywhere, or once an answer has begun", async () => {
    const id = await route(["large", "small"]);
    large.answer = failing(400);
    expect((await ask(id)).status).toBe(400);
    large.answer = async (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`data: ${chunk("Half")}\n\n`);
      setTimeout(() => response.destroy(), 50);
    };
    const text = await (await ask(id, { stream: true })).text();
    expect(text).toContain("Half");
    expect(text).not.toContain("[DONE]");
    expect(small.asked).toEqual([]);
  });

  test("answers with the last server's error when none of its models can, and charges nothing", async () => {
    const id = await route(["large", "small"]);
    large.answer = failing(503);
    small.answer = failing(500);
    const response = await ask(id);
    expect([response.status, (await response.json()).code]).toEqual([500, "model_server_failed"]);
    expect(await lines(1)).toMatchObject([
      {
        model: "small",
        status: 500,
        cost: 0,
        usage_source: "none",
        model_server: "two",
        failover: "large at one: 503",
      },
    ]);
    expect(
      await owner`select reserved::int from spend_counters where workspace_id = ${acme.id} and span = 'month'
      and subject = 'workspace'`,
    ).toEqual([{ reserved: 0 }]);
  });

  test("passes over what is not there, what is archived, what lacks the endpoint and what is too small", async () => {
    const archived = await ownModel(owner, acme.id, { isArchived: true, modelServer: "one" });
    const id = await route(["no-such-model", archived, "small", "large"]);
    expect((await ask(id, { max_tokens: 5_000 })).headers.get("x-atelier-model")).toBe("large");
    small.answer = json({ error: { message: "Not Found" } }, 404);
    large.answer = json({ results: [{ index: 0, relevance_score: 1 }] });
    const ranking = { model: await route(["small", "large"]), query: "Hi", documents: ["Hello"] };
    const ranked = await gateway.post("/v1/rerank", key, ranking);
    expect([ranked.status, ranked.headers.get("x-atelier-model")]).toEqual([200, "large"]);
    const none = await ask(await route(["no-such-model", archived]));
    expect([none.status, (await none.json()).code]).toEqual([503, "route_unavailable"]);
  });

  test("spreads requests by weight, and falls back to the others", async () => {
    const id = await route([], {
      mode: "weighted",
      models: [
        { model: "large", weight: 1 },
        { model: "small", weight: 1 },
      ],
    });
    const answered = new Set<string | null>();
    for (let i = 0; i < 40 && answered.size < 2; i++) answered.add((await ask(id)).headers.get("x-atelier-model"));
    expect([...answered].sort()).toEqual(["large", "small"]);
    large.answer = failing(503);
    for (let i = 0; i < 8; i++) expect((await ask(id)).headers.get("x-atelier-model")).toBe("small");
  });
});

describe("limits", () => {
  test("a cheaper model comes first once so much of a spending limit is spent", async () => {
    const id = await route(["large"], { saverModel: "small", saverPercent: 80 });
    await owner`update workspaces set monthly_limit = 100000 where id = ${acme.id}`;
    expect((await ask(id)).headers.get("x-atelier-model")).toBe("large");
    await lines(1);
    const other = await newKey({ monthlyLimit: "0.01" });
    await owner`update spend_counters set spent = 79000 where workspace_id = ${acme.id} and subject = 'workspace'`;
    expect((await ask(id, {}, other)).headers.get("x-atelier-model")).toBe("large");
    await owner`update workspaces set monthly_limit = 90000 where id = ${acme.id}`;
    expect((await ask(id)).headers.get("x-atelier-model")).toBe("small");
  });

  test("a model that does not fit into what is left gives way to one that does; what fits nowhere is refused", async () => {
    const id = await route(["large", "small"]);
    await owner`update workspaces set monthly_limit = 50 where id = ${acme.id}`;
    expect((await ask(id)).headers.get("x-atelier-model")).toBe("small");
    await owner`update workspaces set monthly_limit = 16 where id = ${acme.id}`;
    await lines(1);
    expect((await ask(id)).status).toBe(402);
  });

  test("a model's own limit makes room for the next model, a limit on requests does not", async () => {
    const id = await route(["large", "small"]);
    await owner`insert into rate_limits (workspace_id, model, requests_per_minute) values (${acme.id}, 'large', 1)`;
    const answered = [await ask(id), await ask(id)].map(({ headers }) => headers.get("x-atelier-model"));
    expect(answered).toEqual(["large", "small"]);
    await owner`insert into rate_limits (workspace_id, model, requests_per_minute) values (${acme.id}, '', 1)`;
    const responses = [await ask(id), await ask(id)];
    expect(responses.at(-1)?.status).toBe(429);
  });

  test("a request that goes on to another model takes one request, and leaves nothing reserved", async () => {
    await owner`insert into rate_limits (workspace_id, model, requests_per_minute) values (${acme.id}, '', 2)`;
    const id = await route(["large", "small"]);
    large.answer = failing(503);
    const statuses = [await ask(id), await ask(id), await ask(id)].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 429]);
  });
});

describe("who may use it", () => {
  test("a key that is for the route alone uses it, and none of its models directly; one for the models does not use it", async () => {
    const id = await route(["large", "small"]);
    const routeKey = await newKey({ models: id });
    const modelKey = await newKey({ models: "large" });
    const patternKey = await newKey({ models: "route/*" });
    expect((await ask(id, {}, routeKey)).status).toBe(200);
    expect((await ask(id, {}, patternKey)).status).toBe(200);
    const refused = [await ask("large", {}, routeKey), await ask(id, {}, modelKey)];
    expect(await Promise.all(refused.map(async (each) => [each.status, (await each.json()).code]))).toEqual([
      [403, "model_not_allowed"],
      [403, "model_not_allowed"],
    ]);
    const listed = async (secret: string) => {
      const response = await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } });
      return ((await response.json()) as { data: { id: string }[] }).data.map((model) => model.id);
    };
    expect(await listed(routeKey)).toEqual([id]);
    expect(await listed(modelKey)).toEqual(["large"]);
    expect(await listed(key)).toEqual(expect.arrayContaining(["large", "small", id]));
  });

  test("is listed with what it is, and described under its id", async () => {
    const id = await route(["large", "small"], { saverModel: "small", saverPercent: 90 });
    const response = await fetch(`${gateway.url}/v1/models/${encodeURIComponent(id)}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect([response.status, await response.json()]).toMatchObject([
      200,
      {
        ...{ id, object: "model", type: "base", owned_by: acme.id, max_context_length: 1_000 },
        route: {
          mode: "ordered",
          models: [
            { model: "large", weight: 1 },
            { model: "small", weight: 1 },
          ],
          saver: { model: "small", from_percent_spent: 90 },
        },
      },
    ]);
  });

  test("a model that is private to another member is passed over and not named; another workspace's route is none", async () => {
    const dev = await memberOf(acme, "developer");
    const hidden = await ownModel(owner, acme.id, {
      ...{ visibility: "private", createdBy: acme.admin.person.id, modelServer: "one", upstream: "large" },
    });
    const id = await route([hidden, "small"]);
    const { secret } = await dev.api.keys.create({ workspace: acme.slug, name: "Theirs" });
    const response = await ask(id, {}, secret);
    expect(response.headers.get("x-atelier-model")).toBe("small");
    const shown = await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } });
    const text = await shown.text();
    expect(text).toContain(id);
    expect(text).not.toContain(hidden);
    const stranger = await workspace();
    const foreign = await stranger.admin.api.keys.create({ workspace: stranger.slug, name: "A key" });
    expect((await ask(id, {}, foreign.secret)).status).toBe(404);
  });

  test("no model server's model is taken for a route", async () => {
    const id = "route/taken";
    large.list = [{ id: "large" }, { id, max_model_len: 8_192 }];
    try {
      const response = await ask(id);
      expect([response.status, (await response.json()).code]).toEqual([404, "model_not_found"]);
    } finally {
      large.list = [{ id: "large", max_model_len: 8_192 }];
    }
  });
});

describe("what is remembered of routes", () => {
  let watch: Job;
  beforeAll(async () => {
    watch = (await import("@/server/platform/announcements/announcements")).watchAnnouncements();
  });
  afterAll(() => watch.stop());

  const model = async (id: string) => (await ask(id)).headers.get("x-atelier-model");
  const listed = async () => {
    const response = await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    return ((await response.json()) as { data: { id: string }[] }).data.map((each) => each.id);
  };

  test("is forgotten within moments of a change, for requests and for the list", async () => {
    const at = { workspace: acme.slug };
    // Until it is certain that announcements are heard nothing is remembered.
    await expect
      .poll(async () => (await import("@/server/platform/announcements/announcements")).isHearing())
      .toBe(true);
    expect([(await ask("route/fast")).status, await listed()]).toEqual([
      404,
      expect.not.arrayContaining(["route/fast"]),
    ]);
    await acme.admin.api.routes.create({ ...at, routeName: "fast", mode: "ordered", models: ["large"] });
    await expect.poll(() => model("route/fast")).toBe("large");
    await expect.poll(listed).toContain("route/fast");
    await acme.admin.api.routes.update({ ...at, routeId: "route/fast", mode: "ordered", models: ["small"] });
    await expect.poll(() => model("route/fast")).toBe("small");
    await acme.admin.api.routes.remove({ ...at, routeId: "route/fast" });
    await expect.poll(async () => (await ask("route/fast")).status).toBe(404);
    await expect.poll(listed).not.toContain("route/fast");
  });

  test("is asked of the database once, however many requests there are", async () => {
    const { routesOf } = await import("@/server/models/routes/cache");
    const { isHearing } = await import("@/server/platform/announcements/announcements");
    await expect.poll(isHearing).toBe(true);
    const [first, ...others] = await Promise.all(Array.from({ length: 20 }, () => routesOf(acme.id)));
    expect(others.every((each) => each === first)).toBe(true);
  });
});
