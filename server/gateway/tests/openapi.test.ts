import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shownPath } from "@/server/gateway/door/paths";
import { endpoints } from "@/server/gateway/endpoints/table";
import { errorSchemas, schemas } from "@/server/gateway/openapi/schemas";
import { type FakeModelServer, startModelServer } from "@/tests/support/fakes/model-server";
import { endpointSamples } from "@/tests/support/gateway/endpoint-samples";
import { startGateway, type TestGateway } from "@/tests/support/gateway/gateway";
import { newKey, workspace } from "@/tests/support/people";

type Operation = {
  "x-atelier-scope"?: string;
  security?: unknown[];
  requestBody?: { content: object };
  responses: object;
};
type Document = { openapi: string; paths: Record<string, Record<string, Operation>> };

let upstream: FakeModelServer;
let gateway: TestGateway;
let key: string;
let document: Document;

beforeAll(async () => {
  upstream = await startModelServer();
  gateway = await startGateway({ MODEL_SERVER_URL: upstream.url, MODEL_SERVERS: undefined });
  const acme = await workspace();
  key = await newKey(acme);
  document = await (await fetch(`${gateway.url}/v1/openapi.json`)).json();
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const described = () =>
  Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );

test("every route that is served is described, and nothing else", async () => {
  const { listRoutes } = await import("@/server/gateway/app");
  const served = listRoutes()
    .filter(({ method, path }) => method !== "ALL" && path.startsWith("/v1/"))
    .map(({ method, path }) => `${method} ${shownPath(path)}`);
  expect(document.openapi).toBe("3.1.0");
  expect(described().toSorted()).toEqual([...new Set(served)].toSorted());
});

test("each says which scope it needs, and needs it", async () => {
  const acme = await workspace();
  const { secret } = await acme.admin.api.keys.create({
    workspace: acme.slug,
    name: "Little",
    scopes: ["models:read"],
  });
  for (const [path, operations] of Object.entries(document.paths))
    for (const [method, { "x-atelier-scope": scope, security }] of Object.entries(operations)) {
      if (scope === undefined) expect([path, security]).toEqual([path, []]);
      if (scope === undefined || scope === "models:read") continue;
      const url = gateway.url + path.replaceAll(/\{\w+\}/g, "x");
      const response = await fetch(url, {
        method: method.toUpperCase(),
        headers: { authorization: `Bearer ${secret}` },
      });
      const { error } = await response.json();
      expect([path, response.status, error.message]).toEqual([
        path,
        403,
        expect.stringContaining(`the scope ${scope}.`),
      ]);
      const family = path.startsWith("/v1/messages") ? "anthropic" : "openai";
      expect(endpoints.find((endpoint) => endpoint.path === path)?.family ?? "openai").toBe(family);
    }
});

describe("what the description forbids is refused", () => {
  const wrong: [string, Record<string, unknown>][] = endpoints.flatMap(({ name, path, reads }) => {
    if (reads.kind === "form") return [];
    const { request } = endpointSamples[name];
    const tries = [
      { model: "" },
      { model: 7 },
      { stream: "yes" },
      { max_tokens: "many" },
      { max_output_tokens: 0 },
      { n: 0 },
      { input: "" },
    ];
    return tries
      .map((one) => ({ model: "small", ...request, ...one }))
      .filter((body) => !schemas[name].request.safeParse(body).success)
      .map((body): [string, Record<string, unknown>] => [path, body]);
  });
  test.each(wrong)("%s %j", async (path, body) => {
    const response = await gateway.post(path, key, body);
    expect(response.status).toBe(422);
    const family = endpoints.find((endpoint) => endpoint.path === path)?.family ?? "openai";
    expect(errorSchemas[family].safeParse(await response.json()).error).toBeUndefined();
  });
});
