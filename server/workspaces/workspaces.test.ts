import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { byId } from "@/server/keys/queries";
import { owner } from "@/tests/support/database";
import { insertMember } from "@/tests/support/factories/workspaces";
import { memberOf, newPerson, reasonOf, type Signed, workspace } from "@/tests/support/people";

const create = (
  { api }: Signed,
  values: { name?: string; kind?: "personal" | "organization"; creationKey?: string } = {},
) => api.workspaces.create({ name: "Acme", kind: "organization", creationKey: randomUUID(), ...values });

const namesOf = async ({ api }: Signed) => (await api.workspaces.recent()).rows.map(({ name }) => name);

test("one form sent twenty times at once makes one workspace, with one member and one audit row", async () => {
  const ada = await newPerson();
  const creationKey = randomUUID();
  const made = await Promise.all(Array.from({ length: 20 }, () => create(ada, { creationKey })));
  expect(new Set(made.map(({ slug }) => slug)).size).toBe(1);
  const [row] = await owner`
    select (select count(*)::int from workspaces where created_by = ${ada.person.id}) as workspaces,
           (select count(*)::int from memberships where user_id = ${ada.person.id}) as memberships,
           (select count(*)::int from audit_events where actor_id = ${ada.person.id}) as events`;
  expect(row).toEqual({ workspaces: 1, memberships: 1, events: 1 });
});

test("the form of one person is nothing to another: the same key makes another workspace", async () => {
  const [ada, grace] = await Promise.all([newPerson(), newPerson()]);
  const creationKey = randomUUID();
  const [one, two] = [await create(ada, { creationKey }), await create(grace, { creationKey })];
  expect(one.slug).not.toBe(two.slug);
  expect(await reasonOf(grace.api.workspaces.get({ workspace: one.slug }))).toBe("not_found");
});

test("a person has one personal workspace, however often and fast they ask", async () => {
  const ada = await newPerson();
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => create(ada, { kind: "personal" })));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await reasonOf(create(ada, { kind: "personal" }))).toBe("personal_exists");
  expect((await ada.api.workspaces.recent()).total).toBe(1);
  await create(ada);
  expect((await ada.api.workspaces.recent()).total).toBe(2);
});

test("PA-06 a new workspace is remembered with who made it, from where, and as what", async () => {
  const ada = await newPerson();
  const { slug } = await create(ada, { name: "Remembered" });
  const [event] = await owner`
    select e.action, e.actor_id, e.before, e.after, host(e.ip) as ip, e.user_agent, length(e.request_id) as id_length
    from audit_events e join workspaces w on w.id = e.workspace_id where w.slug = ${slug}`;
  expect(event).toEqual({
    action: "workspace.created",
    actor_id: ada.person.id,
    before: null,
    after: { name: "Remembered", kind: "organization", slug },
    ip: "203.0.113.7",
    user_agent: "test",
    id_length: 36,
  });
});

test.each([
  ["Café Noir & Co", /^cafe-noir-co$/],
  ["  Ünïcödé  Størm ", /^unicode-st-rm$/],
  ["東京", /^workspace$/],
  ["👩‍🚀", /^workspace-[a-hj-km-np-z2-9]{5}$/],
  ["---", /^workspace-[a-hj-km-np-z2-9]{5}$/],
  ["x".repeat(60), /^x{40}$/],
  [`${"y".repeat(39)} z`, /^y{39}$/],
  ["Ⅳ ﬁ", /^iv-fi$/],
])("a workspace named %j is at %s", async (name, form) => {
  expect((await create(await newPerson(), { name })).slug).toMatch(form);
});

test("a slug that is taken gets a suffix that tells nothing, however many want it at once", async () => {
  const people = await Promise.all(Array.from({ length: 10 }, () => newPerson()));
  const made = await Promise.all(people.map((person) => create(person, { name: "Same Name" })));
  const slugs = made.map(({ slug }) => slug).sort();
  expect(new Set(slugs).size).toBe(10);
  expect(slugs.filter((slug) => slug === "same-name")).toHaveLength(1);
  for (const slug of slugs) expect(slug).toMatch(/^same-name(-[a-hj-km-np-z2-9]{5})?$/);
});

test("a slug stays taken after its workspace has ended, so that old links lead nowhere else", async () => {
  const ada = await newPerson();
  await create(ada, { name: "Once Only" });
  await ada.api.account.remove({ confirmation: ada.person.email });
  expect((await create(await newPerson(), { name: "Once Only" })).slug).toMatch(/^once-only-.{5}$/);
});

test("the switcher shows the workspace visited last first, from the visit on", async () => {
  const ada = await newPerson();
  const [first, second, third] = [
    await workspace("First", ada),
    await workspace("Second", ada),
    await workspace("Third", ada),
  ];
  expect(await namesOf(ada)).toEqual(["Third", "Second", "First"]);
  await ada.api.workspaces.touch({ workspace: first.slug });
  expect(await namesOf(ada)).toEqual(["First", "Third", "Second"]);
  await ada.api.workspaces.touch({ workspace: second.slug });
  await ada.api.workspaces.touch({ workspace: first.slug });
  await ada.api.workspaces.touch({ workspace: third.slug });
  expect(await namesOf(ada)).toEqual(["Third", "First", "Second"]);
});

