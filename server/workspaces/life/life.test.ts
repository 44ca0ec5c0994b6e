import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { lookUp, recall } from "@/server/keys/cache";
import { byId } from "@/server/keys/queries";
import { watchAnnouncements } from "@/server/platform/announcements/announcements";
import { owner } from "@/tests/support/database";
import { queuedMails } from "@/tests/support/mails";
import { offer } from "@/tests/support/offers";
import {
  apiFor,
  memberOf,
  newPerson,
  reasonOf,
  type Signed,
  type TestWorkspace,
  workspace,
} from "@/tests/support/people";

const remove = ({ slug, name }: TestWorkspace, by: Signed) =>
  by.api.workspaces.remove({ workspace: slug, confirmation: name });

const eventsOf = async ({ id }: TestWorkspace, like: string) =>
  (await owner`select action from audit_events where workspace_id = ${id} and action like ${like} order by at, id`).map(
    ({ action }) => action,
  );

const settled = async (...promises: Promise<unknown>[]) =>
  (await Promise.allSettled(promises)).map(({ status }) => status);

test("deleting needs the workspace's name, a sign-in of the last ten minutes, and an Admin", async () => {
  const acme = await workspace("Analytical Engines");
  const at = { workspace: acme.slug };
  const { api, person } = acme.admin;
  expect(await reasonOf(api.workspaces.remove({ ...at, confirmation: "analytical engines" }))).toBe("name_mismatch");
  const stale = apiFor({ ...person, signedInAt: new Date(Date.now() - 11 * 60_000) });
  expect(await reasonOf(stale.workspaces.remove({ ...at, confirmation: acme.name }))).toBe("sign_in_again");
  const dev = await memberOf(acme, "developer");
  expect(await reasonOf(remove(acme, dev))).toBe("not_permitted");
  expect(await reasonOf(remove(acme, await newPerson()))).toBe("not_found");
  await api.workspaces.remove({ ...at, confirmation: " Analytical Engines " });
  expect(await reasonOf(api.workspaces.get(at))).toBe("not_found");
  expect(await eventsOf(acme, "workspace.%")).toEqual(["workspace.created", "workspace.deleted"]);
});

test("a deleted workspace is nothing to its members, and comes back as it was: members, roles, keys", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const dev = await memberOf(acme, "developer");
  const [live, revoked, expired] = [
    await dev.api.keys.create({ ...at, name: "Live" }),
    await dev.api.keys.create({ ...at, name: "Revoked" }),
    await dev.api.keys.create({ ...at, name: "Expired" }),
  ];
  await dev.api.keys.revoke({ ...at, keyId: revoked.id });
  const before = await owner`select * from api_keys where workspace_id = ${acme.id} order by id`;
  await remove(acme, acme.admin);
  for (const { id } of [live, revoked, expired]) expect((await byId(id))?.isLive).toBe(false);
  for (const call of [
    () => dev.api.workspaces.get(at),
    () => dev.api.keys.list(at),
    () => dev.api.keys.create({ ...at, name: "Another" }),
    () => acme.admin.api.workspaces.rename({ ...at, name: "Another name" }),
    () => acme.admin.api.members.list(at),
  ])
    expect(await reasonOf(call())).toBe("not_found");
  expect((await dev.api.workspaces.recent()).total).toBe(0);
  expect((await dev.api.workspaces.list({})).rows).toEqual([]);

  // The key expires meanwhile.
  await owner`update api_keys set expires_at = now() - interval '1 second' where id = ${expired.id}`;
  expect(await acme.admin.api.workspaces.restorable()).toMatchObject([
    { slug: acme.slug, name: acme.name, kind: "organization", daysLeft: 30 },
  ]);
  expect(await acme.admin.api.workspaces.restore({ slug: acme.slug })).toEqual({ slug: acme.slug });
  expect(await acme.admin.api.workspaces.restorable()).toEqual([]);
  expect(await dev.api.workspaces.get(at)).toMatchObject({ role: "developer", memberCount: 2 });
  expect((await byId(live.id))?.isLive).toBe(true);
  for (const { id } of [revoked, expired]) expect((await byId(id))?.isLive).toBe(false);
  const after = await owner`select * from api_keys where workspace_id = ${acme.id} order by id`;
  const but = (rows: typeof after) => rows.filter(({ id }) => id !== expired.id);
  expect(but(after)).toEqual(but(before));
  expect(await eventsOf(acme, "workspace.%")).toEqual(["workspace.created", "workspace.deleted", "workspace.restored"]);
});

