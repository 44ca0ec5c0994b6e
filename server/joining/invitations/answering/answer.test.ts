import { expect, test } from "vitest";
import { transaction } from "@/db/client";
import { owner } from "@/tests/support/database";
import { insertMember } from "@/tests/support/factories/workspaces";
import { queuedMails } from "@/tests/support/mails";
import { offer, type TestOffer } from "@/tests/support/offers";
import { apiFor, memberOf, newPerson, reasonOf, workspace } from "@/tests/support/people";
import { dump, rowsOf } from "@/tests/support/schema/rows";
import { hashToken } from "../token";
import * as answering from "./queries";

const statusOf = async ({ id }: TestOffer) => (await owner`select status from invitations where id = ${id}`)[0]?.status;

test("a person who accepts becomes a member with the offered role, once, and is let in", async () => {
  const made = await offer({ role: "billing" });
  const { guest, token, at } = made;
  expect(await reasonOf(guest.api.workspaces.get(at))).toBe("not_found");
  expect(await guest.api.invitations.mine()).toMatchObject([{ id: made.id, role: "billing" }]);
  expect(await guest.api.invitations.accept({ token })).toEqual({ slug: at.workspace });
  expect(await guest.api.workspaces.get(at)).toMatchObject({ role: "billing" });
  expect(await guest.api.invitations.mine()).toEqual([]);
  // The same form from a second tab: it has been done already.
  expect(await guest.api.invitations.accept({ token })).toEqual({ slug: at.workspace });
});

test("an offer in the list is accepted and declined by its id like by its link", async () => {
  const [one, two] = [await offer(), await offer()];
  expect(await one.guest.api.invitations.acceptMine({ invitationId: one.id })).toEqual({ slug: one.acme.slug });
  await two.guest.api.invitations.declineMine({ invitationId: two.id });
  expect([await statusOf(one), await statusOf(two)]).toEqual(["accepted", "declined"]);
  expect(await reasonOf(two.guest.api.workspaces.get(two.at))).toBe("not_found");
});

test("IN-02 another account is refused, sees a masked address, and uses nothing up", async () => {
  const { acme, guest, token } = await offer();
  const other = await newPerson();
  const before = await rowsOf(owner, acme.id);
  expect(await reasonOf(other.api.invitations.accept({ token }))).toBe("wrong_account");
  expect(await reasonOf(other.api.invitations.decline({ token }))).toBe("wrong_account");
  const seen = await other.api.invitations.get({ token });
  const domain = guest.person.email.split("@")[1];
  expect(seen).toEqual({
    state: "wrong_account",
    address: `${guest.person.email.charAt(0)}•••@${domain}`,
    signedInAs: other.person.email,
  });
  expect(await rowsOf(owner, acme.id)).toBe(before);
  await guest.api.invitations.accept({ token });
});

test("IN-02 an address that only looks like the invited one is another", async () => {
  const { guest, token } = await offer();
  const [local, domain] = guest.person.email.split("@");
  for (const email of [`${local}+x@${domain}`, `${local}.@${domain}`, `x${local}@${domain}`]) {
    const other = await newPerson({ email });
    expect([email, await reasonOf(other.api.invitations.accept({ token }))]).toEqual([email, "wrong_account"]);
  }
});

test("IN-03 an address that was not shown to be one's own opens no invitation and shows none", async () => {
  const { guest, token, id } = await offer();
  await owner`update users set email_verified_at = null where id = ${guest.person.id}`;
  const { invitations } = apiFor({ ...guest.person, isVerified: false });
  expect(await invitations.mine()).toEqual([]);
  expect(await invitations.get({ token })).toEqual({ state: "verify_email" });
  expect(await reasonOf(invitations.accept({ token }))).toBe("verify_email");
  expect(await reasonOf(invitations.decline({ token }))).toBe("verify_email");
  expect(await reasonOf(invitations.acceptMine({ invitationId: id }))).toBe("verify_email");
  expect(await reasonOf(invitations.declineMine({ invitationId: id }))).toBe("verify_email");
});