test("a visit to where one is already writes at most once a minute", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const version = async () =>
    (await owner`select xmin::text, last_active_at from memberships where workspace_id = ${acme.id}`)[0];
  await acme.admin.api.workspaces.touch(at);
  const before = await version();
  await acme.admin.api.workspaces.touch(at);
  expect(await version()).toEqual(before);
  await owner`update memberships set last_active_at = now() - interval '61 seconds' where workspace_id = ${acme.id}`;
  const old = await version();
  await acme.admin.api.workspaces.touch(at);
  expect((await version())?.last_active_at.getTime()).toBeGreaterThan(old?.last_active_at.getTime());
});

test("a visit changes only that person's last workspace", async () => {
  const acme = await workspace();
  const dev = await memberOf(acme, "developer");
  await acme.admin.api.workspaces.touch({ workspace: acme.slug });
  const [row] = await owner`select last_active_at from memberships where user_id = ${dev.person.id}`;
  expect(row?.last_active_at).toBeNull();
});

test("the list of one's workspaces has each of them once, by name, a page at a time, and can be searched", async () => {
  const ada = await newPerson();
  await workspace("100% Acme", ada);
  // Made by other people, because one person may not create this many per hour.
  for (let i = 0; i < 44; i++) {
    const { id } = await workspace(`${i % 2 ? "Team" : "team"} ${String(i).padStart(2, "0")}`);
    await insertMember(owner, id, ada.person.id, "viewer");
  }
  await workspace("Another team");
  const names: string[] = [];
  let after: string | undefined;
  const sizes: number[] = [];
  do {
    const page = await ada.api.workspaces.list(after === undefined ? {} : { after });
    names.push(...page.rows.map(({ name }) => name));
    sizes.push(page.rows.length);
    after = page.next ?? undefined;
  } while (after);
  expect(sizes).toEqual([20, 20, 5]);
  expect(new Set(names).size).toBe(45);
  expect(names).toEqual([...names].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
  const find = async (search: string) => (await ada.api.workspaces.list({ search })).rows.map(({ name }) => name);
  expect(await find("TEAM 07")).toEqual(["Team 07"]);
  expect(await find("%")).toEqual(["100% Acme"]);
  expect(await find("team__")).toEqual([]);
  expect((await ada.api.workspaces.recent()).rows).toHaveLength(12);
  expect((await ada.api.workspaces.recent()).total).toBe(45);
});

test("deleting one's account ends the workspaces without other members, with their keys, and leaves the others", async () => {
  const ada = await newPerson();
  const [alone, shared] = [await workspace("Alone", ada), await workspace("Shared", ada)];
  const other = await memberOf(shared, "admin");
  const [own, common] = [
    await ada.api.keys.create({ workspace: alone.slug, name: "A key" }),
    await ada.api.keys.create({ workspace: shared.slug, name: "A key" }),
  ];
  await owner`
    insert into fine_tuning_jobs (workspace_id, model, status, hyperparameters)
    values (${alone.id}, 'large', 'RUNNING', '{}')`;
  expect(await ada.api.account.deletionPlan()).toEqual({ ends: ["Alone"], leaves: ["Shared"], blockedBy: [] });
  expect(await reasonOf(ada.api.account.remove({ confirmation: "other@else.example" }))).toBe("name_mismatch");
  await ada.api.account.remove({ confirmation: ` ${ada.person.email.toUpperCase()} ` });
  expect([(await byId(own.id))?.isLive, (await byId(common.id))?.isLive]).toEqual([false, false]);
  const { rows } = await other.api.members.list({ workspace: shared.slug });
  expect(rows.map(({ userId }) => userId)).toEqual([other.person.id]);
  const [row] = await owner`
    select u.email, u.name, u.deleted_at is not null as is_gone, w.deleted_at is not null as has_ended,
           (select count(*)::int from memberships where user_id = u.id) as memberships,
           (select array_agg(action order by action) from audit_events where actor_id = u.id and action <> 'key.created' and action <> 'workspace.created') as events
    from users u join workspaces w on w.created_by = u.id and w.slug = ${alone.slug} where u.id = ${ada.person.id}`;
  expect(row).toEqual({
    email: null,
    name: "Deleted account",
    is_gone: true,
    has_ended: true,
    memberships: 0,
    // Running jobs are cancelled, as when an Admin deletes the workspace.
    events: ["fine_tuning.cancel_requested", "key.revoked", "member.left", "workspace.deleted"],
  });
});

test("an account whose deletion is refused in one workspace is deleted in none", async () => {
  const ada = await newPerson();
  const [alone, shared] = [await workspace("Alone", ada), await workspace("Shared", ada)];
  await memberOf(shared, "viewer");
  expect(await ada.api.account.deletionPlan()).toEqual({
    ends: ["Alone"],
    leaves: [],
    blockedBy: [{ name: "Shared", slug: shared.slug }],
  });
  expect(await reasonOf(ada.api.account.remove({ confirmation: ada.person.email }))).toBe("last_admin_elsewhere");
  expect(await ada.api.workspaces.get({ workspace: alone.slug })).toMatchObject({ role: "admin" });
});