test("I12 an instance that remembers a key hears within a second that its workspace was deleted, and restored", async () => {
  const acme = await workspace();
  const other = await workspace();
  const key = await acme.admin.api.keys.create({ workspace: acme.slug, name: "Remembered" });
  const kept = await other.admin.api.keys.create({ workspace: other.slug, name: "Kept" });
  const watch = watchAnnouncements();
  try {
    const isLive = async (id: string) => (recall(id) ?? (await lookUp(id)))?.isLive;
    await expect
      .poll(async () => [await isLive(key.id), await isLive(kept.id), recall(key.id) !== undefined], { timeout: 5_000 })
      .toEqual([true, true, true]);
    await remove(acme, acme.admin);
    const deletedAt = performance.now();
    await expect.poll(() => isLive(key.id), { interval: 10, timeout: 1_000 }).toBe(false);
    expect(performance.now() - deletedAt).toBeLessThan(1_000);
    expect(await isLive(kept.id)).toBe(true);
    await acme.admin.api.workspaces.restore({ slug: acme.slug });
    await expect.poll(() => isLive(key.id), { interval: 10, timeout: 1_000 }).toBe(true);
  } finally {
    await watch.stop();
  }
});

test("only those who were Admins may restore, and other people find nothing", async () => {
  const acme = await workspace();
  const dev = await memberOf(acme, "developer");
  const second = await memberOf(acme, "admin");
  const stranger = await newPerson();
  await remove(acme, acme.admin);
  for (const { api } of [dev, stranger]) {
    expect(await api.workspaces.restorable()).toEqual([]);
    expect(await reasonOf(api.workspaces.restore({ slug: acme.slug }))).toBe("not_found");
  }
  expect(await reasonOf(stranger.api.workspaces.restore({ slug: "there-is-none" }))).toBe("not_found");
  await second.api.workspaces.restore({ slug: acme.slug });
  // The call also succeeds when it is already restored.
  expect(await acme.admin.api.workspaces.restore({ slug: acme.slug })).toEqual({ slug: acme.slug });
  expect(await eventsOf(acme, "workspace.restored")).toHaveLength(1);
});

test("after 30 days it cannot be restored, purged or not", async () => {
  const acme = await workspace();
  await remove(acme, acme.admin);
  await owner`update workspaces set deleted_at = now() - interval '29 days 23 hours' where id = ${acme.id}`;
  expect(await acme.admin.api.workspaces.restorable()).toMatchObject([{ daysLeft: 1 }]);
  await owner`update workspaces set deleted_at = now() - interval '30 days' where id = ${acme.id}`;
  expect(await acme.admin.api.workspaces.restorable()).toEqual([]);
  expect(await reasonOf(acme.admin.api.workspaces.restore({ slug: acme.slug }))).toBe("not_found");
});

test("only the other Admins are told of both, and by whom", async () => {
  const acme = await workspace();
  const [second, dev] = [await memberOf(acme, "admin"), await memberOf(acme, "developer")];
  await remove(acme, acme.admin);
  await second.api.workspaces.restore({ slug: acme.slug });
  const told = async (template: string) =>
    (await queuedMails(template)).filter(({ to }) => people.includes(to)).map(({ to, props }) => [to, props]);
  const people = [acme.admin, second, dev].map(({ person }) => person.email);
  expect(await told("workspace-deleted")).toMatchObject([
    [second.person.email, { workspaceName: acme.name, personEmail: acme.admin.person.email, days: 30 }],
  ]);
  expect(await told("workspace-restored")).toMatchObject([
    [acme.admin.person.email, { workspaceName: acme.name, personEmail: second.person.email }],
  ]);
});

test("fine-tuning jobs under way are cancelled with their workspace, and stay so", async () => {
  const acme = await workspace();
  const jobs = await owner`
    insert into fine_tuning_jobs (workspace_id, model, status, hyperparameters, ended_at) values
      (${acme.id}, 'small', 'RUNNING', '{}', null), (${acme.id}, 'small', 'VALIDATED', '{}', null),
      (${acme.id}, 'small', 'CANCELLATION_REQUESTED', '{}', null), (${acme.id}, 'small', 'SUCCESS', '{}', now())
    returning id`;
  expect(await acme.admin.api.workspaces.deletionPlan({ workspace: acme.slug })).toMatchObject({ members: 1, jobs: 3 });
  await remove(acme, acme.admin);
  await acme.admin.api.workspaces.restore({ slug: acme.slug });
  const statuses = await owner`select id, status from fine_tuning_jobs where workspace_id = ${acme.id}`;
  const statusOf = (id: string) => statuses.find((job) => job.id === id)?.status;
  expect(jobs.map(({ id }) => statusOf(id))).toEqual([...Array(3).fill("CANCELLATION_REQUESTED"), "SUCCESS"]);
  expect(await eventsOf(acme, "fine_tuning.%")).toEqual(Array(2).fill("fine_tuning.cancel_requested"));
});

