import { beforeEach, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { insertMember } from "@/tests/support/factories/workspaces";
import { mailedToken, offer } from "@/tests/support/offers";
import { memberOf, newPerson, reasonOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";
import { endDue } from "./ending/job";

let acme: TestWorkspace;
let grace: Signed;
let at: { workspace: string };

beforeEach(async () => {
  acme = await workspace();
  grace = await memberOf(acme, "developer");
  at = { workspace: acme.slug };
});

const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

/** Sets the end of a membership relative to now; it may be in the past. */
const endIn = (interval: string, who = grace) =>
  owner`update memberships set ends_at = clock_timestamp() + ${interval}::interval where workspace_id = ${acme.id} and user_id = ${who.person.id}`;

const setEnd = (until: string, who = grace) => acme.admin.api.members.setEnd({ ...at, userId: who.person.id, until });

const eventsOf = (who = grace) =>
  owner`select actor_id, action, before, after from audit_events where workspace_id = ${acme.id} and target_id = ${who.person.id}`;

const keyRow = async (id: string) =>
  (
    await owner`select kept_at is not null as is_kept, revoked_at is not null as is_revoked, stops_at from api_keys where id = ${id}`
  )[0];

const mailsTo = async () =>
  (await owner`select count(*)::int as n from mail_outbox where template = 'membership-ending'`)[0]?.n;

test("a membership ends with a day in UTC, can be given another or none, and says so in the list", async () => {
  await setEnd("2030-01-31");
  const end = new Date("2030-02-01T00:00:00Z");
  const row = async () => (await acme.admin.api.members.list(at)).rows.find(({ userId }) => userId === grace.person.id);
  expect((await row())?.endsAt).toEqual(end);
  await setEnd("");
  await setEnd("");
  expect((await row())?.endsAt).toBeNull();
  expect((await eventsOf()).map(({ action, before, after }) => [action, before, after])).toEqual([
    ["member.end_changed", { endsAt: null }, { endsAt: end.toISOString() }],
    ["member.end_changed", { endsAt: end.toISOString() }, { endsAt: null }],
  ]);
  await setEnd(day(0));
  for (const until of [day(-1), "2999-01-01", "2026-02-30", "tomorrow"])
    expect([until, await reasonOf(setEnd(until))]).toEqual([until, "invalid_input"]);
});

test("RP-01 access ends to the moment by the database's clock, before any job has run", async () => {
  await endIn("1 second");
  expect((await grace.api.workspaces.get(at)).slug).toBe(acme.slug);
  expect((await grace.api.workspaces.recent()).rows).toHaveLength(1);
  await expect.poll(() => reasonOf(grace.api.workspaces.get(at)), { timeout: 3_000 }).toBe("not_found");
  const [late] = await owner`
    select clock_timestamp() - ends_at < interval '1 second' as is_in_time from memberships where user_id = ${grace.person.id}`;
  expect(late?.is_in_time).toBe(true);
  expect((await grace.api.workspaces.recent()).rows).toEqual([]);
  expect((await grace.api.workspaces.list({})).rows).toEqual([]);
  expect(await reasonOf(grace.api.keys.create({ ...at, name: "Late" }))).toBe("not_found");
  expect((await acme.admin.api.members.list(at)).rows.map(({ userId }) => userId)).toEqual([acme.admin.person.id]);
  expect(await reasonOf(acme.admin.api.members.changeRole({ ...at, userId: grace.person.id, role: "viewer" }))).toBe(
    "not_found",
  );
});

test("TI-09 the second wall hides an ended membership from the application, whatever a query asks", async () => {
  await endIn("-1 second");
  const seen = await owner.begin(async (tx) => {
    await tx`set local role atelier_app`;
    await tx`select set_config('app.workspace_id', ${acme.id}, true), set_config('app.user_id', ${grace.person.id}, true)`;
    return [
      await tx`select user_id from memberships`,
      await tx`update memberships set role = 'admin' where user_id = ${grace.person.id} returning role`,
    ];
  });
  expect(seen).toEqual([[{ user_id: acme.admin.person.id }], []]);
});

test("a job settles what has ended as a removal does: once, with its audit rows, and the keys as the workspace has chosen", async () => {
  for (const action of ["keep", "revoke"] as const) {
    grace = await memberOf(acme, "developer");
    const { id } = await grace.api.keys.create({ ...at, name: "Mine" });
    await acme.admin.api.members.setExpiredMemberKeyAction({ ...at, keys: action });
    await endIn("-1 second");
    await Promise.all([endDue(), endDue(), endDue()]);
    expect(await owner`select from memberships where user_id = ${grace.person.id}`).toHaveLength(0);
    expect(await keyRow(id)).toMatchObject({ is_kept: action === "keep", is_revoked: action === "revoke" });
    expect(await eventsOf()).toEqual([
      {
        actor_id: null,
        action: "member.ended",
        before: { role: "developer", endsAt: expect.any(String) },
        after: action === "keep" ? { keptKeys: [id] } : { revokedKeys: [id] },
      },
    ]);
  }
  expect((await acme.admin.api.members.list(at)).total).toBe(2);
});

test("a key stops with its maker's membership only where the workspace wants it, whichever was said first", async () => {
  const { id } = await grace.api.keys.create({ ...at, name: "Mine" });
  const { id: service } = await acme.admin.api.keys.create({ ...at, name: "Ours", isService: true });
  const stops = async (key = id) => (await keyRow(key))?.stops_at?.toISOString() ?? null;
  await acme.admin.api.members.setExpiredMemberKeyAction({ ...at, keys: "keep" });
  await setEnd("2030-01-31");
  expect(await stops()).toBeNull();
  await acme.admin.api.members.setExpiredMemberKeyAction({ ...at, keys: "revoke" });
  expect(await stops()).toBe("2030-02-01T00:00:00.000Z");
  const { id: later } = await grace.api.keys.create({ ...at, name: "Later" });
  expect(await stops(later)).toBe("2030-02-01T00:00:00.000Z");
  expect(await stops(service)).toBeNull();
  await setEnd("2030-02-28");
  expect(await stops()).toBe("2030-03-01T00:00:00.000Z");
  await setEnd("");
  expect(await stops()).toBeNull();
  await setEnd("2030-01-31");
  await acme.admin.api.members.setExpiredMemberKeyAction({ ...at, keys: "keep" });
  expect([await stops(), await stops(later)]).toEqual([null, null]);
});

test("three days before, the member and the Admins are mailed, once for each end", async () => {
  const before = await mailsTo();
  await endIn("3 days 1 minute");
  await endDue();
  expect(await mailsTo()).toBe(before);
  await endIn("2 days 23 hours");
  await Promise.all([endDue(), endDue()]);
  await endDue();
  expect(await mailsTo()).toBe(before + 2);
  await setEnd(day(1));
  await endDue();
  expect(await mailsTo()).toBe(before + 4);
});

test("an invitation can have a last day: the membership ends with it, and so does the offer", async () => {
  const { guest, token, id, acme: there } = await offer({ role: "viewer" });
  await owner`update invitations set ends_at = '2030-02-01 00:00:00+00' where id = ${id}`;
  expect(await guest.api.invitations.get({ token })).toMatchObject({ endsAt: new Date("2030-02-01T00:00:00Z") });
  await guest.api.invitations.accept({ token });
  const [row] =
    await owner`select ends_at from memberships where workspace_id = ${there.id} and user_id = ${guest.person.id}`;
  expect(row?.ends_at).toEqual(new Date("2030-02-01T00:00:00Z"));

  const invite = (until: string) =>
    acme.admin.api.invitations.create({ ...at, emails: `x-${until}@example.com`, role: "viewer", until });
  await invite(day(1));
  const [made] = (await acme.admin.api.invitations.list(at)).rows;
  expect(made?.endsAt?.toISOString().slice(0, 10)).toBe(day(2));
  expect(made?.expiresAt).toEqual(made?.endsAt);
  await invite(day(30));
  const [far] = (await acme.admin.api.invitations.list(at)).rows;
  expect(far && far.expiresAt < (far.endsAt ?? 0)).toBe(true);
  expect(await reasonOf(invite(day(-1)))).toBe("invalid_input");
});

test("one whose time is over comes back by an invitation, before the job has run, and what they had left is settled", async () => {
  const { id } = await grace.api.keys.create({ ...at, name: "Mine" });
  await endIn("-1 second");
  const token = await openLink();
  expect(await reasonOf(grace.api.inviteLinks.join({ token }))).toBe("former_member");
  await acme.admin.api.invitations.create({ ...at, emails: grace.person.email, role: "viewer" });
  await grace.api.invitations.accept({ token: await mailedToken(grace.person.email) });
  const [row] = await owner`select role, ends_at from memberships where user_id = ${grace.person.id}`;
  expect(row).toEqual({ role: "viewer", ends_at: null });
  expect(await keyRow(id)).toMatchObject({ is_kept: false, is_revoked: true });
  expect((await eventsOf()).map(({ action }) => action)).toContain("member.ended");
});

test("CR-01 the last Admin without an end can neither be given one, nor go, nor step down while others' end", async () => {
  const second = await memberOf(acme, "admin");
  await setEnd("2030-01-31", second);
  expect(await reasonOf(setEnd("2030-01-31", acme.admin))).toBe("last_admin_end");
  expect(await reasonOf(acme.admin.api.members.leave(at))).toBe("last_admin");
  expect(
    await reasonOf(acme.admin.api.members.changeRole({ ...at, userId: acme.admin.person.id, role: "viewer" })),
  ).toBe("last_admin");
  expect(await reasonOf(acme.admin.api.account.remove({ confirmation: acme.admin.person.email }))).toBe(
    "last_admin_elsewhere",
  );
  await setEnd("", second);
  await setEnd("2030-01-31", acme.admin);
  await acme.admin.api.members.leave(at);
});

test("CR-01 two Admins who give each other an end at the same moment leave one without, 60 rounds", {
  timeout: 60_000,
}, async () => {
  for (let round = 0; round < 60; round++) {
    const there = await workspace();
    const second = await memberOf(there, "admin");
    const set = (who: Signed, whom: Signed) =>
      who.api.members.setEnd({ workspace: there.slug, userId: whom.person.id, until: "2030-01-31" });
    const outcomes = await Promise.allSettled([set(there.admin, second), set(second, there.admin)]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const [row] = await owner`
      select count(*)::int as n from memberships where workspace_id = ${there.id} and role = 'admin' and ends_at is null`;
    expect(row?.n).toBe(1);
  }
});

test("an invitation by an Admin whose time is up is worth nothing", async () => {
  const second = await memberOf(acme, "admin");
  const { guest, token, id, acme: there } = await offer({ role: "viewer" });
  await insertMember(owner, there.id, second.person.id, "admin", { endsInSeconds: -1 });
  await owner`update invitations set invited_by = ${second.person.id} where id = ${id}`;
  expect(await reasonOf(guest.api.invitations.accept({ token }))).toBe("inviter_lost_authority");
});

test("a personal workspace's only member has no last day", async () => {
  const { slug } = await grace.api.workspaces.create({
    name: "Own",
    kind: "personal",
    creationKey: crypto.randomUUID(),
  });
  expect(
    await reasonOf(grace.api.members.setEnd({ workspace: slug, userId: grace.person.id, until: "2030-01-31" })),
  ).toBe("personal_workspace");
});

const openLink = async () => {
  const { url } = await acme.admin.api.inviteLinks.create({ ...at, role: "viewer", maxUses: 5, days: 7 });
  return url.slice(url.lastIndexOf("/") + 1);
};

const endOf = async () =>
  (await owner`select ends_at from memberships where workspace_id = ${acme.id} and user_id = ${grace.person.id}`)[0];

test("IS-07 who was removed does not come back by a link or a domain that is still open, but may ask", async () => {
  grace = await newPerson({ email: "grace@former-member.example" });
  await insertMember(owner, acme.id, grace.person.id, "viewer");
  const token = await openLink();
  await acme.admin.api.members.remove({ ...at, userId: grace.person.id });
  expect(await grace.api.inviteLinks.inspect({ token })).toMatchObject({ state: "former_member", isWaiting: false });
  expect(await reasonOf(grace.api.inviteLinks.join({ token }))).toBe("former_member");
  await owner`
    insert into domains (workspace_id, domain, mode, proof, status, challenge, created_by)
    values (${acme.id}, 'former-member.example', 'join', 'dns', 'verified', 'x', ${acme.admin.person.id})`;
  expect(await reasonOf(grace.api.joining.joinByDomain({ slug: acme.slug }))).toBe("former_member");
  expect((await grace.api.joining.open()).domains).toMatchObject([{ mode: "request" }]);
  await grace.api.inviteLinks.ask({ token });
  expect(await grace.api.inviteLinks.inspect({ token })).toMatchObject({ isWaiting: true });
  const requestId = (await acme.admin.api.joinRequests.list(at)).rows[0]?.id ?? "";
  await acme.admin.api.joinRequests.approve({ ...at, requestId, role: "viewer" });
  // A person who was let in again, and then leaves, may use the link as before.
  await grace.api.members.leave(at);
  expect(await grace.api.inviteLinks.join({ token })).toEqual({ slug: acme.slug });
});

test("IS-07 who leaves before a set end has that end again, by a link and by an Admin's approval", async () => {
  const token = await openLink();
  await setEnd("2030-01-31");
  const end = { ends_at: new Date("2030-02-01T00:00:00Z") };
  await grace.api.members.leave(at);
  await grace.api.inviteLinks.join({ token });
  expect(await endOf()).toEqual(end);
  await acme.admin.api.members.remove({ ...at, userId: grace.person.id });
  await grace.api.inviteLinks.ask({ token });
  const requestId = (await acme.admin.api.joinRequests.list(at)).rows[0]?.id ?? "";
  await acme.admin.api.joinRequests.approve({ ...at, requestId, role: "viewer" });
  expect(await endOf()).toEqual(end);
});
