import { beforeAll, expect, test } from "vitest";
import { byId } from "@/server/keys/queries";
import { owner } from "@/tests/support/database";
import { spend } from "@/tests/support/factories/spending";
import { memberOf, newPerson, reasonOf, type Signed, workspace } from "@/tests/support/people";
import { operator, world } from "@/tests/support/procedures/world";

let ada: Signed;

beforeAll(async () => {
  ada = await operator();
});

test("OP-09 in a suspended workspace keys open nothing and nothing is changed, until it is resumed", async () => {
  const here = await world();
  const { slug } = here.workspace;
  const at = { workspace: slug };
  const shown = await ada.api.instance.workspace({ slug });
  expect(shown.atStake).toEqual({ keys: 1, requests: 0, jobs: 1 });
  expect(shown.admins).toContainEqual({ name: here.caller.person.name, email: here.caller.person.email });
  expect((await byId(here.ids.keyId))?.isLive).toBe(true);
  await ada.api.instance.suspend({ slug, reason: "Unpaid" });
  expect((await byId(here.ids.keyId))?.isLive).toBe(false);
  const api = here.caller.api;
  expect(await reasonOf(api.keys.create({ ...at, name: "Another", expiration: "30" }))).toBe("workspace_suspended");
  expect(await reasonOf(api.workspaces.rename({ ...at, name: "Another" }))).toBe("workspace_suspended");
  expect(await reasonOf(api.playground.enter(at))).toBe("workspace_suspended");
  expect(await reasonOf(here.invited.api.invitations.accept({ token: here.ids.token }))).toBe("workspace_suspended");
  expect(await reasonOf(here.invited.api.joining.joinByDomain({ slug }))).toBe("workspace_suspended");
  // Its members can still see it, with the reason.
  expect(await api.workspaces.get(at)).toMatchObject({ suspendedAt: expect.any(Date), suspendedReason: "Unpaid" });
  const [limits] = await owner`select usage_limits(${here.workspace.id}, null, ${here.caller.person.id}) as found`;
  expect(limits?.found).toBeNull();
  expect(await reasonOf(ada.api.instance.suspend({ slug, reason: "" }))).toBe("state_changed");
  await ada.api.instance.resume({ slug });
  expect((await byId(here.ids.keyId))?.isLive).toBe(true);
  await api.workspaces.rename({ ...at, name: "Another" });
  const { rows } = await api.audit.list({ ...at, search: "", userId: ada.person.id });
  expect(rows.map(({ action }) => action)).toEqual(["workspace.resumed", "workspace.suspended"]);
  const own = (await ada.api.instance.auditList({ search: "", type: "workspace" })).rows;
  expect(own.map(({ action, target }) => [action, target.id]).slice(0, 2)).toEqual([
    ["workspace.resumed", here.workspace.id],
    ["workspace.suspended", here.workspace.id],
  ]);
});

test("OP-09 what suspends a deleted or unknown workspace finds nothing", async () => {
  const acme = await workspace();
  await acme.admin.api.workspaces.remove({ workspace: acme.slug, confirmation: acme.name });
  for (const slug of [acme.slug, "no-such-workspace"])
    expect(await reasonOf(ada.api.instance.suspend({ slug, reason: "" }))).toBe("not_found");
});

test("OP-10 a ceiling is a budget of its own, and one below what is spent says so", async () => {
  const acme = await workspace();
  await spend(owner, acme.id, { cost: 30_000_000 });
  const set = (values: object) => ada.api.instance.setCeilings({ slug: acme.slug, ...values } as never);
  expect(await set({ month: "20", day: "5" })).toEqual({ isSpent: true });
  expect(await set({ month: "100", day: "5" })).toEqual({ isSpent: false });
  expect((await ada.api.instance.workspace({ slug: acme.slug })).ceilings).toEqual({
    month: 100_000_000,
    day: 5_000_000,
  });
  const [found] = await owner`select usage_limits(${acme.id}, null, null) as limits`;
  expect(found?.limits.budgets).toContainEqual({
    whose: "ceiling",
    subject: "ceiling",
    span: "month",
    limit: 100_000_000,
  });
  await set({});
  expect((await ada.api.instance.workspace({ slug: acme.slug })).ceilings).toEqual({});
  // No member of the workspace, not even its Admin, can do this.
  expect(await reasonOf(acme.admin.api.instance.setCeilings({ slug: acme.slug, month: "1000" }))).toBe("not_found");
});

test("the list is sorted, searched and paged", async () => {
  const maker = await newPerson();
  await owner`
    insert into workspaces (slug, name, kind, created_by, creation_key, created_at)
    select 'zeta-' || lpad(i::text, 3, '0'), 'Zeta ' || i, 'organization', ${maker.person.id}, gen_random_uuid(), now() + i * interval '1 second'
    from generate_series(1, 120) i`;
  const list = (values: object) => ada.api.instance.workspaces(values as never);
  const first = await list({});
  expect(first.rows[0]?.slug).toBe("zeta-120");
  const second = await list({ after: first.next ?? "" });
  expect(second.rows[0]?.slug).toBe("zeta-070");
  expect((await list({ before: second.previous ?? "" })).rows).toEqual(first.rows);
  expect((await list({ search: "zeta-01" })).rows).toHaveLength(10);
  expect((await list({ search: "ZETA 12" })).rows.map(({ slug }) => slug)).toEqual(["zeta-012", "zeta-120"]);
  const large = await workspace("Large");
  for (let i = 0; i < 5; i++) await memberOf(large, "viewer");
  expect((await list({ sort: "members" })).rows[0]).toMatchObject({ slug: large.slug, members: 6 });
  await ada.api.instance.suspend({ slug: large.slug, reason: "" });
  expect((await list({ state: "suspended" })).rows.map(({ slug }) => slug)).toEqual([large.slug]);
});

test("MP-12 the name of a server that is gone stays in a workspace's list; one that never was is refused", async () => {
  const { slug, id } = await workspace();
  await owner`update workspaces set allowed_providers = '{gone,default}' where id = ${id}`;
  const set = (more: { models?: string; providers?: string }) => ada.api.instance.setAllowance({ slug, ...more });
  await set({ models: "small", providers: "gone\ndefault" });
  expect(await reasonOf(set({ providers: "gone\nnever" }))).toBe("invalid_input");
  const kept =
    await owner`select allowed_models as models, allowed_providers as providers from workspaces where id = ${id}`;
  expect(kept).toEqual([{ models: ["small"], providers: ["gone", "default"] }]);
  await set({ providers: "default" });
  expect(await reasonOf(set({ providers: "gone" }))).toBe("invalid_input");
});
