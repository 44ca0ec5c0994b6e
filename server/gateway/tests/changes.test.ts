import { afterAll, beforeAll, expect, test } from "vitest";
import { limits } from "@/server/platform/throttling/limits";
import { owner } from "@/tests/support/database";
import { ownModel } from "@/tests/support/factories/models";
import { startGateway, type TestGateway } from "@/tests/support/gateway/gateway";
import { workspace } from "@/tests/support/people";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ MODEL_SERVER_URL: "http://127.0.0.1:9" });
});
afterAll(() => gateway.close());

test("IS-12 every route that changes something is refused to a person whose keys have changed enough, and a service key counts for itself", async () => {
  const [{ listRoutes }, { directRoutes }] = await Promise.all([
    import("@/server/gateway/app"),
    import("@/server/gateway/direct"),
  ]);
  // What only uses models leaves no row in the audit log.
  const direct = directRoutes();
  const acme = await workspace();
  const newKey = (values: object = {}) =>
    acme.admin.api.keys.create({ workspace: acme.slug, name: "A key", ...values } as never);
  const [one, another, service] = [await newKey(), await newKey(), await newKey({ isService: true })];
  const call = (secret: string, method: string, path: string) =>
    fetch(gateway.url + path, {
      ...{ method, headers: { authorization: `Bearer ${secret}` } },
      ...(method !== "GET" && { body: new Uint8Array(0) }),
    });
  const id = await ownModel(owner, acme.id, { modelServer: "one" });
  const archive = `/v1/fine_tuning/models/${encodeURIComponent(id)}/archive`;
  expect((await call(one.secret, "POST", archive)).status).toBe(200);

  const { name, burst } = limits.apiChangesPerHolder;
  await owner`
    insert into rate_buckets (key, level, at) values (${`${name}:${acme.admin.person.id}`}, ${burst}, now() + interval '1 minute')
    on conflict (key) do update set level = excluded.level, at = excluded.at`;
  const changing = listRoutes().filter(
    (route) => !["GET", "HEAD", "ALL"].includes(route.method) && !direct.includes(route),
  );
  const routes = new Map(changing.map(({ method, path }) => [`${method} ${path}`, { method, path }]));
  expect(routes.size).toBeGreaterThan(8);
  for (const [route, { method, path }] of routes) {
    const answer = await call(another.secret, method, path.replace(/:id(\{.+?\})?|:rest\{.+?\}/, "x/archive"));
    expect([route, answer.status]).toEqual([route, 429]);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await answer.json()).error.code).toBe("too_many_changes");
  }
  expect((await call(one.secret, "GET", "/v1/files")).status).toBe(200);
  expect((await call(service.secret, "DELETE", archive)).status).not.toBe(429);
});