test("a personal workspace can be deleted and restored, unless another one was made meanwhile", async () => {
  const ada = await newPerson();
  const make = () => ada.api.workspaces.create({ name: "Own", kind: "personal", creationKey: randomUUID() });
  const first = await make();
  await ada.api.workspaces.remove({ workspace: first.slug, confirmation: "Own" });
  const second = await make();
  expect(await reasonOf(ada.api.workspaces.restore({ slug: first.slug }))).toBe("personal_exists");
  await ada.api.workspaces.remove({ workspace: second.slug, confirmation: "Own" });
  await ada.api.workspaces.restore({ slug: first.slug });
  expect(await reasonOf(ada.api.workspaces.restore({ slug: second.slug }))).toBe("personal_exists");
});

test("a personal workspace that is restored while another one is made stays the only one", async () => {
  const make = (ada: Signed) => ada.api.workspaces.create({ name: "Own", kind: "personal", creationKey: randomUUID() });
  for (let round = 0; round < 50; round++) {
    const ada = await newPerson();
    const { slug } = await make(ada);
    await ada.api.workspaces.remove({ workspace: slug, confirmation: "Own" });
    expect((await settled(ada.api.workspaces.restore({ slug }), make(ada))).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await ada.api.workspaces.recent()).total).toBe(1);
  }
}, 60_000);

test("two deletions at once are one; the second finds nothing", async () => {
  for (let round = 0; round < 50; round++) {
    const acme = await workspace();
    const second = await memberOf(acme, "admin");
    expect((await settled(remove(acme, acme.admin), remove(acme, second))).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await eventsOf(acme, "workspace.deleted")).toHaveLength(1);
  }
}, 60_000);

test("a deletion and a restoration at once leave a workspace that is either there or restorable", async () => {
  for (let round = 0; round < 50; round++) {
    const acme = await workspace();
    const second = await memberOf(acme, "admin");
    const key = await second.api.keys.create({ workspace: acme.slug, name: "A key" });
    await remove(acme, acme.admin);
    await settled(
      second.api.workspaces.restore({ slug: acme.slug }),
      remove(acme, acme.admin),
      acme.admin.api.workspaces.restore({ slug: acme.slug }),
    );
    const [row] = await owner`select deleted_at is null as is_live from workspaces where id = ${acme.id}`;
    expect((await second.api.workspaces.restorable()).length).toBe(row?.is_live ? 0 : 1);
    expect((await byId(key.id))?.isLive).toBe(row?.is_live);
    // Each change of its state wrote one audit row.
    const events = await eventsOf(acme, "workspace.%ed");
    expect(events.filter((event) => event === "workspace.deleted").length).toBe(
      events.filter((event) => event === "workspace.restored").length + (row?.is_live ? 0 : 1),
    );
  }
}, 60_000);

test("an invitation that is accepted while the workspace is deleted lets in before, or finds nothing", async () => {
  for (let round = 0; round < 50; round++) {
    const { acme, guest, token } = await offer();
    const [accepted, removed] = await settled(guest.api.invitations.accept({ token }), remove(acme, acme.admin));
    expect(removed).toBe("fulfilled");
    const [row] = await owner`
      select (select count(*)::int from memberships where workspace_id = ${acme.id}) as members,
        (select member_count from workspaces where id = ${acme.id}) as counted,
        (select status from invitations where workspace_id = ${acme.id}) as status`;
    const isIn = accepted === "fulfilled";
    expect(row).toEqual({ members: isIn ? 2 : 1, counted: isIn ? 2 : 1, status: isIn ? "accepted" : "pending" });
    expect((await guest.api.workspaces.recent()).total).toBe(0);
  }
}, 60_000);

test("a person who deletes their account is in no workspace that is restored afterwards, or meanwhile", async () => {
  for (let round = 0; round < 50; round++) {
    const acme = await workspace();
    const second = await memberOf(acme, "admin");
    await remove(acme, acme.admin);
    const gone = second.api.account.remove({ confirmation: second.person.email });
    if (round % 2) await gone;
    await settled(gone, acme.admin.api.workspaces.restore({ slug: acme.slug }));
    const rows = await owner`
      select u.deleted_at, m.role from memberships m join users u on u.id = m.user_id where m.workspace_id = ${acme.id}`;
    expect(rows).toEqual([{ deleted_at: null, role: "admin" }]);
  }
}, 60_000);

test("the last Admin of a deleted workspace who restores it while they delete their account leaves none without an Admin", async () => {
  for (let round = 0; round < 50; round++) {
    const acme = await workspace();
    await memberOf(acme, "viewer");
    await remove(acme, acme.admin);
    await settled(
      acme.admin.api.account.remove({ confirmation: acme.admin.person.email }),
      acme.admin.api.workspaces.restore({ slug: acme.slug }),
    );
    const [row] = await owner`
      select w.deleted_at is null as is_live,
        (select count(*)::int from memberships m where m.workspace_id = w.id and m.role = 'admin') as admins
      from workspaces w where w.id = ${acme.id}`;
    expect(row?.is_live).toBe(row?.admins > 0);
  }
}, 60_000);
