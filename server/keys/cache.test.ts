import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { client } from "@/db/client";
import { keyScopes } from "@/server/access/key-scopes";
import { watchAnnouncements } from "@/server/platform/announcements/announcements";
import * as announcements from "@/server/platform/announcements/queries";
import type { Job } from "@/server/platform/background";
import { owner } from "@/tests/support/database";
import { memberOf, workspace } from "@/tests/support/people";
import { lookUp, recall } from "./cache";
import * as queries from "./queries";

let watch: Job;

beforeEach(() => {
  watch = watchAnnouncements();
});
afterEach(() => watch.stop());

async function newKey() {
  const acme = await workspace();
  const { id } = await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key", expiration: "never" });
  return { id, acme, revoke: () => acme.admin.api.keys.revoke({ workspace: acme.slug, keyId: id }) };
}

/** Asks until the answer comes from memory. */
async function untilRemembered(id: string) {
  await expect
    .poll(async () => recall(id) ?? void (await lookUp(id)), { timeout: 5_000 })
    .toMatchObject({ isLive: true });
}

const isLive = async (id: string) => (recall(id) ?? (await lookUp(id)))?.isLive ?? false;
const untilForgotten = (id: string) => expect.poll(() => recall(id), { timeout: 2_000, interval: 5 }).toBeUndefined();

test("a live key that is remembered is not looked up again", async () => {
  const { id } = await newKey();
  await untilRemembered(id);
  const byId = vi.spyOn(queries, "byId");
  for (let i = 0; i < 100; i++) expect(await isLive(id)).toBe(true);
  expect(byId).not.toHaveBeenCalled();
});

test("a key that is not live, or not there, is looked up each time", async () => {
  const { id, revoke } = await newKey();
  await untilRemembered(id);
  await revoke();
  await untilForgotten(id);
  for (const each of [id, "000000000000"]) {
    expect(await isLive(each)).toBe(false);
    expect(recall(each)).toBeUndefined();
  }
});

test("AK-10 a key does no more than its owner may: another role is heard at once", async () => {
  const acme = await workspace();
  const member = await memberOf(acme, "developer");
  const { id } = await member.api.keys.create({ workspace: acme.slug, name: "Theirs" });
  const service = await acme.admin.api.keys.create({ workspace: acme.slug, name: "Service", isService: true });
  const scopesOf = async (key: string) => (recall(key) ?? (await lookUp(key)))?.scopes;
  await untilRemembered(id);
  expect(await scopesOf(id)).toEqual([...keyScopes]);
  const become = (role: "viewer" | "developer", who = member) =>
    owner`update memberships set role = ${role} where workspace_id = ${acme.id} and user_id = ${who.person.id}`;
  await become("viewer");
  await untilForgotten(id);
  expect(await scopesOf(id)).toEqual(["models:read", "usage:read"]);
  await untilRemembered(id);
  await become("developer");
  await untilForgotten(id);
  expect(await scopesOf(id)).toEqual([...keyScopes]);
  // A service key, and the key of a former member, is the workspace's: its Admins decide.
  await become("viewer", acme.admin);
  expect(await scopesOf(service.id)).toEqual([...keyScopes]);
  await owner`delete from memberships where workspace_id = ${acme.id} and user_id = ${member.person.id}`;
  expect((await queries.byId(id))?.scopes).toEqual([...keyScopes]);
});

test.each([
  ["revoking it", (id: string) => owner`update api_keys set revoked_at = now() where id = ${id}`],
  ["an earlier end", (id: string) => owner`update api_keys set expires_at = now() where id = ${id}`],
  ["another secret", (id: string) => owner`update api_keys set secret_mac = sha256('x') where id = ${id}`],
  ["deleting its row", (id: string) => owner`delete from api_keys where id = ${id}`],
])("AK-10 %s is heard at once, from every instance", async (_, change) => {
  const { id } = await newKey();
  await untilRemembered(id);
  const begun = performance.now();
  await change(id);
  await untilForgotten(id);
  expect(performance.now() - begun).toBeLessThan(200);
});

test("AK-10 deleting a workspace ends its keys at once; noting a key's use changes nothing", async () => {
  const { id, acme } = await newKey();
  await untilRemembered(id);
  await owner`update api_keys set last_used_at = now() where id = ${id}`;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(recall(id)).toBeDefined();
  await owner`update workspaces set deleted_at = now() where id = ${acme.id}`;
  await owner`update api_keys set revoked_at = now() where workspace_id = ${acme.id}`;
  await untilForgotten(id);
  expect(await isLive(id)).toBe(false);
});

test("a key ends when it expires, also from memory", async () => {
  const { id } = await newKey();
  await owner`update api_keys set expires_at = now() + interval '1200 milliseconds' where id = ${id}`;
  await untilRemembered(id);
  await expect.poll(() => isLive(id), { timeout: 3_000 }).toBe(false);
});

test("FA AK-10 without notifications nothing is believed for longer than a second", async () => {
  const { id } = await newKey();
  await untilRemembered(id);
  await owner`alter table api_keys disable trigger announce_change`;
  const deaf = vi.spyOn(announcements, "announce").mockRejectedValue(new Error("nothing gets through"));
  try {
    await owner`update api_keys set revoked_at = now() where id = ${id}`;
    const begun = performance.now();
    await expect.poll(() => isLive(id), { timeout: 3_000, interval: 20 }).toBe(false);
    expect(performance.now() - begun).toBeLessThan(1_100);
    for (let i = 0; i < 20; i++) expect(await isLive(id)).toBe(false);
  } finally {
    deaf.mockRestore();
    await owner`alter table api_keys enable trigger announce_change`;
  }
});

test("AK-10 what was missed while the listener was gone is not believed when it is back", async () => {
  const { id } = await newKey();
  await untilRemembered(id);
  await owner`alter table api_keys disable trigger announce_change`;
  await owner`update api_keys set revoked_at = now() where id = ${id}`;
  await owner`alter table api_keys enable trigger announce_change`;
  await owner`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and query ilike 'listen%'`;
  await expect.poll(() => isLive(id), { timeout: 3_000, interval: 10 }).toBe(false);
  // The memory works again afterwards.
  await untilRemembered((await newKey()).id);
});

test("AK-10 a lookup that was under way when the key changed is done again", async () => {
  const { id, revoke } = await newKey();
  await untilRemembered((await newKey()).id);
  const real = queries.byId;
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = vi.spyOn(queries, "byId").mockImplementationOnce(async (asked) => {
    const before = await real(asked);
    await held;
    return before;
  });
  const answer = lookUp(id);
  await revoke();
  await client()`select 1`;
  await new Promise((resolve) => setTimeout(resolve, 100));
  release();
  expect((await answer)?.isLive).toBe(false);
  expect(slow).toHaveBeenCalledTimes(2);
  expect(await isLive(id)).toBe(false);
});
