import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { refusalOfEntry } from "@/server/auth/sign-up";
import { env } from "@/server/platform/env";
import { owner } from "@/tests/support/database";
import { fieldsOf, newPerson, reasonOf, type Signed, workspace } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";

let ada: Signed;

beforeEach(async () => {
  env().operators = [];
  await owner`delete from instance_settings`;
  await owner`insert into instance_settings (id) values (true)`;
  ada = await operator();
});

const create = (signed: Signed, kind: "organization" | "personal" = "organization") =>
  signed.api.workspaces.create({ name: "Acme", kind, creationKey: randomUUID() });

test("OP-05 who may sign up: all, the invited, the addresses of a domain, those in OPERATORS", async () => {
  const acme = await workspace();
  await acme.admin.api.invitations.create({ workspace: acme.slug, emails: "guest@other.example", role: "viewer" });
  const known = await newPerson({ email: "known@other.example" });
  const addresses = ["stranger@other.example", "guest@other.example", "new@acme.example", "boss@other.example"];
  env().operators = ["boss@other.example"];
  const may = async () =>
    Object.fromEntries(
      await Promise.all(addresses.map(async (email) => [email, (await refusalOfEntry(email)) === null])),
    );
  expect(Object.values(await may())).toEqual([true, true, true, true]);
  await ada.api.instance.setSignUp({ signUp: "invited", signUpDomains: "" });
  expect(Object.values(await may())).toEqual([false, true, false, true]);
  await ada.api.instance.setSignUp({ signUp: "domains", signUpDomains: "@ACME.example, acme.example" });
  expect(Object.values(await may())).toEqual([false, true, true, true]);
  expect(await refusalOfEntry("stranger@sub.acme.example")).toBe("sign_up_closed");
  expect(await refusalOfEntry(known.person.email)).toBeNull();
  // An expired invitation does not allow a person to sign up.
  await owner`update invitations set expires_at = now() where email = 'guest@other.example'`;
  expect(await refusalOfEntry("guest@other.example")).toBe("sign_up_closed");
});

test("OP-05 domains are needed and have to be domains", async () => {
  const set = (signUpDomains: string) => ada.api.instance.setSignUp({ signUp: "domains", signUpDomains });
  for (const typed of ["", "acme", "a b", "acme.com/x", "-.com"])
    expect(await reasonOf(set(typed))).toBe("invalid_input");
});

test("OP-06 who may create workspaces, and how many; an operator always may", async () => {
  const [grace, outsider] = [await newPerson({ email: "grace@acme.example" }), await newPerson()];
  const set = (values: object) =>
    ada.api.instance.setCreators({ workspaceCreators: "all", personal: "allowed", ...values } as never);
  await set({ workspaceCreators: "operators", personal: "closed" });
  expect(await grace.api.workspaces.mayCreate()).toEqual({
    organization: "workspaces_closed",
    personal: "personal_closed",
  });
  expect(await reasonOf(create(grace))).toBe("workspaces_closed");
  expect(await reasonOf(create(grace, "personal"))).toBe("personal_closed");
  await create(ada);
  await set({ workspaceCreators: "domains", creatorDomains: "acme.example", workspacesPerPerson: "1" });
  expect(await reasonOf(create(outsider))).toBe("workspaces_closed");
  const first = { name: "Acme", kind: "organization" as const, creationKey: randomUUID() };
  const { slug } = await grace.api.workspaces.create(first);
  // Sending the same form twice does not create a second workspace.
  expect((await grace.api.workspaces.create(first)).slug).toBe(slug);
  expect(await reasonOf(create(grace))).toBe("too_many_workspaces");
  const [made] = await owner`select count(*)::int as n from workspaces where created_by = ${grace.person.id}`;
  expect(made?.n).toBe(1);
  await create(grace, "personal");
});

