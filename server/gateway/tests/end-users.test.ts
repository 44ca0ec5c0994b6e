import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { settled } from "@/server/usage/metering";
import { owner } from "@/tests/support/database";
import { completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { type TestWorkspace, workspace } from "@/tests/support/people";

const chat = "/v1/chat/completions";
const messages = [{ role: "user", content: "Hello" }];
const unnamed = "00000000-0000-0000-0000-000000000000";

let upstream: FakeModelServer;
let gateway: TestGateway;
let acme: TestWorkspace;
let at: { workspace: string };
let key: string;

const ask = (more: object = {}, headers: Record<string, string> = {}, path = chat) =>
  gateway.post(path, key, { model: "small", messages, max_tokens: 10, ...more }, { headers });
/** Returns as whose the ledger has a request; a status of its own when it is refused. */
async function endUserOf(more: object, headers: Record<string, string> = {}, path = chat) {
  const response = await ask(more, headers, path);
  if (response.status !== 200) return response.status;
  const read = () => owner`select end_user from usage_ledger where id = ${response.headers.get("x-request-id")}`;
  await expect.poll(async () => (await read()).length).toBe(1);
  return (await read())[0]?.end_user;
}
const set = (fields: string[], more: object = {}) =>
  acme.admin.api.endUsers.set({ ...at, fields, names: "hash", missing: "together", ...more } as never);
const found = async (name: string) => (await acme.admin.api.endUsers.find({ ...at, name })).id;
const month = () => acme.admin.api.endUsers.list(at);
const differences = async () => (await owner`select rebuild_usage(${acme.id}, false) as n`)[0]?.n;
/** Resolves once the gateway has heard of what was changed. */
const eventually = (what: () => Promise<unknown>, is: unknown) => expect.poll(what, { timeout: 5_000 }).toEqual(is);

beforeAll(async () => {
  upstream = await startModelServer();
  upstream.list = [{ id: "small" }];
  gateway = await startGatewayTo([{ name: "one", url: upstream.url }], {
    PRICES: JSON.stringify([{ model: "small", input: "1000", output: "1000" }]),
  });
});
beforeEach(async () => {
  acme = await workspace();
  at = { workspace: acme.slug };
  key = (await acme.admin.api.keys.create({ ...at, name: "A key" })).secret;
  upstream.answer = json(completion);
  upstream.asked.length = 0;
});
afterEach(settled);
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

test("no end user is told apart while no place is chosen, whatever requests say", async () => {
  expect(await endUserOf({ user: 7, safety_identifier: {} }, { "x-atelier-end-user": "\u00e9" })).toBeNull();
  expect(await owner`select from end_users where workspace_id = ${acme.id}`).toEqual([]);
  expect(upstream.asked[0]?.headers).not.toHaveProperty("x-atelier-end-user");
});

test("an end user is the same from each place that is chosen, and is found by what was sent", async () => {
  await set(["header", "safety_identifier", "user", "metadata.user_id"]);
  await eventually(() => endUserOf({}), unnamed);
  const ann = await endUserOf({ user: "ann" });
  expect(ann).toBe(await found("ann"));
  for (const more of [{ safety_identifier: " ann ", user: "bob" }, { metadata: { user_id: "ann" } }])
    expect(await endUserOf(more)).toBe(ann);
  expect(await endUserOf({ user: "bob" }, { "x-atelier-end-user": "ann" })).toBe(ann);
  const bob = await endUserOf({ user: "bob" });
  expect(bob).not.toBe(ann);
  const zoe = await endUserOf({}, { "x-atelier-end-user": Buffer.from("Zoë").toString("latin1") });
  expect(zoe).toBe(await found("Zoë"));
  const { rows } = await month();
  expect(rows.find(({ id }) => id === ann)).toMatchObject({ name: null, requests: 4, errors: 0 });
  expect(rows.map(({ requests }) => requests).sort()).toEqual([1, 1, 1, 4]);
  expect(await acme.admin.api.endUsers.get({ ...at, endUserId: String(ann) })).toMatchObject({
    ...{ isForgotten: false, name: null, days: [{ requests: 4 }], months: [{ requests: 4 }] },
  });
  expect((await acme.admin.api.usage.recent({ ...at, endUser: String(ann) })).rows).toHaveLength(4);
  expect(await found("no-such")).toBeNull();
  // Of the name the database has a keyed hash.
  const everything = JSON.stringify(
    await owner`select e.*, encode(lookup, 'escape') from end_users e where workspace_id = ${acme.id}`,
  );
  expect(everything).not.toMatch(/ann|bob|Zo/);
  const statement = await acme.admin.api.billing.statement(at);
  expect(statement.byEndUser.map(({ name, requests }) => [name, requests])).toContainEqual([
    `End user ${String(ann).slice(0, 8)}`,
    4,
  ]);
  expect(statement.byEndUser.map(({ name }) => name)).toContain("Unnamed");
  expect((await ask({ user: ["ann"] })).status).toBe(400);
  expect((await (await ask({ user: 7 })).json()).error).toMatchObject({ code: "invalid_end_user", param: "user" });
  expect(await differences()).toBe(0);
});

test("names are kept where the workspace says so, and deleted when it no longer does", async () => {
  await set(["user"], { names: "keep" });
  await eventually(() => endUserOf({}), unnamed);
  await endUserOf({ user: "ann" });
  const names = async () => (await month()).rows.map(({ name }) => name);
  expect(await names()).toContain("ann");
  expect((await acme.admin.api.usage.recent(at)).rows.map(({ endUserName }) => endUserName)).toContain("ann");
  await set(["user"]);
  expect(await names()).not.toContain("ann");
  // Twice is the same as once.
  await set(["user"]);
  const changes = await owner`
    select from audit_events where workspace_id = ${acme.id} and action = 'end_user.settings_changed'`;
  expect(changes).toHaveLength(2);
});

test("what an end user has spent leaves no room: 402 says which limit it is, its value, what is used, when there is room and where it is shown", async () => {
  await set(["user"], { missing: "refuse" });
  await acme.admin.api.budgets.set({ ...at, of: "end-users", span: "day", limit: "0.1" });
  await eventually(() => endUserOf({}), 400);
  const unnamed = (await (await ask({})).json()).error;
  expect(unnamed).toMatchObject({ type: "invalid_request_error", code: "end_user_required", param: "user" });
  expect(unnamed.message).toBe(
    "Say whom this request is made for, in user: each end user of this workspace has a limit.",
  );
  // Each costs 0.012.
  let last = 200;
  for (let i = 0; i < 12 && last === 200; i++) last = (await ask({ user: "ann" })).status;
  expect(last).toBe(402);
  const { error } = await (await ask({ user: "ann" })).json();
  expect(error).toMatchObject({ type: "insufficient_quota", code: "end_user_limit" });
  expect(error.message).toMatch(
    /^The end user's spending limit of 0\.1\d* EUR a day is reached, or would be by this request: 0\.0\d+ EUR is used\. There is room again on \d{4}-/,
  );
  expect(error.message).toContain(`/w/${acme.slug}/limits/spending?of=end-user%3A${await found("ann")}&span=day`);
  expect((await ask({ user: "bob" })).status).toBe(200);
  await settled();
  expect(await differences()).toBe(0);
});

test("a forgotten end user is known no more: its lines and their seals stay as they are, and a later request is another's", async () => {
  await set(["user"], { names: "keep" });
  await eventually(() => endUserOf({}), unnamed);
  const ann = String(await endUserOf({ user: "ann" }));
  await acme.admin.api.budgets.set({ ...at, of: `end-user:${ann}`, span: "total", limit: "5" });
  await owner`select seal_usage(${acme.id}, 100)`;
  const seals = () =>
    owner`select sequence, encode(hash, 'hex') as hash from usage_seals where workspace_id = ${acme.id} order by sequence`;
  const before = await seals();
  await acme.admin.api.endUsers.forget({ ...at, endUserId: ann });
  await expect(acme.admin.api.endUsers.forget({ ...at, endUserId: ann })).rejects.toThrow();
  expect(await found("ann")).toBeNull();
  expect(await acme.admin.api.endUsers.get({ ...at, endUserId: ann })).toMatchObject({ isForgotten: true, name: null });
  expect(await owner`select from budgets where workspace_id = ${acme.id}`).toEqual([]);
  const again = await endUserOf({ user: "ann" });
  await expect.poll(async () => [ann, null].includes(await found("ann"))).toBe(false);
  expect(again).not.toBe(ann);
  expect((await seals()).slice(0, before.length)).toEqual(before);
  const [{ flaw } = { flaw: null }] = await owner`select usage_chain_flaw(${acme.id})::text as flaw`;
  expect(flaw).toBeNull();
  const audited = await owner`
    select target_id, before, after from audit_events where workspace_id = ${acme.id} and action = 'end_user.forgotten'`;
  expect(audited).toMatchObject([{ target_id: ann }]);
  expect(JSON.stringify(await owner`select * from audit_events where workspace_id = ${acme.id}`)).not.toContain(
    '"ann"',
  );
  expect(await differences()).toBe(0);
});
