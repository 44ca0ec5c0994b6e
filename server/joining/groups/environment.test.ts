import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Role } from "@/server/access/permissions";
import { env } from "@/server/platform/env";
import type { ProviderSettings } from "@/server/platform/settings/providers";
import { owner } from "@/tests/support/database";
import { insertSignInProvider } from "@/tests/support/factories/providers";
import { newPerson, reasonOf, type Signed, workspace } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";
import { applyGroups } from "./apply";

let ada: Signed;
let acme: Awaited<ReturnType<typeof workspace>>;
let provider: ProviderSettings;
const set = [...env().providers];

/** Adds another provider to the environment, like a restart with other variables. */
function inEnvironment(more: Partial<ProviderSettings> = {}): ProviderSettings {
  const id = `env-${randomUUID().slice(0, 8)}`;
  const made: ProviderSettings = {
    ...{ id, name: `Of ${id}`, protocol: "oidc", issuer: "https://login.acme.example", clientId: "atelier" },
    ...{ clientSecret: "c", scope: "openid", trustEmail: false, emailClaim: "email", setBy: "AUTH_OIDC_PROVIDERS" },
    ...more,
  };
  env().providers.push(made);
  return made;
}

beforeEach(async () => {
  ada = await operator();
  acme = await workspace();
  provider = inEnvironment();
});
afterEach(() => {
  env().providers.splice(0, env().providers.length, ...set);
});

const at = () => ({ providerId: provider.id });
const readIn = (groupsClaim = "groups", missing = "keep") =>
  ada.api.instance.setGroupsClaim({ ...at(), groupsClaim, missing } as never);
const propose = (group: string, role: Role = "viewer") =>
  ada.api.instance.addGroupRule({ ...at(), group, slug: acme.slug, role });
const theirs = () => acme.admin.api.groupRules.list({ workspace: acme.slug });
const accept = async (claim = "groups") =>
  acme.admin.api.groupRules.accept({ workspace: acme.slug, ruleId: (await theirs())[0]?.id ?? "", claim });

const origin = { requestId: randomUUID(), ip: null, userAgent: null };
async function signIn({ person }: Signed, ...groups: string[]): Promise<string | undefined> {
  const read = { groups: new Set(groups) };
  return (await applyGroups({ userId: person.id, origin }, provider.id, read)).get(acme.id);
}
const roleOf = async ({ person }: Signed): Promise<string | undefined> =>
  (await owner`select role from memberships where workspace_id = ${acme.id} and user_id = ${person.id}`)[0]?.role;

test("SI-09 groups of a provider of the environment make members, where an Admin accepted it, and end what they made", async () => {
  const grace = await newPerson();
  expect(await signIn(grace, "staff")).toBeUndefined();
  await readIn();
  await propose("staff", "developer");
  expect(await theirs()).toMatchObject([
    { group: "staff", provider: provider.name, issuer: provider.issuer, claim: "groups", acceptedAt: null },
  ]);
  expect(await signIn(grace, "staff")).toBeUndefined();
  await accept();
  expect(await ada.api.instance.signInGroups(at())).toMatchObject({
    ...{ groupsClaim: "groups", isMissingNone: false },
    rules: [{ group: "staff", slug: acme.slug, acceptedAt: expect.any(Date) }],
  });
  expect(await signIn(grace, "staff")).toBe("joined");
  expect(await roleOf(grace)).toBe("developer");
  const { rows } = await acme.admin.api.members.list({ workspace: acme.slug });
  expect(rows.find(({ userId }) => userId === grace.person.id)).toMatchObject({ isByGroup: true });
  expect(await signIn(grace, "staff")).toBe("unchanged");
  expect(await signIn(grace)).toBe("removed");
  expect(await roleOf(grace)).toBeUndefined();
});

