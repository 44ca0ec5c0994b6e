import { createHash } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { transaction } from "@/db/client";
import { forgetFormerMembers } from "@/server/composition/housekeeping";
import { owner } from "@/tests/support/database";
import { insertMember } from "@/tests/support/factories/workspaces";
import { mailedToken } from "@/tests/support/offers";
import { apiFor, newPerson, reasonOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";
import { mailboxOf, rememberFormerMember } from "./marks";
import { markLimit } from "./queries";

let acme: TestWorkspace;
let at: { workspace: string };
let token: string;
let email: string;
let counter = 0;

beforeEach(async () => {
  acme = await workspace();
  at = { workspace: acme.slug };
  const { url } = await acme.admin.api.inviteLinks.create({ ...at, role: "viewer", maxUses: 50, days: 7 });
  token = url.slice(url.lastIndexOf("/") + 1);
  counter += 1;
  email = `grace@former-${counter}.example`;
  await owner`
    insert into domains (workspace_id, domain, mode, proof, status, challenge, created_by)
    values (${acme.id}, ${`former-${counter}.example`}, 'join', 'dns', 'verified', 'x', ${acme.admin.person.id})`;
});

/** Makes a member with the identities that these tests use. */
async function member(values: { subject?: string; endsInSeconds?: number } = {}): Promise<Signed> {
  const grace = await newPerson({ email });
  if (values.subject) await link(grace, values.subject);
  await insertMember(owner, acme.id, grace.person.id, "viewer", { endsInSeconds: values.endsInSeconds });
  // Every way to join writes such a row, and by these rows a person's workspaces are found.
  await owner`
    insert into audit_events (workspace_id, actor_id, action, target_type, target_id, request_id)
    values (${acme.id}, ${grace.person.id}, 'invitation.accepted', 'member', ${grace.person.id}, 'x')`;
  return grace;
}

const link = ({ person }: Signed, subject: string) => owner`
  insert into accounts (user_id, type, provider, provider_account_id, began_account)
  values (${person.id}, 'oauth', 'oidc', ${subject}, true)`;

const deleteAccount = ({ api, person }: Signed) => api.account.remove({ confirmation: person.email });
const remove = ({ person }: Signed) => acme.admin.api.members.remove({ ...at, userId: person.id });
const marks = async () =>
  (await owner`select mark from former_members where workspace_id = ${acme.id}`).map(({ mark }) => mark as Buffer);
const endOf = async ({ person }: Signed) =>
  (await owner`select ends_at from memberships where workspace_id = ${acme.id} and user_id = ${person.id}`)[0]?.ends_at;

/** Checks that a person cannot join by any open way, and that an Admin who gets the request sees why. */
async function expectToAsk(who: Signed): Promise<string> {
  expect(await who.api.inviteLinks.inspect({ token })).toMatchObject({ state: "former_member" });
  expect(await reasonOf(who.api.inviteLinks.join({ token }))).toBe("former_member");
  await who.api.inviteLinks.ask({ token });
  const [request] = (await acme.admin.api.joinRequests.list(at)).rows;
  expect(request).toMatchObject({ email: who.person.email, isFormerMember: true });
  return request?.id ?? "";
}

describe("IS-07 a former member is recognised in a new account", () => {
  test("with the same address, at the link, the domain, the join page and in the request", async () => {
    const before = await member();
    await remove(before);
    await deleteAccount(before);
    const grace = await newPerson({ email });
    expect((await grace.api.joining.open()).domains).toMatchObject([{ mode: "request" }]);
    expect(await reasonOf(grace.api.joining.joinByDomain({ slug: acme.slug }))).toBe("former_member");
    const requestId = await expectToAsk(grace);
    await grace.api.joining.withdraw({ requestId });
    await grace.api.joining.askByDomain({ slug: acme.slug });
    expect((await acme.admin.api.joinRequests.list(at)).rows).toMatchObject([{ isFormerMember: true }]);
  });

  test("and once an Admin has let them in, they are one like others", async () => {
    for (const way of ["request", "invitation"]) {
      const before = await member({ subject: `let-in-${way}` });
      await remove(before);
      await deleteAccount(before);
      const grace = await newPerson({ email });
      if (way === "request") {
        const requestId = await expectToAsk(grace);
        await acme.admin.api.joinRequests.approve({ ...at, requestId, role: "viewer" });
      } else {
        await acme.admin.api.invitations.create({ ...at, emails: email, role: "viewer" });
        await grace.api.invitations.accept({ token: await mailedToken(email) });
      }
      await grace.api.members.leave(at);
      await grace.api.inviteLinks.join({ token });
      await deleteAccount(grace);
    }
  });

  test("with an address that reaches the same mailbox", async () => {
    await remove(await member());
    await expectToAsk(await newPerson({ email: email.replace("@", "+2@") }));
    expect(mailboxOf("a.da+x+y@gmail.com")).toBe(mailboxOf("ada@googlemail.com"));
    expect(mailboxOf("a.da@example.com")).not.toBe(mailboxOf("ada@example.com"));
    expect(mailboxOf("+ada@example.com")).toBe("+ada@example.com");
  });

  test("with the same account at a provider and another address", async () => {
    const before = await member({ subject: "s-1" });
    await remove(before);
    await deleteAccount(before);
    const grace = await newPerson();
    expect(await grace.api.inviteLinks.inspect({ token })).toMatchObject({ state: "open" });
    await link(grace, "s-1");
    await expectToAsk(grace);
  });

  test("with the address that the account had last, and with the one it had when it was removed", async () => {
    const before = await member();
    await remove(before);
    const later = `later-${email}`;
    await owner`update users set email = ${later} where id = ${before.person.id}`;
    await apiFor({ ...before.person, email: later }).account.remove({ confirmation: later });
    for (const address of [email, later]) {
      const grace = await newPerson({ email: address });
      expect(await reasonOf(grace.api.inviteLinks.join({ token }))).toBe("former_member");
    }
  });

  test("whose time was over when the account was deleted, settled or not", async () => {
    await deleteAccount(await member({ endsInSeconds: -1 }));
    await expectToAsk(await newPerson({ email }));
  });

  test("who left before a set end has that end again, and has to ask once it is past", async () => {
    const before = await member({ endsInSeconds: 86_400 });
    const end = await endOf(before);
    await deleteAccount(before);
    const grace = await newPerson({ email });
    await grace.api.inviteLinks.join({ token });
    expect(await endOf(grace)).toEqual(end);
    await deleteAccount(grace);
    await owner`update former_members set ends_at = now() where workspace_id = ${acme.id}`;
    await expectToAsk(await newPerson({ email }));
  });

  test("an Admin's approval gives the end again too", async () => {
    const before = await member({ endsInSeconds: 86_400 });
    const end = await endOf(before);
    await remove(before);
    await deleteAccount(before);
    const grace = await newPerson({ email });
    const requestId = await expectToAsk(grace);
    await acme.admin.api.joinRequests.approve({ ...at, requestId, role: "viewer" });
    expect(await endOf(grace)).toEqual(end);
  });
});

describe("IS-07 what is kept of a former member", () => {
  test("is nothing of one who left as they liked, and nothing of an address that was never proved", async () => {
    const grace = await member();
    await grace.api.members.leave(at);
    await deleteAccount(grace);
    expect(await marks()).toEqual([]);
    await (await newPerson({ email })).api.inviteLinks.join({ token });
    const stranger = await newPerson({ isVerified: false });
    await transaction("write", { workspaceId: acme.id }, (db) =>
      rememberFormerMember(db, acme.id, stranger.person.id, {
        mustAsk: true,
        byGroup: false,
        endsAt: null,
        roleByAdmin: null,
      }),
    );
    expect(await marks()).toEqual([]);
  });

  test("AU-17 says nothing without the instance's secret, and differs from workspace to workspace", async () => {
    const before = await member();
    await remove(before);
    const [mark] = await marks();
    for (const text of [email, JSON.stringify([acme.id, "address", email])])
      expect(mark?.equals(createHash("sha256").update(text).digest())).toBe(false);
    const other = await workspace();
    await insertMember(owner, other.id, before.person.id, "viewer");
    await other.admin.api.members.remove({ workspace: other.slug, userId: before.person.id });
    const [elsewhere] = await owner`select mark from former_members where workspace_id = ${other.id}`;
    expect(mark?.equals(elsewhere?.mark)).toBe(false);
  });

  test("is forgotten after two years, by what reads it at once and by housekeeping", async () => {
    const before = await member();
    await remove(before);
    await deleteAccount(before);
    await owner`update former_members set left_at = now() - interval '2 years' where workspace_id = ${acme.id}`;
    const grace = await newPerson({ email });
    expect(await grace.api.inviteLinks.inspect({ token })).toMatchObject({ state: "open" });
    expect(await forgetFormerMembers()).toBe(1);
    expect(await marks()).toEqual([]);
  });

  test("is bounded in number, the latest kept, and nothing in a workspace that is purged", async () => {
    await owner`
      insert into former_members (workspace_id, mark, must_ask, left_at)
      select ${acme.id}, sha256(n::text::bytea), true, now() - make_interval(mins => n)
      from generate_series(1, ${markLimit}) n`;
    await remove(await member());
    const kept = await marks();
    expect(kept).toHaveLength(markLimit);
    const hashOf = (n: number) => createHash("sha256").update(String(n)).digest("hex");
    const hex = new Set(kept.map((mark) => mark.toString("hex")));
    expect([hex.has(hashOf(1)), hex.has(hashOf(markLimit))]).toEqual([true, false]);

    const gone = await workspace();
    await owner`update workspaces set deleted_at = now(), purge_begun_at = now() where id = ${gone.id}`;
    const stranger = await newPerson();
    await transaction("write", { workspaceId: gone.id }, (db) =>
      rememberFormerMember(db, gone.id, stranger.person.id, {
        mustAsk: true,
        byGroup: false,
        endsAt: null,
        roleByAdmin: null,
      }),
    );
    expect(await owner`select from former_members where workspace_id = ${gone.id}`).toHaveLength(0);
  });
});
