import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { store } from "@/server/files/storage";
import { NoSuchObject } from "@/server/files/store";
import { owner } from "@/tests/support/database";
import { memberOf, reasonOf, type TestWorkspace, workspace } from "@/tests/support/people";
import { world } from "@/tests/support/procedures/world";
import { rowsOf } from "@/tests/support/schema/rows";
import { fillTenantTables, tenantTables } from "@/tests/support/schema/tenant-tables";
import { purgeDue } from "./job";
import { kept, thrownAway } from "./queries";

const tables = async () => (await tenantTables(owner)).map(({ name }) => name).filter((name) => name !== "workspaces");

async function removed(where: TestWorkspace, days = 30): Promise<void> {
  await where.admin.api.workspaces.remove({ workspace: where.slug, confirmation: where.name });
  await owner`update workspaces set deleted_at = now() - make_interval(days => ${days}) where id = ${where.id}`;
}

const rowIn = async (table: string, id: string) =>
  (await owner`select from ${owner(table)} where workspace_id = ${id} limit 1`).length;

test("every table with rows of workspaces is purged or kept, by decision", async () => {
  expect([...thrownAway, ...kept].sort()).toEqual((await tables()).sort());
});

test("a workspace that was not restored is purged: rows, files in the store, keys' secrets, the name; history stays", async () => {
  const [full, other] = [await world(), await workspace("Bystander")];
  const { id } = full.workspace;
  await store().put(id, full.ids.fileId, Readable.from([Buffer.from("{}")]));
  await removed(full.workspace);
  // The models that were trained here are deleted at their model servers first.
  expect(await purgeDue()).toBe(0);
  await expect(store().open(id, full.ids.fileId)).rejects.toThrow(NoSuchObject);
  expect(await owner`select from models where workspace_id = ${id} and erase_after is null`).toEqual([]);
  await owner`update models set erase_after = null where workspace_id = ${id}`;
  await fillTenantTables(owner, id);
  const history = await owner`select id from audit_events where workspace_id = ${id}`;
  const before = await rowsOf(owner, other.id);

  expect(await purgeDue()).toBe(1);
  for (const table of thrownAway) expect([table, await rowIn(table, id)]).toEqual([table, 0]);
  for (const table of kept) expect([table, await rowIn(table, id)]).toEqual([table, 1]);
  const [row] = await owner`
    select name, slug, member_count, purged_at is not null as is_purged from workspaces where id = ${id}`;
  expect(row).toEqual({ name: "Deleted workspace", slug: full.workspace.slug, member_count: 0, is_purged: true });
  const keys =
    await owner`select name, length(secret_mac)::int as secret, last_four, last_address from api_keys where workspace_id = ${id}`;
  for (const key of keys) expect(key).toEqual({ name: "Deleted key", secret: 0, last_four: "", last_address: null });
  const now = await owner`select id, action from audit_events where workspace_id = ${id}`;
  expect(now.length).toBe(history.length + 1);
  expect(now.filter(({ action }) => action === "workspace.purged")).toHaveLength(1);
  expect(await rowsOf(owner, other.id)).toBe(before);
  expect(await purgeDue()).toBe(0);
  // Its slug goes to no other workspace.
  expect((await workspace(full.workspace.name)).slug).not.toBe(full.workspace.slug);
});

test("what can be restored is not purged, and what is being purged cannot be restored", async () => {
  const acme = await workspace();
  await removed(acme, 29);
  expect(await purgeDue()).toBe(0);
  await owner`update workspaces set purge_begun_at = now() where id = ${acme.id}`;
  expect(await acme.admin.api.workspaces.restorable()).toEqual([]);
  expect(await reasonOf(acme.admin.api.workspaces.restore({ slug: acme.slug }))).toBe("not_found");
});

test("of a purge and a restoration in the last moment one wins, and the workspace is whole or gone", async () => {
  for (let round = 0; round < 50; round++) {
    const acme = await workspace();
    await memberOf(acme, "viewer");
    await removed(acme);
    // The deadline has passed for one of them but not for the other.
    await owner`update workspaces set deleted_at = now() - interval '30 days' + interval '4 milliseconds' where id = ${acme.id}`;
    await new Promise(setImmediate);
    const [restored] = await Promise.allSettled([acme.admin.api.workspaces.restore({ slug: acme.slug }), purgeDue()]);
    const [row] = await owner`
      select deleted_at is null as is_live, purge_begun_at is not null as is_begun, member_count from workspaces where id = ${acme.id}`;
    expect(row?.is_live).toBe(restored.status === "fulfilled");
    if (row?.is_live) expect(row).toEqual({ is_live: true, is_begun: false, member_count: 2 });
    else await owner`update workspaces set deleted_at = now() - interval '31 days' where id = ${acme.id}`;
  }
});

test("several instances that purge at once leave one event", async () => {
  const acme = await workspace();
  await removed(acme);
  await Promise.all([purgeDue(), purgeDue(), purgeDue()]);
  expect(
    await owner`select 1 from audit_events where workspace_id = ${acme.id} and action = 'workspace.purged'`,
  ).toHaveLength(1);
});
