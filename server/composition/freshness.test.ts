import { describe, expect, test } from "vitest";
import type { Freshness } from "@/server/api/freshness";
import { mailSettingsRouter } from "@/server/instance/mail/settings/router";
import { operatorsRouter } from "@/server/instance/operators/router";
import { signInGroupsRouter } from "@/server/instance/sign-in/groups/router";
import { signInPolicyRouter } from "@/server/instance/sign-in/policy/router";
import { signInRouter } from "@/server/instance/sign-in/router";
import { signInRulesRouter } from "@/server/instance/sign-in/rules/router";
import { samlProvidersRouter } from "@/server/instance/sign-in/saml/router";
import { samlKeysRouter } from "@/server/instance/sign-in/saml-keys/router";
import { limits } from "@/server/platform/throttling/limits";
import { owner } from "@/tests/support/database";
import { apiFor, memberOf, newPerson, reasonOf, type Signed, workspace } from "@/tests/support/people";
import { callerOf, inputFor } from "@/tests/support/procedures/inputs";
import { call, type Procedure, procedures } from "@/tests/support/procedures/list";
import { readyFor } from "@/tests/support/procedures/prepared";
import { publicProcedures } from "@/tests/support/procedures/public";
import { type World, world } from "@/tests/support/procedures/world";

const minute = 60_000;
const elevenMinutes = 11 * minute;
const thirteenHours = 13 * 60 * minute;

const stale = ({ person }: Signed, age: number) => apiFor({ ...person, signedInAt: new Date(Date.now() - age) });

/** Returns the person who may call a procedure in a world: an Admin for procedures of the workspace. */
const callerFor = ({ path, access }: Procedure, here: World): Signed =>
  access === "signed-in" || access === "operator" ? callerOf(path, here) : here.caller;

const changes = procedures().filter(({ type, path }) => type === "mutation" && !publicProcedures.includes(path));
const declaring = (...wanted: Freshness[]) =>
  procedures()
    .filter(({ freshness }) => freshness !== undefined && wanted.includes(freshness))
    .map(({ path }) => path)
    .sort();
const conditional = changes.filter(({ freshness }) => typeof freshness === "object");

