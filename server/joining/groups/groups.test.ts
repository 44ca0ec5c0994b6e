import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import type { Role } from "@/server/access/permissions";
import { owner } from "@/tests/support/database";
import { insertSignInProvider } from "@/tests/support/factories/providers";
import { insertMember } from "@/tests/support/factories/workspaces";
import { queuedMails } from "@/tests/support/mails";
import { memberOf, newPerson, reasonOf, type Signed, workspace } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";
import { applyGroups } from "./apply";
import { readGroups } from "./read-groups";

type Acme = Awaited<ReturnType<typeof workspace>>;
let ada: Signed;
let acme: Acme;
let provider: string;

beforeEach(async () => {
  // A new operator for each test, because an operator's changes per minute are limited.
  ada = await operator();
  acme = await workspace();
  provider = await insertSignInProvider(owner, `P ${randomUUID()}`.slice(0, 40), { isEnabled: true });
  await ada.api.instance.setGroupsClaim({ providerId: provider, groupsClaim: "groups" });
});

const propose = (group: string, role: Role = "viewer", where = acme) =>
  ada.api.instance.addGroupRule({ providerId: provider, group, slug: where.slug, role });

/** Proposes a rule and has an Admin accept it. */
async function bind(group: string, role: Role = "viewer", where = acme): Promise<string> {
  await propose(group, role, where);
  const [rule] = (await where.admin.api.groupRules.list({ workspace: where.slug })).filter(
    (each) => each.group === group,
  );
  await where.admin.api.groupRules.accept({ workspace: where.slug, ruleId: rule?.id ?? "", claim: "groups" });
  return rule?.id ?? "";
}

const origin = { requestId: randomUUID(), ip: null, userAgent: null };
async function signIn({ person }: Signed, ...groups: string[]): Promise<string | undefined> {
  const outcomes = await applyGroups({ userId: person.id, origin }, provider, { groups: new Set(groups) });
  return outcomes.get(acme.id);
}
const roleOf = async ({ person }: Signed, where = acme): Promise<string | undefined> =>
  (await owner`select role from memberships where workspace_id = ${where.id} and user_id = ${person.id}`)[0]?.role;
const actions = async ({ person }: Signed) =>
  (
    await owner`select action from audit_events where workspace_id = ${acme.id} and target_id = ${person.id} order by at`
  ).map(({ action }) => action);

