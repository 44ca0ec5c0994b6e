import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Job } from "@/server/platform/background";
import { owner } from "@/tests/support/database";
import {
  chunk,
  completion,
  type FakeModelServer,
  json,
  startModelServer,
  stream,
} from "@/tests/support/fakes/model-server";
import { startGateway, type TestGateway } from "@/tests/support/gateway/gateway";
import { type TestWorkspace, workspace } from "@/tests/support/people";

const chat = "/v1/chat/completions";
const hello = { model: "small", messages: [{ role: "user", content: "Hello" }] };
const origin = "https://app.example.com";
const [allowOrigin, exposeHeaders] = ["access-control-allow-origin", "access-control-expose-headers"];

let upstream: FakeModelServer;
let gateway: TestGateway;
let watch: Job;
let acme: TestWorkspace;
let keys: Record<"plain" | "paged", { id: string; secret: string }>;

beforeAll(async () => {
  upstream = await startModelServer();
  gateway = await startGateway({ MODEL_SERVER_URL: upstream.url });
  watch = (await import("@/server/platform/announcements/announcements")).watchAnnouncements();
  acme = await workspace();
  const make = (more = {}) => acme.admin.api.keys.create({ workspace: acme.slug, name: "A key", ...more });
  keys = { plain: await make(), paged: await make({ origins: `${origin}\nhttp://localhost:5173` }) };
});
afterAll(async () => {
  await watch.stop();
  await gateway.close();
  await upstream.close();
});

/** Asks as a browser does before it sends a page's request. */
const preflight = (from: string, path = chat, headers = "authorization,content-type,x-stainless-os") =>
  fetch(gateway.url + path, {
    method: "OPTIONS",
    headers: { origin: from, "access-control-request-method": "POST", "access-control-request-headers": headers },
  });
const ask = (key: { secret: string }, from: string | undefined, body: object = hello) =>
  gateway.post(chat, key.secret, body, { headers: from === undefined ? {} : { origin: from } });

describe("a browser that asks first", () => {
  test("may send a page's request where a live key names the page, with the headers that it wants to send", async () => {
    for (const path of [chat, "/v1/models", "/v1/files", "/v1/nothing"]) {
      const response = await preflight(origin, path);
      expect(response.status).toBe(204);
      const told = Object.fromEntries(response.headers);
      expect(told).toMatchObject({
        [allowOrigin]: origin,
        "access-control-allow-methods": "GET, HEAD, POST, PATCH, DELETE",
        "access-control-allow-headers": "authorization,content-type,x-stainless-os",
        "access-control-max-age": "600",
        vary: expect.stringContaining("Origin"),
      });
      // No cookie and no client certificate is ever sent along.
      expect(told).not.toHaveProperty("access-control-allow-credentials");
    }
  });

  test.each(["https://other.example.com", "http://app.example.com", "https://app.example.com.evil.com", "null", "*"])(
    "may not for %s, which no key names",
    async (from) => {
      const response = await preflight(from);
      expect(response.status).toBe(401);
      expect(response.headers.get(allowOrigin)).toBeNull();
    },
  );

  test("is told of no headers whose names are none, and an OPTIONS that asks nothing is as it was", async () => {
    const odd = await preflight(origin, chat, "authorization, x_odd(1)");
    expect([odd.status, odd.headers.get("access-control-allow-headers")]).toEqual([204, null]);
    const plain = await fetch(gateway.url + chat, { method: "OPTIONS", headers: { origin } });
    expect([plain.status, plain.headers.get(allowOrigin)]).toEqual([401, null]);
  });

  test("is refused once the last key that names the page has ended", async () => {
    const from = "https://short.example.com";
    const { id } = await acme.admin.api.keys.create({ workspace: acme.slug, name: "Short", origins: from });
    await expect.poll(async () => (await preflight(from)).status, { timeout: 5_000 }).toBe(204);
    await acme.admin.api.keys.revoke({ workspace: acme.slug, keyId: id });
    await expect.poll(async () => (await preflight(from)).status, { timeout: 10_000 }).toBe(401);
  });
});

describe("a page's request", () => {
  test("is answered for the page that its key names, which may read the headers too", async () => {
    upstream.answer = json(completion);
    const response = await ask(keys.paged, origin);
    expect([response.status, await response.json()]).toEqual([200, completion]);
    expect(response.headers.get(allowOrigin)).toBe(origin);
    expect(response.headers.get("vary")).toContain("Origin");
    for (const name of ["x-request-id", "retry-after", "x-atelier-route", "x-ratelimit-remaining-requests"])
      expect(response.headers.get(exposeHeaders)).toContain(name);
    expect((await ask(keys.paged, "http://localhost:5173")).headers.get(allowOrigin)).toBe("http://localhost:5173");
  });

  test("streams, and has the same headers with every error and at every route", async () => {
    upstream.answer = stream([`data: ${chunk("Hi", { finish: "stop" })}\n\n`, "data: [DONE]\n\n"]);
    const streamed = await ask(keys.paged, origin, { ...hello, stream: true });
    expect(streamed.headers.get(allowOrigin)).toBe(origin);
    expect(await streamed.text()).toContain("[DONE]");
    upstream.answer = json({ error: { message: "It is broken." } }, 500);
    const get = (path: string) =>
      fetch(gateway.url + path, { headers: { authorization: `Bearer ${keys.paged.secret}`, origin } });
    const all = {
      upstream: await ask(keys.paged, origin),
      unknown: await ask(keys.paged, origin, { ...hello, model: "none" }),
      malformed: await gateway.post(chat, keys.paged.secret, "{", { headers: { origin } }),
      path: await get("/v1/nothing"),
      models: await get("/v1/models"),
      model: await get("/v1/models/small"),
      files: await get("/v1/files"),
    };
    for (const [name, response] of Object.entries(all))
      expect([name, response.headers.get(allowOrigin)]).toEqual([name, origin]);
    expect(Object.values(all).map(({ status }) => status)).toEqual([500, 404, 422, 404, 200, 200, 200]);
  });

  test("of another page is refused by a key that names pages, and cannot read why", async () => {
    upstream.asked.length = 0;
    for (const from of ["https://evil.example.com", "null", `${origin}:8443`]) {
      const response = await ask(keys.paged, from);
      expect([response.status, (await response.json()).code]).toEqual([403, "origin_not_allowed"]);
      expect(response.headers.get(allowOrigin)).toBeNull();
    }
    expect(upstream.asked).toEqual([]);
  });

  test("cannot be read with a key that names no pages, nor without one; programs have no origin", async () => {
    upstream.answer = json(completion);
    for (const [key, from] of [
      [keys.plain, origin],
      [{ secret: "atl_none" }, origin],
      [keys.paged, undefined],
    ] as const)
      expect((await ask(key, from)).headers.get(allowOrigin)).toBeNull();
    expect((await ask(keys.plain, "app://editor")).status).toBe(200);
    expect((await ask(keys.paged, undefined)).status).toBe(200);
  });

  test("is refused within moments of the page being taken from the key", async () => {
    const from = "https://gone.example.com";
    const key = await acme.admin.api.keys.create({ workspace: acme.slug, name: "Gone", origins: `${from}\n${origin}` });
    expect((await ask(key, from)).status).toBe(200);
    await owner`update api_keys set origins = ${[origin]} where id = ${key.id}`;
    await expect.poll(async () => (await ask(key, from)).status).toBe(403);
  });
});