test.each(["removed", "demoted", "gone", "missing"])(
  "IN-06 an offer whose maker was %s since cannot be used",
  async (what) => {
    const acme = await workspace();
    const inviter = await memberOf(acme, "admin");
    const made = await offer({ acme, by: inviter, role: "viewer" });
    const target = { ...made.at, userId: inviter.person.id };
    if (what === "removed") await acme.admin.api.members.remove(target);
    if (what === "demoted") await acme.admin.api.members.changeRole({ ...target, role: "developer" });
    if (what === "gone") await inviter.api.account.remove({ confirmation: inviter.person.email });
    // A member's offers end when they leave; one that is still open does not grant more.
    if (what === "missing")
      await owner`delete from memberships where workspace_id = ${acme.id} and user_id = ${inviter.person.id}`;
    const isTakenBack = what === "gone" || what === "removed";
    const reason = isTakenBack ? "invitation_revoked" : "inviter_lost_authority";
    expect(await reasonOf(made.guest.api.invitations.accept({ token: made.token }))).toBe(reason);
    expect(await reasonOf(made.guest.api.workspaces.get(made.at))).toBe("not_found");
    if (isTakenBack) return;
    expect(await statusOf(made)).toBe("pending");
    // The permission is checked at use: when the inviter is an Admin again, the offer is valid again.
    await insertMember(owner, acme.id, inviter.person.id, "admin");
    await made.guest.api.invitations.accept({ token: made.token });
  },
);

test("IN-18 looking at an invitation, signed in or not, changes nothing at all", async () => {
  const { guest, token } = await offer();
  const before = await dump(owner);
  for (let looks = 0; looks < 3; looks++)
    expect(await guest.api.invitations.get({ token })).toMatchObject({ state: "open" });
  await guest.api.invitations.mine();
  expect(await reasonOf(apiFor(null).invitations.get({ token }))).toBe("not_signed_in");
  expect(await dump(owner)).toEqual(before);
});

test.each([
  ["invitation_expired", ({ id }: TestOffer) => owner`update invitations set expires_at = now() where id = ${id}`],
  [
    "invitation_revoked",
    ({ acme, at, id }: TestOffer) => acme.admin.api.invitations.revoke({ ...at, invitationId: id }),
  ],
  ["invitation_declined", ({ guest, token }: TestOffer) => guest.api.invitations.decline({ token })],
  [
    "invitation_used",
    async ({ acme, at, guest, token }: TestOffer) => {
      await guest.api.invitations.accept({ token });
      await acme.admin.api.members.remove({ ...at, userId: guest.person.id });
    },
  ],
] as const)("a closed offer says why: %s", async (reason, close) => {
  const made = await offer();
  const { acme, guest, token, id } = made;
  await close(made);
  const before = await rowsOf(owner, acme.id);
  expect(await guest.api.invitations.get({ token })).toMatchObject({ state: reason });
  expect(await reasonOf(guest.api.invitations.accept({ token }))).toBe(reason);
  expect(await reasonOf(guest.api.invitations.decline({ token }))).not.toBe("bug");
  expect(await reasonOf(guest.api.invitations.acceptMine({ invitationId: id }))).not.toBe("bug");
  expect(await guest.api.invitations.mine()).toEqual([]);
  expect(await rowsOf(owner, acme.id)).toBe(before);
});

test("an offer ends with its workspace", async () => {
  const { acme, guest, token, id } = await offer();
  await acme.admin.api.account.remove({ confirmation: acme.admin.person.email });
  expect(await reasonOf(guest.api.invitations.get({ token }))).toBe("not_found");
  expect(await reasonOf(guest.api.invitations.accept({ token }))).toBe("not_found");
  expect(await reasonOf(guest.api.invitations.acceptMine({ invitationId: id }))).toBe("not_found");
  expect(await guest.api.invitations.mine()).toEqual([]);
});

