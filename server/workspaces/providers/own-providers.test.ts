import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { allowOwnProviders } from "@/tests/support/factories/providers";
import { startHttpServer, type TestServer } from "@/tests/support/fakes/http-server";
import { fieldsOf, memberOf, reasonOf, type TestWorkspace, workspace } from "@/tests/support/people";

let server: TestServer;
let acme: TestWorkspace;
let address: string;

beforeAll(async () => {
  server = await startHttpServer(() => ({ body: { data: [{ id: "large" }] } }));
  address = `${server.url}/v1`;
});
afterAll(() => server.close());
beforeEach(async () => {
  acme = await workspace();
  await allowOwnProviders(owner, ["127.0.0.1"]);
  server.requests.length = 0;
});

const add = (more: object = {}) =>
  acme.admin.api.providers.addProvider({ workspace: acme.slug, prefix: "mine", address, ...more } as never);

test("MP-07 an Admin adds a provider, which is in the workspace's log, and a developer cannot", async () => {
  expect(await add({ key: "sk-1" })).toMatchObject({ said: expect.stringContaining("It lists 1 model.") });
  const { providers } = await acme.admin.api.providers.providers({ workspace: acme.slug });
  expect(providers).toMatchObject([{ name: "mine", url: address, hasKey: true }]);
  expect(JSON.stringify(providers)).not.toContain("sk-1");
  const log = await acme.admin.api.audit.list({ workspace: acme.slug, search: "", action: "provider.added" });
  expect(log.rows[0]?.after).toMatchObject({ name: "mine", url: address });
  const grace = await memberOf(acme, "developer");
  expect(await reasonOf(grace.api.providers.providers({ workspace: acme.slug }))).toBe("not_permitted");
});

test("MP-07 where operators do not allow it nothing is asked and nothing is saved", async () => {
  await owner`update instance_settings set are_own_providers_allowed = false`;
  expect(await reasonOf(add())).toBe("own_providers_closed");
  expect(server.requests).toEqual([]);
  expect(await acme.admin.api.providers.providers({ workspace: acme.slug })).toEqual({
    ...{ providers: [], isAllowed: false },
  });
});

test.each([
  ...["http://10.0.0.1/v1", "https://10.0.0.1/v1", "https://169.254.169.254/v1", "https://[::1]/v1"],
  ...["https://[::ffff:10.0.0.1]/v1", "https://167772161/v1", "https://0xa000001/v1", "https://012.0.0.1/v1"],
])("MP-05 %s is refused at once, also unforced and untested", async (typed) => {
  await allowOwnProviders(owner, []);
  for (const more of [{}, { isForced: "on" }])
    expect(await fieldsOf(add({ address: typed, ...more }))).toEqual({
      address: expect.stringMatching(/private network|https:/),
    });
});

test("MP-05 a name that leads to this machine is refused when it is tested", async () => {
  await allowOwnProviders(owner, []);
  const { port } = new URL(server.url);
  expect(await fieldsOf(add({ address: `https://localhost:${port}/v1` }))).toEqual({
    address: "This name does not lead to a server on the public internet, or to one that the operators allow.",
  });
  expect(server.requests).toEqual([]);
});

test("MP-07 a key that was for another address is asked for anew; the state is changed; it is deleted", async () => {
  const { id: providerId } = await add({ key: "sk-1" });
  const which = { workspace: acme.slug, providerId };
  const { api } = acme.admin;
  expect(await fieldsOf(api.providers.updateProvider({ ...which, address: `${server.url}/v2` }))).toHaveProperty("key");
  await api.providers.updateProvider({ ...which, address, models: "large" });
  expect(await api.providers.testProvider(which)).toMatchObject({ isWorking: true });
  await api.providers.setProviderState({ ...which, state: "disabled" });
  expect(await api.providers.provider(which)).toMatchObject({ state: "disabled", hasKey: true });
  await api.providers.removeProvider(which);
  expect(await reasonOf(api.providers.provider(which))).toBe("not_found");
});
