import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { insertMember } from "@/tests/support/factories/workspaces";
import { offer } from "@/tests/support/offers";
import { apiFor, memberOf, newPerson, reasonOf, workspace } from "@/tests/support/people";
import { waitingFor } from "@/tests/support/waiting";

const ghosts = () => owner`select 1 from memberships m join users u on u.id = m.user_id where u.deleted_at is not null`;

test("an account that is deleted while it accepts an invitation is in no workspace afterwards", async () => {
  for (let round = 0; round < 25; round++) {
    const { guest, token } = await offer({ role: "admin" });
    await Promise.allSettled([
      guest.api.account.remove({ confirmation: guest.person.email }),
      guest.api.invitations.accept({ token }),
    ]);
    expect(await ghosts()).toEqual([]);
  }
});

test("an account that is deleted while it creates a workspace, joins by link or is approved is in none afterwards", async () => {
  for (let round = 0; round < 10; round++) {
    const acme = await workspace();
    const { url } = await acme.admin.api.inviteLinks.create({
      workspace: acme.slug,
      role: "viewer",
      maxUses: 5,
      days: 7,
    });
    await acme.admin.api.joining.setPage({ workspace: acme.slug, isOpen: true });
    const grace = await newPerson();
    await grace.api.joining.askAtPage({ slug: acme.slug });
    const requestId = (await acme.admin.api.joinRequests.list({ workspace: acme.slug })).rows[0]?.id ?? "";
    await Promise.allSettled([
      grace.api.account.remove({ confirmation: grace.person.email }),
      grace.api.workspaces.create({ name: "Own", kind: "personal", creationKey: crypto.randomUUID() }),
      grace.api.inviteLinks.join({ token: url.slice(url.lastIndexOf("/") + 1) }),
      acme.admin.api.joinRequests.approve({ workspace: acme.slug, requestId, role: "viewer" }),
    ]);
    expect(await ghosts()).toEqual([]);
  }
});

test("an Admin who was removed while their approval waited has approved no request", async () => {
  const acme = await workspace();
  await acme.admin.api.joining.setPage({ workspace: acme.slug, isOpen: true });
  const removed = await memberOf(acme, "admin");
  const grace = await newPerson();
  await grace.api.joining.askAtPage({ slug: acme.slug });
  const requestId = (await acme.admin.api.joinRequests.list({ workspace: acme.slug })).rows[0]?.id ?? "";
  const outcomes: Promise<string>[] = [];
  await owner.begin(async (tx) => {
    await tx`select 1 from workspaces where id = ${acme.id} for update`;
    outcomes.push(
      acme.admin.api.members.remove({ workspace: acme.slug, userId: removed.person.id }).then(() => "done"),
    );
    await waitingFor(1);
    outcomes.push(reasonOf(removed.api.joinRequests.approve({ workspace: acme.slug, requestId, role: "admin" })));
    await waitingFor(2);
  });
  expect(await Promise.all(outcomes)).toEqual(["done", "not_permitted"]);
  expect((await acme.admin.api.members.list({ workspace: acme.slug })).total).toBe(1);
});

test("making an Admin and deleting an account need a sign-in of the last ten minutes", async () => {
  const acme = await workspace();
  const member = await memberOf(acme, "viewer");
  const stale = apiFor({ ...acme.admin.person, signedInAt: new Date(Date.now() - 11 * 60_000) });
  const at = { workspace: acme.slug };
  expect(await reasonOf(stale.members.changeRole({ ...at, userId: member.person.id, role: "admin" }))).toBe(
    "sign_in_again",
  );
  expect(await reasonOf(stale.invitations.create({ ...at, emails: "a@example.com", role: "admin" }))).toBe(
    "sign_in_again",
  );
  expect(await reasonOf(stale.account.remove({ confirmation: acme.admin.person.email }))).toBe("sign_in_again");
  await stale.members.changeRole({ ...at, userId: member.person.id, role: "developer" });
  await stale.invitations.create({ ...at, emails: "a@example.com", role: "developer" });
});