test("CR-03 twenty simultaneous acceptances are one membership and one audit row", async () => {
  for (let round = 0; round < 5; round++) {
    const { acme, guest, token, id } = await offer();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        i % 2 ? guest.api.invitations.accept({ token }) : guest.api.invitations.acceptMine({ invitationId: id }),
      ),
    );
    expect(outcomes.some(({ status }) => status === "fulfilled")).toBe(true);
    const [row] = await owner`
      select (select count(*)::int from memberships where workspace_id = ${acme.id} and user_id = ${guest.person.id}) as members,
             (select count(*)::int from audit_events where workspace_id = ${acme.id} and action = 'invitation.accepted') as events`;
    expect(row).toEqual({ members: 1, events: 1 });
  }
});

test("CR-03 of an acceptance, a refusal and a revocation at the same moment exactly one wins", async () => {
  const winners = new Set<string>();
  for (let round = 0; round < 20; round++) {
    const made = await offer();
    const { acme, at, guest, token, id } = made;
    const racers = [
      () => guest.api.invitations.accept({ token }),
      () => guest.api.invitations.decline({ token }),
      () => acme.admin.api.invitations.revoke({ ...at, invitationId: id }),
    ];
    // Each of them starts first in turn.
    const order = [0, 1, 2].map((i) => (i + round) % 3);
    const outcomes = await Promise.allSettled(order.map((i) => racers[i]?.()));
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    const [row] = await owner`
      select (select count(*)::int from memberships where workspace_id = ${acme.id} and user_id = ${guest.person.id}) as members,
             (select array_agg(action) from audit_events where workspace_id = ${acme.id} and action ~ '^invitation.(accepted|declined|revoked)') as actions`;
    const status = await statusOf(made);
    winners.add(status);
    expect(row).toEqual({ members: status === "accepted" ? 1 : 0, actions: [`invitation.${status}`] });
  }
  expect(winners.size).toBeGreaterThan(1);
});

test("IS-16 an old token and a resend have one outcome: what was renewed is not accepted", async () => {
  for (let round = 0; round < 20; round++) {
    const { acme, at, guest, id, token } = await offer();
    const outcomes = await Promise.allSettled([
      guest.api.invitations.accept({ token }),
      acme.admin.api.invitations.resend({ ...at, invitationId: id }),
    ]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  }
});

test("IS-16 what was renewed between looking and accepting is not used by the old token", async () => {
  const { acme, at, id, token } = await offer();
  const held = hashToken(token);
  await acme.admin.api.invitations.resend({ ...at, invitationId: id });
  const settled = await transaction("write", { workspaceId: acme.id }, (db) =>
    answering.settle(db, acme.id, id, "accepted", held),
  );
  expect(settled).toBe(false);
});

test("IS-16 a mail that waits goes with its invitation: revoked, renewed, answered, or its maker gone", async () => {
  const waiting = async (to: string) => (await queuedMails("invitation")).filter((mail) => mail.to === to).length;
  const before = await offer();
  expect(await waiting(before.guest.person.email)).toBe(1);
  await before.acme.admin.api.invitations.revoke({ ...before.at, invitationId: before.id });
  expect(await waiting(before.guest.person.email)).toBe(0);

  const renewed = await offer();
  await renewed.acme.admin.api.invitations.resend({ ...renewed.at, invitationId: renewed.id });
  expect(await waiting(renewed.guest.person.email)).toBe(1);
  await renewed.acme.admin.api.invitations.copyLink({ ...renewed.at, invitationId: renewed.id });
  expect(await waiting(renewed.guest.person.email)).toBe(0);

  const accepted = await offer();
  await accepted.guest.api.invitations.acceptMine({ invitationId: accepted.id });
  expect(await waiting(accepted.guest.person.email)).toBe(0);

  const acme = await workspace();
  const maker = await memberOf(acme, "admin");
  const left = await offer({ acme, by: maker });
  await acme.admin.api.members.remove({ ...left.at, userId: maker.person.id });
  expect(await waiting(left.guest.person.email)).toBe(0);
});