test("OP-06 of two workspaces at once that would be one too many, one is made", async () => {
  await ada.api.instance.setCreators({ workspaceCreators: "all", personal: "allowed", workspacesPerPerson: "1" });
  const grace = await newPerson();
  const outcomes = await Promise.allSettled([create(grace), create(grace), create(grace)]);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("OP-07 a new workspace starts with what the operators set, a personal one with its own", async () => {
  await ada.api.instance.setDefaults({
    ...{ newCeiling: "20", newRequestsPerMinute: "60", newTokensPerMinute: "" },
    ...{ newMostRequestsPerMinute: "600", newMostTokensPerMinute: "90,000", newMostKeys: "5", newMostMembers: "12" },
    newMostFileMegabytes: "3",
    ...{ newMaximumKeyDays: "30", newKeyCreators: "admins", newSeats: "12", newDefaultRole: "viewer" },
    ...{
      newExpiredMemberKeyAction: "keep",
      newResponseDays: "7",
      newModels: "small-*\nlarge",
      newProviders: "default",
    },
  });
  await ada.api.instance.setPersonalDefaults({
    ...{ personalCeiling: "1.50", personalRequestsPerMinute: "", personalTokensPerMinute: "9,000" },
    ...{ personalMaximumKeyDays: "90", personalResponseDays: "1", personalModels: "small-*" },
    ...{ personalMostRequestsPerMinute: "30", personalMostTokensPerMinute: "", personalMostKeys: "1" },
    personalMostFileMegabytes: "0",
  });
  const grace = await newPerson();
  const { slug } = await create(grace);
  const personal = await create(grace, "personal");
  const row = async (at: string) =>
    (
      await owner`
        select maximum_key_days, key_creators, seats, default_role, expired_member_key_action as member_keys, response_days,
          allowed_models as models, allowed_providers as providers,
          json_build_array(most_requests_per_minute, most_tokens_per_minute, most_keys, most_members, most_file_bytes) as most,
          (select amount from budgets b where b.workspace_id = w.id and whose = 'ceiling')::int as ceiling,
          (select concat(coalesce(requests_per_minute, 0), ' ', coalesce(tokens_per_minute, 0)) from rate_limits r
            where r.workspace_id = w.id and model = '') as rates
        from workspaces w where slug = ${at}`
    )[0];
  expect(await row(slug)).toEqual({
    ...{ maximum_key_days: 30, key_creators: "admins", seats: 12, default_role: "viewer", member_keys: "keep" },
    ...{ response_days: 7, ceiling: 20_000_000, rates: "60 0" },
    ...{ models: ["small-*", "large"], providers: ["default"], most: [600, 90_000, 5, 12, 3 * 1_048_576] },
  });
  expect(await row(personal.slug)).toEqual({
    ...{ maximum_key_days: 90, key_creators: "developers", seats: null, default_role: "developer" },
    ...{ member_keys: "revoke", response_days: 1, ceiling: 1_500_000, rates: "0 9000" },
    ...{ models: ["small-*"], providers: null, most: [30, null, 1, null, 0] },
  });
  // They apply from the beginning, and operators see them.
  await grace.api.keys.create({ workspace: personal.slug, name: "One" });
  expect(await reasonOf(grace.api.keys.create({ workspace: personal.slug, name: "Two" }))).toBe("keys_full");
  const { most } = await ada.api.instance.workspace({ slug });
  expect(most).toMatchObject({
    requestsPerMinute: 600,
    tokensPerMinute: 90_000,
    keys: 5,
    members: 12,
    fileMegabytes: 3,
  });
  expect(await ada.api.instance.settings()).toMatchObject({ newMostKeys: 5, personalMostFileMegabytes: 0 });
  const last = async (action: string) => (await ada.api.instance.auditList({ search: "", action })).rows[0];
  expect(await last("sign_up.defaults_changed")).toMatchObject({
    before: { newCeiling: null, newSeats: null, newMostKeys: null },
    after: { newCeiling: 20_000_000, newSeats: 12, newMostKeys: 5, newMostFileMegabytes: 3 },
  });
  expect(await last("sign_up.personal_defaults_changed")).toMatchObject({ after: { personalResponseDays: 1 } });
});

test("OP-07 a ceiling of new workspaces that is none, and seats beyond it, are refused at their fields", async () => {
  const none = {
    ...({ newMaximumKeyDays: "none", newKeyCreators: "developers", newDefaultRole: "developer" } as const),
    ...({ newExpiredMemberKeyAction: "revoke", newResponseDays: "none" } as const),
  };
  for (const [wrong, field] of [
    [{ newMostRequestsPerMinute: "0" }, "newMostRequestsPerMinute"],
    [{ newMostKeys: "-1" }, "newMostKeys"],
    [{ newMostMembers: "0" }, "newMostMembers"],
    [{ newMostFileMegabytes: "much" }, "newMostFileMegabytes"],
    [{ newMostMembers: "5", newSeats: "6" }, "newSeats"],
  ] as const)
    expect(Object.keys(await fieldsOf(ada.api.instance.setDefaults({ ...none, ...wrong })))).toEqual([field]);
});

test("OP-07 the name of a server that is gone keeps no operator from saving the rest", async () => {
  await owner`update instance_settings set new_providers = '{gone}', personal_providers = '{old}'`;
  const started = {
    ...{ newCeiling: "", newRequestsPerMinute: "", newTokensPerMinute: "", newMaximumKeyDays: "30" as const },
    ...{ newKeyCreators: "admins" as const, newSeats: "12", newDefaultRole: "viewer" as const },
    ...{ newExpiredMemberKeyAction: "keep" as const, newResponseDays: "7" as const },
  };
  const personal = {
    ...{ personalCeiling: "", personalRequestsPerMinute: "", personalTokensPerMinute: "" },
    ...{ personalMaximumKeyDays: "90" as const, personalResponseDays: "1" as const },
  };
  await ada.api.instance.setDefaults({ ...started, newProviders: "gone" });
  await ada.api.instance.setPersonalDefaults({ ...personal, personalProviders: "old" });
  // The two lists are separate: a name in one is unknown in the other.
  expect(await reasonOf(ada.api.instance.setDefaults({ ...started, newProviders: "old" }))).toBe("invalid_input");
  expect(await reasonOf(ada.api.instance.setPersonalDefaults({ ...personal, personalProviders: "gone" }))).toBe(
    "invalid_input",
  );
});

test("OP-13 operators change the limits against abuse: they hold at once, within bounds, and each change is one event", async () => {
  const { instance } = ada.api;
  const capOf = async (name: string) => (await instance.abuseCaps()).find((each) => each.name === name);
  const createMany = async () => {
    const grace = await newPerson();
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => create(grace)));
    return outcomes.filter(({ status }) => status === "fulfilled").length;
  };
  expect(await createMany()).toBe(5);
  await instance.setAbuseCaps({ workspaces: "3", "strangers-instance": "5,000" });
  expect(await createMany()).toBe(3);
  // A value that equals the default is not stored.
  expect(await capOf("strangers-instance")).toMatchObject({ set: null, default: 5_000 });
  expect(await capOf("workspaces")).toMatchObject({ set: 3, default: 20, least: 2, most: 2_000, seconds: 3_600 });
  for (const typed of ["1", "2001", "0", "many"])
    expect(await reasonOf(instance.setAbuseCaps({ workspaces: typed }))).toBe("invalid_input");
  expect(await reasonOf(instance.setAbuseCaps({ keys: "5" }))).toBe("invalid_input");
  await instance.setAbuseCaps({ workspaces: "3" });
  await instance.setAbuseCaps({});
  expect(await createMany()).toBe(5);
  const events = (await instance.auditList({ search: "", action: "sign_up.caps_changed" })).rows;
  expect(events.map(({ before, after }) => [before, after])).toEqual([
    [{ caps: { workspaces: 3 } }, { caps: { workspaces: 20 } }],
    [{ caps: { workspaces: 20 } }, { caps: { workspaces: 3 } }],
  ]);
});

