import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Job } from "@/server/platform/background";
import { owner } from "@/tests/support/database";
import { ownModel } from "@/tests/support/factories/models";
import { insertMember } from "@/tests/support/factories/workspaces";
import { replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { memberOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";

replaceMetering();

const messages = [{ role: "user" as const, content: "Hello" }];
const tunedUpstream = "ft:small:aaaaaaaa:20261124:bbbbbbbb";

let upstream: FakeModelServer;
let gateway: TestGateway;
let watch: Job;
let acme: TestWorkspace;
let second: Signed;
let at: { workspace: string };

beforeAll(async () => {
  upstream = await startModelServer();
  upstream.list = [
    { id: "small", max_model_len: 8_192 },
    { id: tunedUpstream, type: "fine-tuned", job: "j", root: "small" },
  ];
  gateway = await startGatewayTo([{ name: "one", url: upstream.url }]);
  // What this copy of the gateway remembers is kept true by its own watch.
  watch = (await import("@/server/platform/announcements/announcements")).watchAnnouncements();
});
beforeEach(async () => {
  resetMetering();
  // What runs at the model server belongs to one workspace at a time.
  await owner`update models set deleted_at = now() where deleted_at is null`;
  upstream.answer = json(completion);
  acme = await workspace();
  at = { workspace: acme.slug };
  second = await memberOf(acme, "developer");
});
afterAll(async () => {
  await watch.stop();
  await gateway.close();
  await upstream.close();
});

const newKey = (name: string, more: object = {}, who = second) =>
  who.api.keys.create({ ...at, name, ...more } as never);

const statusOf = async (secret: string, model = "small") =>
  (await gateway.post("/v1/chat/completions", secret, { model, messages })).status;

test.each(["keep", "revoke"] as const)(
  "the second member is removed and that key ends or stays as chosen: %s",
  async (action) => {
    const key = await newKey("Production");
    // Used, so that the gateway remembers it as live.
    expect(await statusOf(key.secret)).toBe(200);
    await acme.admin.api.members.remove({ ...at, userId: second.person.id, keys: action });
    await vi.waitFor(async () => expect(await statusOf(key.secret)).toBe(action === "keep" ? 200 : 401), {
      timeout: 1_000,
      interval: 20,
    });
    // It stays so, and the former member has no way to change it.
    expect(await statusOf(key.secret)).toBe(action === "keep" ? 200 : 401);
    for (const verb of ["revoke", "rotate", "enable", "restore"] as const)
      await expect(second.api.keys[verb]({ ...at, keyId: key.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  },
);

test("AK-10 of two keys one is kept and one revoked, within a second, and other members' keys go on", async () => {
  const [kept, revoked, others] = [await newKey("One"), await newKey("Two"), await newKey("Mine", {}, acme.admin)];
  for (const { secret } of [kept, revoked, others]) expect(await statusOf(secret)).toBe(200);
  await acme.admin.api.members.remove({ ...at, userId: second.person.id, keys: "keep", key: [`revoke:${revoked.id}`] });
  await vi.waitFor(async () => expect(await statusOf(revoked.secret)).toBe(401), { timeout: 1_000, interval: 20 });
  expect(await statusOf(kept.secret)).toBe(200);
  expect(await statusOf(others.secret)).toBe(200);
});

test("AK-03 a kept key may do what it could before and no more: its scopes stay, its maker's private model does not", async () => {
  const narrow = await newKey("Narrow", { scopes: ["models:read"] });
  const wide = await newKey("Wide");
  const model = await ownModel(owner, acme.id, {
    ...{ modelServer: "one", upstream: tunedUpstream, visibility: "private", createdBy: second.person.id },
  });
  expect(await statusOf(wide.secret, model)).toBe(200);
  expect(await statusOf(narrow.secret)).toBe(403);
  await acme.admin.api.members.remove({ ...at, userId: second.person.id, keys: "keep" });
  await vi.waitFor(async () => expect(await statusOf(wide.secret, model)).toBe(404), { timeout: 1_000, interval: 20 });
  expect(await statusOf(wide.secret)).toBe(200);
  expect(await statusOf(narrow.secret)).toBe(403);
});

test("a member who comes back has nothing to say about the key they left", async () => {
  const key = await newKey("Production");
  await acme.admin.api.members.remove({ ...at, userId: second.person.id, keys: "keep" });
  await insertMember(owner, acme.id, second.person.id, "developer");
  await expect(second.api.keys.revoke({ ...at, keyId: key.id })).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect(await statusOf(key.secret)).toBe(200);
});

test.each(["keep", "revoke"] as const)(
  "AK-10 the key of a member whose time is up follows the workspace's choice to the moment, before any job has run: %s",
  async (action) => {
    const key = await newKey("Production");
    await acme.admin.api.members.setExpiredMemberKeyAction({ ...at, keys: action });
    expect(await statusOf(key.secret)).toBe(200);
    await owner`
      update memberships set ends_at = clock_timestamp() + interval '1 second'
      where workspace_id = ${acme.id} and user_id = ${second.person.id}`;
    expect(await statusOf(key.secret)).toBe(200);
    const isOver = async () =>
      (
        await owner`select ends_at < clock_timestamp() as is_over from memberships where user_id = ${second.person.id}`
      )[0]?.is_over;
    await vi.waitFor(async () => expect(await isOver()).toBe(true), { timeout: 3_000, interval: 20 });
    await vi.waitFor(async () => expect(await statusOf(key.secret)).toBe(action === "keep" ? 200 : 401), {
      timeout: 1_000,
      interval: 20,
    });
    // An end that is taken back brings back what only rested.
    await owner`update memberships set ends_at = null where user_id = ${second.person.id}`;
    await vi.waitFor(async () => expect(await statusOf(key.secret)).toBe(200), { timeout: 1_000, interval: 20 });
  },
);

test("a private model cannot be used from the moment on at which its maker's membership ends", async () => {
  const key = await newKey("Production");
  const model = await ownModel(owner, acme.id, {
    ...{ modelServer: "one", upstream: tunedUpstream, visibility: "private", createdBy: second.person.id },
  });
  await acme.admin.api.members.setExpiredMemberKeyAction({ ...at, keys: "keep" });
  expect(await statusOf(key.secret, model)).toBe(200);
  await owner`
    update memberships set ends_at = clock_timestamp() + interval '1 second'
    where workspace_id = ${acme.id} and user_id = ${second.person.id}`;
  expect(await statusOf(key.secret, model)).toBe(200);
  await vi.waitFor(async () => expect(await statusOf(key.secret, model)).toBe(404), { timeout: 3_000, interval: 50 });
  expect(await statusOf(key.secret)).toBe(200);
});