test("confirming an address by a mailed link signs out the sessions that were there before", async () => {
  const { adapter } = await import("@/server/auth/adapter");
  const { person } = await newPerson({ isVerified: false });
  await owner`insert into accounts (user_id, type, provider, provider_account_id) values (${person.id}, 'oidc', 'oidc', ${randomBytes(8).toString("hex")})`;
  await owner`insert into sessions (token_hash, user_id, expires_at) values (${randomBytes(8).toString("hex")}, ${person.id}, now() + interval '7 days')`;
  await adapter().updateUser?.({ id: person.id, emailVerified: new Date() });
  expect(await owner`select 1 from accounts where user_id = ${person.id}`).toHaveLength(0);
  expect(await owner`select 1 from sessions where user_id = ${person.id}`).toHaveLength(0);
  await owner`insert into sessions (token_hash, user_id, expires_at) values (${randomBytes(8).toString("hex")}, ${person.id}, now() + interval '7 days')`;
  await adapter().updateUser?.({ id: person.id, emailVerified: new Date() });
  expect(await owner`select 1 from sessions where user_id = ${person.id}`).toHaveLength(1);
});

test("I9 deleting an account leaves one audit row for each offer it takes back", async () => {
  const acme = await workspace();
  const second = await memberOf(acme, "admin");
  await second.api.invitations.create({ workspace: acme.slug, emails: "a@example.com b@example.com", role: "viewer" });
  await second.api.account.remove({ confirmation: second.person.email });
  const rows = await owner`
    select i.id from invitations i join audit_events e on e.target_id = i.id::text and e.action = 'invitation.revoked'
    where i.workspace_id = ${acme.id} and i.status = 'revoked'`;
  expect(rows).toHaveLength(2);
});

test("I9 a member who accepts an invitation uses it up, and that is remembered", async () => {
  const { acme, guest, token, id } = await offer();
  await insertMember(owner, acme.id, guest.person.id, "viewer");
  await guest.api.invitations.accept({ token });
  const rows =
    await owner`select after from audit_events where workspace_id = ${acme.id} and action = 'invitation.accepted'`;
  expect(rows).toMatchObject([{ after: { invitation: id } }]);
});

test("IS-24 deleting an account and everything else that its person does at the same moment do not wait for each other", {
  timeout: 120_000,
}, async () => {
  const reasons = new Set<string>();
  const all = async (calls: Promise<unknown>[]) => {
    for (const outcome of await Promise.allSettled(calls))
      if (outcome.status === "rejected") reasons.add(await reasonOf(Promise.reject(outcome.reason)));
  };
  for (let round = 0; round < 12; round++) {
    const [acme, other] = [await workspace(), await workspace()];
    const [at, there] = [{ workspace: acme.slug }, { workspace: other.slug }];
    const dev = await memberOf(acme, "developer");
    const keys = await Promise.all([1, 2, 3].map((n) => dev.api.keys.create({ ...at, name: `Key ${n}` })));
    const keyIds = keys.map(({ id }) => id);
    await all([
      acme.admin.api.keys.fixMany({ ...at, keyIds, fix: "disable" }),
      dev.api.keys.rotate({ ...at, keyId: keyIds[0] ?? "" }),
      acme.admin.api.keys.rotate({ ...at, keyId: keyIds[1] ?? "" }),
      acme.admin.api.members.remove({ ...at, userId: dev.person.id, key: keyIds.map((id) => `rotate:${id}`) }),
      dev.api.members.leave(at),
      dev.api.account.remove({ confirmation: dev.person.email }),
      dev.api.keys.create({ ...at, name: "Late" }),
    ]);
    const [x, y] = [await memberOf(acme, "admin"), await memberOf(acme, "admin")];
    for (const { person } of [x, y]) await insertMember(owner, other.id, person.id, "admin");
    await all([
      x.api.members.remove({ ...at, userId: y.person.id }),
      y.api.members.remove({ ...there, userId: x.person.id }),
      x.api.account.remove({ confirmation: x.person.email }),
      y.api.account.remove({ confirmation: y.person.email }),
      x.api.members.changeRole({ ...there, userId: y.person.id, role: "viewer" }),
      y.api.members.changeRole({ ...at, userId: x.person.id, role: "viewer" }),
    ]);
  }
  const allowed = [
    "key_held",
    "key_replaced",
    "key_revoked",
    "not_found",
    "not_permitted",
    "not_signed_in",
    "last_admin",
  ];
  expect([...reasons].filter((reason) => !allowed.includes(reason))).toEqual([]);
});
