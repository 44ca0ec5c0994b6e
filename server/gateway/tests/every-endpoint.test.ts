import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { keyScopes, scopeOfEndpoint } from "@/server/access/key-scopes";
import { endpoints } from "@/server/gateway/endpoints/table";
import { owner } from "@/tests/support/database";
import { type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { endpointSamples, postOf } from "@/tests/support/gateway/endpoint-samples";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { workspace } from "@/tests/support/people";

/** Nothing is made up here but the model server: limits, leases and the ledger are those of production. */
let upstream: FakeModelServer;
let gateway: TestGateway;
const keys = { all: "", usedUp: "", without: new Map<string, string>() };

beforeAll(async () => {
  upstream = await startModelServer();
  const prices = { input: "1000", output: "2000", second: "3", image: "4", page: "5", character: "6" };
  gateway = await startGatewayTo([{ name: "one", url: upstream.url, models: [{ id: "public", upstream: "theirs" }] }], {
    PRICES: JSON.stringify([{ model: "*", ...prices }]),
  });
  const acme = await workspace();
  const { create } = acme.admin.api.keys;
  const at = { workspace: acme.slug };
  keys.all = (await create({ ...at, name: "All" })).secret;
  keys.usedUp = (await create({ ...at, name: "Used up", monthlyLimit: "0.000001" })).secret;
  for (const scope of new Set(endpoints.map((endpoint) => endpoint.scope))) {
    const scopes = keyScopes.filter((each) => each !== scope);
    keys.without.set(scope, (await create({ ...at, name: `Without ${scope}`, scopes })).secret);
  }
});
beforeEach(() => {
  upstream.asked.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const rows = endpoints.map((endpoint) => [endpoint.path, endpoint, endpointSamples[endpoint.name]] as const);

describe.each(rows)("POST %s", (path, endpoint, sample) => {
  const ask = (key: string) => {
    const post = postOf(endpoint.reads.kind, "public", sample);
    return fetch(gateway.url + path, { ...post, headers: { ...post.headers, authorization: `Bearer ${key}` } });
  };
  const codeIn = async (response: Response) => (await response.json()).error.code;

  test("is refused to a key without its scope", async () => {
    const response = await ask(keys.without.get(endpoint.scope) ?? "");
    expect([response.status, await codeIn(response)]).toEqual([403, "missing_scope"]);
    expect(upstream.asked).toEqual([]);
    // What a change of scopes would have refused is counted by this.
    expect(scopeOfEndpoint[endpoint.name]).toBe(endpoint.scope);
  });

  test("is refused where a spending limit has no room for it", async () => {
    // The first one takes what there is.
    upstream.answer = json({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 3 } });
    const response = await ask(keys.usedUp);
    const expected = [402, 429];
    expect(expected).toContain(response.status);
    expect(["spend_limit", "spend_under_way"]).toContain(await codeIn(response));
    expect(upstream.asked).toEqual([]);
  });

  test("passes on what it is asked and answered, and what it has used is in the ledger to the token", async () => {
    const { answer, used } = sample;
    upstream.answer = Buffer.isBuffer(answer)
      ? (response) => response.writeHead(200, { "content-type": "audio/mpeg" }).end(answer)
      : json(answer);
    const response = await ask(keys.all);
    expect(response.status).toBe(200);
    if (Buffer.isBuffer(answer)) expect(Buffer.from(await response.arrayBuffer())).toEqual(answer);
    else expect(await response.json()).toEqual(answer);
    expect(upstream.asked.map(({ url }) => url)).toEqual([path]);
    const id = response.headers.get("x-request-id") ?? "";
    const [line] = await vi.waitFor(async () => {
      const lines = await owner`
        select operation, upstream_model, status, prompt_tokens, completion_tokens, cache_read_tokens, seconds, images, pages, characters,
          cost::int from usage_ledger where id = ${id}`;
      expect(lines).toHaveLength(1);
      return lines;
    });
    const none = {
      prompt_tokens: 0,
      completion_tokens: 0,
      cache_read_tokens: 0,
      seconds: 0,
      images: 0,
      pages: 0,
      characters: 0,
    };
    const each = { ...none, ...used };
    const { prompt_tokens: prompt, completion_tokens: completion, seconds, images, pages, characters } = each;
    const units = 3_000_000 * seconds + 4_000_000 * images + 5_000_000 * pages + 6 * characters;
    const cost = 1_000 * prompt + 2_000 * completion + units;
    expect(line).toEqual({ operation: endpoint.name, upstream_model: "theirs", status: 200, ...each, cost });
  });
});