test("SI-09 a rule waits anew once the environment has another client ID, and does nothing without the provider", async () => {
  await readIn();
  await propose("staff");
  await accept();
  const grace = await newPerson();
  provider.clientId = "another";
  expect(await theirs()).toMatchObject([{ acceptedAt: null }]);
  expect(await signIn(grace, "staff")).toBeUndefined();
  await accept();
  expect(await signIn(grace, "staff")).toBe("joined");
  await readIn("roles");
  expect(await theirs()).toMatchObject([{ claim: "roles", acceptedAt: null }]);
  expect(await reasonOf(accept("groups"))).toBe("state_changed");
  await accept("roles");
  // After its removal from the environment, members stay, the rule is shown and can be ended, but not accepted.
  env().providers.splice(env().providers.indexOf(provider), 1);
  expect(await roleOf(grace)).toBe("viewer");
  expect(await theirs()).toMatchObject([{ provider: provider.id, issuer: null, acceptedAt: null }]);
  expect(await reasonOf(accept("roles"))).toBe("state_changed");
  expect(await reasonOf(ada.api.instance.signInGroups(at()))).toBe("not_found");
  await acme.admin.api.groupRules.end({ workspace: acme.slug, ruleId: (await theirs())[0]?.id ?? "" });
  expect(await theirs()).toEqual([]);
});

test("SI-09 who unlinks a provider of the environment is a member by it no longer, beforehand told of where", async () => {
  await readIn();
  await propose("staff");
  await accept();
  const grace = await newPerson();
  await signIn(grace, "staff");
  await owner`insert into accounts (user_id, type, provider, provider_account_id, began_account)
    values (${grace.person.id}, 'oauth', ${provider.id}, ${randomUUID()}, true)`;
  const [linked] = (await grace.api.account.providers()).filter(({ id }) => id === provider.id);
  expect(linked).toMatchObject({ isLinked: true, workspaces: [acme.name] });
  await grace.api.account.unlink({ provider: provider.id });
  expect(await roleOf(grace)).toBeUndefined();
});

test("SI-09 rules of two providers with one group stay apart, of the environment or not", async () => {
  const other = inEnvironment();
  const added = await insertSignInProvider(owner, `P ${randomUUID()}`.slice(0, 40), { isEnabled: true });
  await readIn();
  await propose("staff");
  await accept();
  const grace = await newPerson();
  for (const id of [other.id, added]) {
    await ada.api.instance.setGroupsClaim({ providerId: id, groupsClaim: "groups" });
    const outcomes = await applyGroups({ userId: grace.person.id, origin }, id, { groups: new Set(["staff"]) });
    expect([...outcomes]).toEqual([]);
    expect((await ada.api.instance.signInGroups({ providerId: id })).rules).toEqual([]);
  }
  expect(await signIn(grace, "staff")).toBe("joined");
  // Another provider neither ends nor keeps memberships that came from this one.
  await applyGroups({ userId: grace.person.id, origin }, other.id, { groups: new Set() });
  expect(await roleOf(grace)).toBe("viewer");
  expect(await reasonOf(propose("staff", "developer"))).toBe("invalid_input");
  const { rules } = await ada.api.instance.signInGroups(at());
  const ofOther = { providerId: other.id, ruleId: rules[0]?.id ?? "" };
  expect(await reasonOf(ada.api.instance.removeGroupRule(ofOther))).toBe("not_found");
  await ada.api.instance.removeGroupRule({ ...ofOther, ...at() });
  expect(await signIn(grace, "staff")).toBe("removed");
});

test("SI-09 GitHub says no groups, and no claim is kept of a provider that is not there", async () => {
  const github = inEnvironment({ protocol: "github" });
  for (const providerId of [github.id, "not-there", randomUUID()]) {
    expect(await reasonOf(ada.api.instance.signInGroups({ providerId }))).toBe("not_found");
    const set = ada.api.instance.setGroupsClaim({ providerId, groupsClaim: "groups" });
    expect(await reasonOf(set)).toBe("not_found");
    expect(await owner`select from environment_groups where provider = ${providerId}`).toHaveLength(0);
  }
});