describe("IS-03 what lasts longer than a session needs a fresh sign-in", () => {
  test("every change says how fresh, and how often a person may do it", () => {
    expect(changes.length).toBeGreaterThan(80);
    expect(changes.filter(({ freshness, limit }) => !freshness || !limit).map(({ path }) => path)).toEqual([]);
  });

  test("these need one of the last 10 minutes, those one of the last 12 hours", () => {
    expect(declaring("recent")).toEqual([
      ...["account.changeEmail", "account.remove", "account.unlink"],
      ...["domains.add", "domains.check", "domains.remove", "domains.setMode"],
      ...["groupRules.accept", "groupRules.end", "instance.addGroupRule"],
      ...[
        "instance.addOperator",
        "instance.addSamlKey",
        "instance.addSamlProvider",
        "instance.addSignInProvider",
        "instance.beginPersonFile",
        "instance.deactivate",
      ],
      ...["instance.deleteWorkspace", "instance.reactivate", "instance.rehearseBaseRetirement"],
      ...["instance.removeGroupRule"],
      ...["instance.removeMail", "instance.removeOperator", "instance.removePasskeys", "instance.removeProvider"],
      "instance.removeSamlKey",
      ...["instance.removeSignInProvider", "instance.removeSignInRule", "instance.restoreWorkspace", "instance.resume"],
      ...[
        "instance.setBreakGlass",
        "instance.setGroupsClaim",
        "instance.setMail",
        "instance.setMailLink",
        "instance.setRequiredPasskeys",
        "instance.setSessionLengths",
      ],
      ...["instance.setSignInProviderState", "instance.setSignInRule", "instance.setSignUp", "instance.setStates"],
      "instance.signWithSamlKey",
      ...["instance.suspend", "instance.updateSamlProvider", "instance.updateSignInProvider"],
      ...[
        "looks.grant",
        "passkeys.add",
        "passkeys.begin",
        "passkeys.remove",
        "providers.removeProvider",
        "reviews.restoreMember",
        "workspaces.remove",
      ],
    ]);
    expect(declaring("today")).toEqual([
      ...["account.beginExport", "account.exportPart", "account.exportWorkspacePart"],
      ...["billing.setWebhook"],
      ...[
        "instance.addProvider",
        "instance.allowAddress",
        "instance.askLook",
        "instance.cancelBaseRetirement",
        "instance.declineCeiling",
        "instance.grantCeiling",
        "instance.importPrices",
      ],
      ...["instance.personFilePart"],
      ...[
        "instance.removeLogo",
        "instance.removePrice",
        "instance.retryMails",
        "instance.sendTestMail",
        "instance.setAbuseCaps",
        "instance.setAllowance",
        "instance.setAppearance",
        "instance.setBaseRetirement",
      ],
      ...["instance.setCeilings", "instance.setCreators", "instance.setDefaults", "instance.setLogo"],
      ...["instance.setOwnProviders", "instance.setPersonalDefaults", "instance.setPrice"],
      ...["instance.setProviderState", "instance.setUseCeilings", "instance.tryMail"],
      ...["instance.updateProvider"],
      ...["invitations.copyLink", "inviteLinks.create", "joining.setPage"],
      ...["keys.create", "keys.enable", "keys.restore", "keys.rotate", "keys.undoNarrowing"],
      ...["providers.addProvider", "providers.setProviderState", "providers.updateProvider"],
      ...["reviews.restoreKey", "workspaces.setSlug"],
    ]);
    expect(
      Object.fromEntries(conditional.map(({ path, freshness }) => [path, Object.keys(freshness as object)])),
    ).toEqual({
      "budgets.approveRequest": ["today"],
      "invitations.create": ["recent"],
      "invitations.createMany": ["recent"],
      "joinRequests.approve": ["recent"],
      "keys.fixMany": ["today"],
      "keys.update": ["today"],
      "members.changeRole": ["recent"],
      "members.changeRoles": ["recent"],
      "members.remove": ["recent", "today"],
      "members.removeMany": ["recent"],
      "members.setEnd": ["recent"],
      "reviews.decideMembers": ["recent"],
      "roleRequests.approve": ["recent"],
    });
  });

  test("every change of how people sign in, or of who is an operator, needs one of the last 10 minutes", () => {
    // Only a test mail to oneself does not.
    const others = ["tryMail"];
    const routers = [
      ...[signInRouter, signInGroupsRouter, signInPolicyRouter, signInRulesRouter, samlProvidersRouter],
      ...[samlKeysRouter, operatorsRouter, mailSettingsRouter],
    ];
    const named = routers.flatMap(({ _def }) => Object.keys(_def.procedures)).map((name) => `instance.${name}`);
    const ways = changes.filter(({ path }) => named.includes(path) && !others.includes(path.slice("instance.".length)));
    expect(ways.length).toBeGreaterThanOrEqual(20);
    expect(ways.filter(({ freshness }) => freshness !== "recent").map(({ path }) => path)).toEqual([]);
  });

  test.each(procedures().filter(({ path }) => !publicProcedures.includes(path)))(
    "$path refuses a sign-in that is too old exactly when it says so",
    async (procedure) => {
      const { path, freshness } = procedure;
      const here = await readyFor(path);
      const signed = callerFor(procedure, here);
      const input = inputFor(path, here);
      const isRefused = async (age: number) =>
        "sign_in_again" === ((await call(stale(signed, age), path, input)) as { reason?: string }).reason;
      if (freshness === "recent" || freshness === "today")
        expect([path, await isRefused(thirteenHours)]).toEqual([path, true]);
      const age = freshness === "recent" || freshness === "today" ? elevenMinutes : thirteenHours;
      expect([path, await isRefused(age)]).toEqual([path, freshness === "recent"]);
      if (freshness === "recent") expect([path, await isRefused(9 * minute)]).toEqual([path, false]);
    },
  );
});

type Case = [what: string, path: string, age: number, input: (here: World) => Promise<object>];

const makeAdmin = ({ ids, workspace: { id } }: World) =>
  owner`update memberships set role = 'admin' where workspace_id = ${id} and user_id = ${ids.userId}`;

const narrowed = ({ ids }: World) =>
  owner`update api_keys set monthly_limit = 1000000, requests_per_minute = 5, ip_ranges = '{10.0.0.0/8}',
    models = '{small}', expires_at = now() + interval '1 day' where id = ${ids.keyId}`;

const ofKey =
  (more: object) =>
  async (here: World): Promise<object> => {
    await narrowed(here);
    return { workspace: here.ids.workspace, keyId: here.ids.keyId, ...more };
  };

const ofAdmin =
  (more: object) =>
  async (here: World): Promise<object> => {
    await makeAdmin(here);
    return { workspace: here.ids.workspace, userId: here.ids.userId, ...more };
  };

const asAdmin =
  (path: string) =>
  async (here: World): Promise<object> => ({ ...inputFor(path, here), role: "admin" });