describe("SI-09 groups of a provider make members", () => {
  test("only where an Admin of the workspace has accepted it: an operator puts no person into a workspace", async () => {
    await propose("staff");
    const grace = await newPerson();
    expect(await signIn(grace, "staff")).toBeUndefined();
    expect(await roleOf(grace)).toBeUndefined();
    const [rule] = await acme.admin.api.groupRules.list({ workspace: acme.slug });
    const developer = await memberOf(acme, "developer");
    const accept = (by: Signed) =>
      by.api.groupRules.accept({ workspace: acme.slug, ruleId: rule?.id ?? "", claim: "groups" });
    expect(await reasonOf(accept(developer))).toBe("not_permitted");
    expect(await reasonOf(accept(ada))).toBe("not_found");
    await accept(acme.admin);
    expect(await reasonOf(accept(acme.admin))).toBe("state_changed");
    expect(await signIn(grace, "staff")).toBe("joined");
  });

  test("joined, given another role, and removed once the group is gone, each with its audit row", async () => {
    await bind("staff");
    await bind("leads", "developer");
    const grace = await newPerson();
    expect(await signIn(grace, "other", "staff")).toBe("joined");
    expect(await roleOf(grace)).toBe("viewer");
    const told = (await queuedMails("member-joined")).filter(({ to }) => to === acme.admin.person.email);
    expect(told).toMatchObject([{ props: { personEmail: grace.person.email, role: "Viewer", way: "group" } }]);
    const { rows } = await acme.admin.api.members.list({ workspace: acme.slug });
    expect(rows.map(({ userId, isByGroup }) => [userId, isByGroup])).toEqual([
      [acme.admin.person.id, false],
      [grace.person.id, true],
    ]);
    expect(await signIn(grace, "staff")).toBe("unchanged");
    expect(await signIn(grace, "staff", "leads")).toBe("role_set");
    expect(await roleOf(grace)).toBe("developer");
    expect(await signIn(grace, "other")).toBe("removed");
    expect(await roleOf(grace)).toBeUndefined();
    const changes = (await queuedMails("member-by-group")).filter(({ to }) => to === acme.admin.person.email);
    const of = { personEmail: grace.person.email, workspaceName: acme.name };
    expect(changes.map(({ props }) => props)).toMatchObject([
      { ...of, from: "Viewer", to: "Developer" },
      { ...of, from: "Developer", to: null },
    ]);
    // Back in the group, the person joins again, because no Admin had removed them.
    expect(await signIn(grace, "staff")).toBe("joined");
    expect(await actions(grace)).toEqual([
      ...["member.joined_by_group", "member.role_set_by_group", "member.removed_by_group", "member.joined_by_group"],
    ]);
  });

  test("who joined in another way keeps their role and stays", async () => {
    await bind("staff");
    const grace = await memberOf(acme, "billing");
    expect(await signIn(grace, "staff")).toBe("other_way");
    expect(await signIn(grace)).toBeUndefined();
    expect(await roleOf(grace)).toBe("billing");
  });

  test("the last Admin is neither lowered nor removed", async () => {
    await bind("bosses", "admin");
    await bind("staff");
    const grace = await newPerson();
    await signIn(grace, "bosses");
    await owner`delete from memberships where workspace_id = ${acme.id} and user_id = ${acme.admin.person.id}`;
    expect(await signIn(grace, "staff")).toBe("last_admin");
    expect(await signIn(grace)).toBe("last_admin");
    expect(await roleOf(grace)).toBe("admin");
    await insertMember(owner, acme.id, acme.admin.person.id, "admin");
    expect(await signIn(grace, "staff")).toBe("role_set");
  });

  test("of two Admins by group who sign in at once without it, one stays", async () => {
    await bind("bosses", "admin");
    const people = [await newPerson(), await newPerson()];
    for (const each of people) await signIn(each, "bosses");
    await owner`delete from memberships where workspace_id = ${acme.id} and user_id = ${acme.admin.person.id}`;
    const outcomes = await Promise.all(people.map((each) => signIn(each)));
    expect(outcomes.sort()).toEqual(["last_admin", "removed"]);
  });

  test("seats, a suspended workspace and an Admin's removal are respected", async () => {
    await bind("staff");
    await owner`update workspaces set seats = member_count where id = ${acme.id}`;
    const grace = await newPerson();
    expect(await signIn(grace, "staff")).toBe("seats_full");
    await owner`update workspaces set seats = null, suspended_at = now() where id = ${acme.id}`;
    expect(await signIn(grace, "staff")).toBe("closed");
    await owner`update workspaces set suspended_at = null where id = ${acme.id}`;
    expect(await signIn(grace, "staff")).toBe("joined");
    await acme.admin.api.members.remove({ workspace: acme.slug, userId: grace.person.id });
    expect(await signIn(grace, "staff")).toBe("former_member");
    expect(await roleOf(grace)).toBeUndefined();
  });

  test("the same person signing in five times at once joins once", async () => {
    await bind("staff");
    const grace = await newPerson();
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => signIn(grace, "staff")));
    expect(outcomes.filter((outcome) => outcome === "joined")).toHaveLength(1);
    expect(await actions(grace)).toEqual(["member.joined_by_group"]);
  });

  test("a rule that was ended keeps no member past their next sign-in; a deleted provider leaves them", async () => {
    const ruleId = await bind("staff");
    const [grace, alan] = [await newPerson(), await newPerson()];
    for (const each of [grace, alan]) await signIn(each, "staff");
    await acme.admin.api.groupRules.end({ workspace: acme.slug, ruleId });
    expect(await signIn(grace, "staff")).toBe("removed");
    await ada.api.instance.removeSignInProvider({ providerId: provider });
    expect(await roleOf(alan)).toBe("viewer");
    const { rows } = await acme.admin.api.members.list({ workspace: acme.slug });
    expect(rows.some(({ isByGroup }) => isByGroup)).toBe(false);
  });

  test("a rule holds for the claim and the client that it was accepted for; with others it waits anew", async () => {
    const ruleId = await bind("staff", "admin");
    const grace = await newPerson();
    const isInForce = async () => {
      const [theirs] = await acme.admin.api.groupRules.list({ workspace: acme.slug });
      const { rules } = await ada.api.instance.signInGroups({ providerId: provider });
      expect(rules[0]?.acceptedAt).toEqual(theirs?.acceptedAt);
      return [theirs?.acceptedAt != null, theirs?.claim];
    };
    const claim = (groupsClaim: string) => ada.api.instance.setGroupsClaim({ providerId: provider, groupsClaim });
    const accept = (shown: string) => acme.admin.api.groupRules.accept({ workspace: acme.slug, ruleId, claim: shown });
    await claim("email");
    expect(await isInForce()).toEqual([false, "email"]);
    expect(await signIn(grace, "staff")).toBeUndefined();
    // An Admin who saw the earlier claim cannot accept the rule.
    expect(await reasonOf(accept("groups"))).toBe("state_changed");
    await accept("email");
    expect(await isInForce()).toEqual([true, "email"]);
    await owner`update sign_in_providers set client_id = 'another' where id = ${provider}`;
    expect(await isInForce()).toEqual([false, "email"]);
    expect(await signIn(grace, "staff")).toBeUndefined();
    await accept("email");
    expect(await signIn(grace, "staff")).toBe("joined");
    await claim("");
    expect(await isInForce()).toEqual([false, null]);
    expect(await reasonOf(accept("email"))).toBe("state_changed");
  });

  test("a member whom an Admin has lowered is not raised by their next sign-in, but lowered and removed", async () => {
    for (const [group, role] of [
      ["bosses", "admin"],
      ["leads", "developer"],
      ["staff", "viewer"],
    ] as const)
      await bind(group, role);
    const grace = await newPerson();
    await signIn(grace, "bosses");
    await acme.admin.api.members.changeRole({ workspace: acme.slug, userId: grace.person.id, role: "billing" });
    expect(await signIn(grace, "bosses")).toBe("unchanged");
    expect(await signIn(grace, "leads")).toBe("unchanged");
    expect(await roleOf(grace)).toBe("billing");
    expect(await signIn(grace, "staff")).toBe("role_set");
    expect(await signIn(grace, "bosses")).toBe("role_set");
    expect(await roleOf(grace)).toBe("billing");
    await acme.admin.api.members.changeRole({ workspace: acme.slug, userId: grace.person.id, role: "admin" });
    expect(await signIn(grace, "leads")).toBe("role_set");
    expect(await roleOf(grace)).toBe("developer");
    expect(await signIn(grace)).toBe("removed");
  });

  test("who left comes back with the role that an Admin gave by hand, not with the group's or the link's, also in another account", async () => {
    await bind("leads", "developer");
    const { url } = await acme.admin.api.inviteLinks.create({
      ...{ workspace: acme.slug, role: "developer", maxUses: 9, days: 9 },
    });
    const token = url.split("/link/")[1] ?? "";
    const at = { workspace: acme.slug };
    let grace = await newPerson();
    const { email } = grace.person;
    await signIn(grace, "leads");
    await acme.admin.api.members.changeRole({ ...at, userId: grace.person.id, role: "viewer" });
    await grace.api.members.leave(at);
    expect(await signIn(grace, "leads")).toBe("joined");
    expect(await roleOf(grace)).toBe("viewer");
    expect(await signIn(grace, "leads")).toBe("unchanged");
    await grace.api.members.leave(at);
    expect(await grace.api.inviteLinks.inspect({ token })).toMatchObject({ state: "open", role: "viewer" });
    await grace.api.account.remove({ confirmation: email });
    grace = await newPerson({ email });
    await grace.api.inviteLinks.join({ token });
    expect(await roleOf(grace)).toBe("viewer");
    // An Admin approves them with another role, which then applies.
    await grace.api.members.leave(at);
    await acme.admin.api.joining.setPage({ ...at, isOpen: true });
    await grace.api.joining.askAtPage({ slug: acme.slug });
    const requestId = (await acme.admin.api.joinRequests.list(at)).rows[0]?.id ?? "";
    await acme.admin.api.joinRequests.approve({ ...at, requestId, role: "developer" });
    await grace.api.members.leave(at);
    await grace.api.inviteLinks.join({ token });
    expect(await roleOf(grace)).toBe("developer");
  });

  test("who left with a role that can do other things than the group's or the link's comes back as a Viewer, and stays one", async () => {
    await bind("leads", "developer");
    const at = { workspace: acme.slug };
    const { url } = await acme.admin.api.inviteLinks.create({ ...at, role: "developer", maxUses: 9, days: 9 });
    const token = url.split("/link/")[1] ?? "";
    const grace = await newPerson();
    await signIn(grace, "leads");
    await acme.admin.api.members.changeRole({ ...at, userId: grace.person.id, role: "billing" });
    await grace.api.members.leave(at);
    expect(await grace.api.inviteLinks.inspect({ token })).toMatchObject({ state: "open", role: "viewer" });
    await signIn(grace, "leads");
    expect(await roleOf(grace)).toBe("viewer");
    await signIn(grace, "leads");
    expect(await roleOf(grace)).toBe("viewer");
    await grace.api.members.leave(at);
    await grace.api.inviteLinks.join({ token });
    expect(await roleOf(grace)).toBe("viewer");
  });

  test("who unlinks the provider is no member either of a workspace that is deleted and then restored", async () => {
    await bind("staff");
    const grace = await newPerson();
    await signIn(grace, "staff");
    await owner`insert into accounts (user_id, type, provider, provider_account_id, began_account)
      values (${grace.person.id}, 'oauth', ${provider}, ${randomUUID()}, true)`;
    await owner`update workspaces set deleted_at = now() where id = ${acme.id}`;
    await grace.api.account.unlink({ provider });
    await owner`update workspaces set deleted_at = null where id = ${acme.id}`;
    expect(await roleOf(grace)).toBeUndefined();
  });

  test("who unlinks the provider is a member by it no longer, beforehand told of where; but the last Admin stays", async () => {
    const [second, third] = [await workspace(), await workspace()];
    await bind("staff");
    await bind("staff", "admin", second);
    const grace = await memberOf(third, "viewer");
    await signIn(grace, "staff");
    await owner`delete from memberships where workspace_id = ${second.id} and user_id = ${second.admin.person.id}`;
    for (const beganAccount of [true, false]) {
      await owner`insert into accounts (user_id, type, provider, provider_account_id, began_account)
        values (${grace.person.id}, 'oauth', ${provider}, ${randomUUID()}, ${beganAccount})`;
      const [linked] = (await grace.api.account.providers()).filter(({ id }) => id === provider);
      expect(linked).toMatchObject({
        isLinked: true,
        isLater: !beganAccount,
        workspaces: [acme.name, second.name].sort(),
      });
      if (beganAccount) await grace.api.account.unlink({ provider });
      else await grace.api.account.endOtherSessions();
      expect([await roleOf(grace), await roleOf(grace, second), await roleOf(grace, third)]).toEqual([
        ...[undefined, "admin", "viewer"],
      ]);
      expect((await actions(grace)).at(-1)).toBe("member.removed_by_group");
      const [row] =
        await owner`select after from audit_events where workspace_id = ${acme.id} order by at desc limit 1`;
      expect(row?.after).toMatchObject({ provider, isUnlinked: true });
      expect(await signIn(grace, "staff")).toBe("joined");
    }
  });

  test("who was removed as they left their groups does not come back by a link, also not in another account", async () => {
    await bind("staff");
    const { url } = await acme.admin.api.inviteLinks.create({
      ...{ workspace: acme.slug, role: "developer", maxUses: 9, days: 9 },
    });
    const token = url.split("/link/")[1] ?? "";
    const grace = await newPerson();
    await signIn(grace, "staff");
    await signIn(grace);
    expect(await grace.api.inviteLinks.inspect({ token })).toMatchObject({ state: "former_member" });
    expect(await reasonOf(grace.api.inviteLinks.join({ token }))).toBe("former_member");
    expect(await signIn(grace, "staff")).toBe("joined");
    await signIn(grace);
    const { email } = grace.person;
    await grace.api.account.remove({ confirmation: email });
    const again = await newPerson({ email });
    expect(await reasonOf(again.api.inviteLinks.join({ token }))).toBe("former_member");
    expect(await signIn(again, "staff")).toBe("joined");
    // No group admits a person whom an Admin has removed, in this account or another.
    await acme.admin.api.members.remove({ workspace: acme.slug, userId: again.person.id });
    await again.api.account.remove({ confirmation: email });
    expect(await signIn(await newPerson({ email }), "staff")).toBe("former_member");
  });

  test("a provider with rules is not deleted, as they would end without a word", async () => {
    const ruleId = await bind("staff");
    const remove = () => ada.api.instance.removeSignInProvider({ providerId: provider });
    expect(await reasonOf(remove())).toBe("provider_in_use");
    await acme.admin.api.groupRules.end({ workspace: acme.slug, ruleId });
    await remove();
  });

  test("several workspaces at once, thousands of groups, and none of another provider's", async () => {
    const second = await workspace();
    await bind("staff");
    await bind("staff", "developer", second);
    const grace = await newPerson();
    const many = Array.from({ length: 9_000 }, (_, index) => `group ${index}`);
    expect(await signIn(grace, ...many, "staff")).toBe("joined");
    expect(await roleOf(grace, second)).toBe("developer");
    const other = await insertSignInProvider(owner, `Q ${randomUUID()}`.slice(0, 40), { isEnabled: true });
    await ada.api.instance.setGroupsClaim({ providerId: other, groupsClaim: "groups" });
    const outcomes = await applyGroups({ userId: grace.person.id, origin }, other, { groups: new Set() });
    expect([...outcomes]).toEqual([]);
    expect(await roleOf(grace)).toBe("viewer");
  });
});

