import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { memberOf, newPerson, reasonOf, workspace } from "@/tests/support/people";

const slugsOf = async (id: string) =>
  (await owner`select slug from workspace_slugs where workspace_id = ${id} order by created_at, slug`).map(
    ({ slug }) => slug,
  );

test("a workspace moves to another address, and is remembered at the old one", async () => {
  const acme = await workspace("Old Address");
  const dev = await memberOf(acme, "developer");
  const { api } = acme.admin;
  expect(await api.workspaces.setSlug({ workspace: "old-address", slug: " New-Address " })).toEqual({
    slug: "new-address",
  });
  expect(await dev.api.workspaces.get({ workspace: "new-address" })).toMatchObject({ slug: "new-address" });
  const error = await dev.api.workspaces.get({ workspace: "old-address" }).catch((thrown) => thrown);
  expect(error.cause).toMatchObject({ reason: "moved", movedTo: "new-address" });
  expect(error.code).toBe("NOT_FOUND");
  // A former address cannot be used for changes.
  expect(await reasonOf(api.workspaces.rename({ workspace: "old-address", name: "Another" }))).toBe("moved");
  expect(await slugsOf(acme.id)).toEqual(["old-address", "new-address"]);
  const [event] = await owner`
    select before, after from audit_events where workspace_id = ${acme.id} and action = 'workspace.slug_changed'`;
  expect(event).toEqual({ before: { slug: "old-address" }, after: { slug: "new-address" } });
});

test("an outsider, a former member and a deleted workspace's people learn nothing at a former address", async () => {
  const acme = await workspace("Secret Move");
  const dev = await memberOf(acme, "developer");
  await acme.admin.api.workspaces.setSlug({ workspace: acme.slug, slug: "secretly-moved" });
  const stranger = await newPerson();
  expect(await reasonOf(stranger.api.workspaces.get({ workspace: acme.slug }))).toBe("not_found");
  await acme.admin.api.members.remove({ workspace: "secretly-moved", userId: dev.person.id });
  expect(await reasonOf(dev.api.workspaces.get({ workspace: acme.slug }))).toBe("not_found");
  await acme.admin.api.workspaces.remove({ workspace: "secretly-moved", confirmation: acme.name });
  expect(await reasonOf(acme.admin.api.workspaces.get({ workspace: acme.slug }))).toBe("not_found");
});

test("a former address goes to no other workspace, whether it is asked for or made from a name; its own workspace may return", async () => {
  const acme = await workspace("Precious");
  const other = await workspace();
  await acme.admin.api.workspaces.setSlug({ workspace: "precious", slug: "precious-metals" });
  for (const slug of ["precious", "precious-metals"])
    expect(await reasonOf(other.admin.api.workspaces.setSlug({ workspace: other.slug, slug }))).toBe("slug_taken");
  expect(other.slug).toBe((await other.admin.api.workspaces.get({ workspace: other.slug })).slug);
  expect((await workspace("Precious")).slug).toMatch(/^precious-.{5}$/);
  expect(await acme.admin.api.workspaces.setSlug({ workspace: "precious-metals", slug: "precious" })).toEqual({
    slug: "precious",
  });
  expect(await reasonOf(acme.admin.api.workspaces.get({ workspace: "precious-metals" }))).toBe("moved");
});

test("of several workspaces that want one address at once, one gets it", async () => {
  for (let round = 0; round < 50; round++) {
    const all = await Promise.all(Array.from({ length: 4 }, () => workspace()));
    const slug = `wanted-${round}`;
    const outcomes = await Promise.all(
      all.map(({ admin, slug: at }) =>
        admin.api.workspaces.setSlug({ workspace: at, slug }).then(
          () => "got it",
          (error) => error.cause.reason,
        ),
      ),
    );
    expect(outcomes.sort()).toEqual(["got it", "slug_taken", "slug_taken", "slug_taken"]);
    expect(await owner`select 1 from workspaces where slug = ${slug}`).toHaveLength(1);
  }
});

test("a workspace that is created while another one leaves the address does not get it", async () => {
  for (let round = 0; round < 50; round++) {
    const acme = await workspace(`Leaving ${round}`);
    const [, made] = await Promise.all([
      acme.admin.api.workspaces.setSlug({ workspace: acme.slug, slug: `left-${round}` }),
      workspace(`Leaving ${round}`),
    ]);
    expect(made.slug).not.toBe(acme.slug);
  }
});

test.each([
  ["admin", "slug_reserved"],
  ["SETTINGS", "slug_reserved"],
  ["ab", "invalid_input"],
  ["a".repeat(49), "invalid_input"],
  ["-acme", "invalid_input"],
  ["ac--me", "invalid_input"],
  ["acme/../w", "invalid_input"],
  ["äcme", "invalid_input"],
  ["ac me", "invalid_input"],
])("the address %j is refused: %s", async (slug, reason) => {
  const acme = await workspace();
  expect(await reasonOf(acme.admin.api.workspaces.setSlug({ workspace: acme.slug, slug }))).toBe(reason);
});

test("a workspace whose name is a reserved word gets another address", async () => {
  expect((await workspace("Pricing")).slug).toMatch(/^pricing-.{5}$/);
});

test("an address is changed five times a day at most; the same one again is no change", async () => {
  const acme = await workspace();
  let at = acme.slug;
  const set = (slug: string) => acme.admin.api.workspaces.setSlug({ workspace: at, slug });
  for (let i = 0; i < 5; i++) at = (await set(`${acme.slug}-${i}`)).slug;
  await set(at);
  expect(await reasonOf(set(`${acme.slug}-5`))).toBe("too_many");
  const dev = await memberOf(acme, "developer");
  expect(await reasonOf(dev.api.workspaces.setSlug({ workspace: at, slug: "mine-now" }))).toBe("not_permitted");
});