const cases: Case[] = [
  ["an Admin is made", "members.changeRole", elevenMinutes, asAdmin("members.changeRole")],
  ["an Admin is one no longer", "members.changeRole", elevenMinutes, ofAdmin({ role: "viewer" })],
  ["an Admin is removed", "members.remove", elevenMinutes, ofAdmin({})],
  ["an Admin gets an end", "members.setEnd", elevenMinutes, ofAdmin({ until: "2030-01-31" })],
  ["an Admin is let in", "joinRequests.approve", elevenMinutes, asAdmin("joinRequests.approve")],
  ["a request to be Admin is granted", "roleRequests.approve", elevenMinutes, asAdmin("roleRequests.approve")],
  [
    "an Admin's request for less is granted",
    "roleRequests.approve",
    elevenMinutes,
    async (here) => {
      await makeAdmin(here);
      return inputFor("roleRequests.approve", here) ?? {};
    },
  ],
  [
    "an Admin is invited",
    "invitations.create",
    elevenMinutes,
    async ({ ids }) => ({ workspace: ids.workspace, emails: "boss@example.com", role: "admin" }),
  ],
  ["a key gets another limit", "keys.update", thirteenHours, ofKey({ monthlyLimit: "25" })],
  ["a key loses its limit", "keys.update", thirteenHours, ofKey({ requestsPerMinute: "" })],
  ["a key is let in from everywhere", "keys.update", thirteenHours, ofKey({ ipRanges: "" })],
  ["a key is let in from elsewhere", "keys.update", thirteenHours, ofKey({ ipRanges: "10.0.0.0/8\n192.0.2.0/24" })],
  ["a page may use a key", "keys.update", thirteenHours, ofKey({ origins: "https://app.example.com" })],
  ["a key may use another model", "keys.update", thirteenHours, ofKey({ models: "large" })],
  ["a key lives longer", "keys.update", thirteenHours, ofKey({ expiration: "30" })],
  ["a key never ends", "keys.update", thirteenHours, ofKey({ expiration: "never" })],
  [
    "keys get a higher limit",
    "keys.fixMany",
    thirteenHours,
    async (here) => {
      await narrowed(here);
      return { workspace: here.ids.workspace, keyIds: [here.ids.keyId], fix: "limit", monthlyLimit: "25" };
    },
  ],
];

describe("IS-03 where it depends on what is asked", () => {
  test.each(cases)("%s: %s needs a fresh sign-in", async (_, path, age, input) => {
    const here = await world();
    const asked = await input(here);
    expect(await call(stale(here.caller, age), path, asked)).toMatchObject({ reason: "sign_in_again" });
    expect(await call(here.caller.api, path, asked)).not.toMatchObject({ reason: expect.anything() });
  });

  test("a list with an Admin in it invites the others", async () => {
    const { ids, caller } = await world();
    const list = "boss@list.example,admin\nlee@list.example,viewer";
    const { results } = await stale(caller, elevenMinutes).invitations.createMany({ workspace: ids.workspace, list });
    expect(results.map(({ outcome }) => outcome)).toEqual(["sign_in_again", "invited"]);
  });

  test("a key is narrowed by any session", async () => {
    const here = await world();
    const late = stale(here.caller, thirteenHours);
    const narrower = { monthlyLimit: "0.5", requestsPerMinute: "1", ipRanges: "10.1.0.0/16", name: "Another name" };
    expect(await call(late, "keys.update", await ofKey(narrower)(here))).not.toMatchObject({
      reason: expect.anything(),
    });
  });
});

describe("IS-12 whatever writes an audit row has a limit a person", () => {
  const fill = (name: string, burst: number, personId: string) =>
    owner`insert into rate_buckets (key, level, at) values (${`${name}:${personId}`}, ${burst}, now() + interval '1 minute')`;

  test.each(changes)("$path is refused to a person who has used it up, and changes nothing", async (procedure) => {
    const { path, limit } = procedure;
    const here = await readyFor(path);
    const { api, person } = callerFor(procedure, here);
    if (!limit) throw new Error(`${path} declares no limit`);
    await owner`delete from rate_buckets where key = ${`${limit.name}:${person.id}`}`;
    await fill(limit.name, limit.burst, person.id);
    const [before] =
      await owner`select (select count(*) from audit_events) + (select count(*) from account_events) as rows`;
    const outcome = await call(api, path, inputFor(path, here));
    const [after] =
      await owner`select (select count(*) from audit_events) + (select count(*) from account_events) as rows`;
    expect([path, outcome]).toMatchObject([path, { reason: "too_many", code: "TOO_MANY_REQUESTS" }]);
    expect(after).toEqual(before);
  });

  test.each(procedures().filter(({ type }) => type === "query"))(
    "$path only reads, and leaves no row",
    async (procedure) => {
      const { path } = procedure;
      const here = await readyFor(path);
      const count = () =>
        owner`select (select count(*) from audit_events) + (select count(*) from account_events) as rows`;
      const before = await count();
      await call(callerFor(procedure, here).api, path, inputFor(path, here));
      expect([path, ...(await count())]).toEqual([path, ...before]);
    },
  );

  test("asking for a role and taking it back, by turns", async () => {
    const acme = await workspace();
    const viewer = await memberOf(acme, "viewer");
    const at = { workspace: acme.slug };
    for (let i = 0; i < limits.roleRequestsPerPerson.burst / 2; i++) {
      await viewer.api.roleRequests.ask({ ...at, role: "developer" });
      await viewer.api.roleRequests.withdraw(at);
    }
    expect(await reasonOf(viewer.api.roleRequests.ask({ ...at, role: "developer" }))).toBe("too_many");
  });

  test("another name, again and again; other people and other changes go on", async () => {
    const { api } = await newPerson();
    for (let i = 0; i < limits.profileChangesPerPerson.burst; i++) await api.account.update({ name: `Ada ${i}` });
    expect(await reasonOf(api.account.update({ name: "Ada" }))).toBe("too_many");
    await api.account.chooseMails({ topics: [] });
    await (await newPerson()).api.account.update({ name: "Grace" });
  });
});