describe("SI-09 what cannot be read changes nothing", () => {
  test.each([
    ["a list", { groups: ["a", "b"] }, { groups: new Set(["a", "b"]) }],
    ["one text", { groups: "a" }, { groups: new Set(["a"]) }],
    ["an empty list", { groups: [] }, { groups: new Set() }],
    ["none", {}, { problem: "missing" }],
    ["null", { groups: null }, { problem: "missing" }],
    ["numbers", { groups: [1, 2] }, { problem: "not_text" }],
    ["objects", { groups: [{ name: "a" }] }, { problem: "not_text" }],
    ["an object", { groups: { a: true } }, { problem: "not_text" }],
    ["too many", { groups: Array.from({ length: 10_001 }, String) }, { problem: "too_many" }],
    ["by reference", { _claim_names: { groups: "src1" }, _claim_sources: {} }, { problem: "by_reference" }],
    ["another by reference", { _claim_names: { roles: "src1" }, groups: ["a"] }, { groups: new Set(["a"]) }],
    ["inherited", Object.create({ groups: ["a"] }), { problem: "missing" }],
  ])("%s", (_, claims, read) => expect(readGroups("groups", [claims])).toEqual(read));

  test("userinfo is asked where the ID token has no such claim, and a reference in either is one", () => {
    expect(readGroups("groups", [{}, { groups: ["a"] }])).toEqual({ groups: new Set(["a"]) });
    expect(readGroups("groups", [{ groups: ["a"] }, { _claim_names: { groups: "x" } }])).toEqual({
      problem: "by_reference",
    });
  });

  test("a member by group stays when the claim is missing, unless the operator says that this means none", async () => {
    await bind("staff");
    const grace = await newPerson();
    await signIn(grace, "staff");
    const without = (problem: "missing" | "by_reference") =>
      applyGroups({ userId: grace.person.id, origin }, provider, { problem });
    for (const problem of ["missing", "by_reference"] as const) expect([...(await without(problem))]).toEqual([]);
    await ada.api.instance.setGroupsClaim({ providerId: provider, groupsClaim: "groups", missing: "none" });
    expect([...(await without("by_reference"))]).toEqual([]);
    expect([...(await without("missing")).values()]).toEqual(["removed"]);
  });
});

test("SI-09 an operator proposes: no Admin by default, no workspace that is none, no rule twice", async () => {
  await propose("staff");
  expect(await reasonOf(propose("staff", "developer"))).toBe("invalid_input");
  expect(await reasonOf(propose("others", "viewer", { ...acme, slug: "no-such-workspace" }))).toBe("invalid_input");
  const mine = await newPerson();
  const { slug } = await mine.api.workspaces.create({ name: "Mine", kind: "personal", creationKey: randomUUID() });
  expect(await reasonOf(propose("others", "viewer", { ...acme, slug }))).toBe("invalid_input");
  const { rules } = await ada.api.instance.signInGroups({ providerId: provider });
  expect(rules).toMatchObject([{ group: "staff", role: "viewer", slug: acme.slug, acceptedAt: null }]);
  await ada.api.instance.removeGroupRule({ providerId: provider, ruleId: rules[0]?.id ?? "" });
  expect(await acme.admin.api.groupRules.list({ workspace: acme.slug })).toEqual([]);
});