test("OP-13 how much of a limit that the whole instance shares is used now is shown", async () => {
  const { take } = await import("@/server/platform/throttling/queries");
  const { limits } = await import("@/server/platform/throttling/limits");
  const { database } = await import("@/db/client");
  await owner`delete from rate_buckets where key = 'sign-in-instance:all'`;
  const shown = async () =>
    (await ada.api.instance.abuseCaps()).find(({ name }) => name === "sign-in-instance") ?? { used: null };
  expect((await shown()).used).toBeNull();
  await take(database(), limits.signInMailPerInstance, "all", 40);
  expect((await shown()).used).toBe(40);
  // With a limit below the current use, there is no room until the use has decreased.
  await ada.api.instance.setAbuseCaps({ "sign-in-instance": "100" });
  expect(await take(database(), limits.signInMailPerInstance, "all", 60)).toBe(0);
  expect(await take(database(), limits.signInMailPerInstance, "all", 1)).toBeGreaterThan(0);
});

test("OP-07 a server that there is not is no setting", async () => {
  const set = ada.api.instance.setPersonalDefaults({
    ...{ personalMaximumKeyDays: "none", personalResponseDays: "none", personalProviders: "nowhere" },
  });
  expect(await reasonOf(set)).toBe("invalid_input");
});

test("OP-13 as many accounts as the operators allow are made in a day; who is invited is not held up", async () => {
  const { countAccount } = await import("@/server/auth/sign-up");
  await owner`delete from rate_buckets where key = 'accounts:all'`;
  await ada.api.instance.setAbuseCaps({ accounts: "3" });
  const isFull = async () => (await ada.api.instance.overview()).attention.isSignUpFull;
  const strangers = Array.from({ length: 8 }, (_, i) => `stranger-${i}@other.example`);
  const made = await Promise.all(strangers.map(countAccount));
  expect(made.filter(Boolean)).toHaveLength(3);
  expect(await isFull()).toBe(true);
  expect(await refusalOfEntry("late@other.example")).toBe("too_many_accounts");
  const acme = await workspace();
  await acme.admin.api.invitations.create({ workspace: acme.slug, emails: "late@other.example", role: "viewer" });
  expect(await refusalOfEntry("late@other.example")).toBeNull();
  expect(await countAccount("late@other.example")).toBe(true);
  await ada.api.instance.setAbuseCaps({});
  expect([await isFull(), await refusalOfEntry("later@other.example")]).toEqual([false, null]);
});

test("the application's role changes no setting of the instance", async () => {
  const { client } = await import("@/db/client");
  await expect(client()`update instance_settings set sign_up = 'all'`).rejects.toMatchObject({ code: "42501" });
});
