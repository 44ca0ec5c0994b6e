import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { database } from "@/db/client";
import { forgetExpired } from "@/server/auth/expired";
import { hasWayIn, isMailLinkOn, mailLinkOffSentence, refuseMailLink } from "@/server/auth/mail-link";
import { findPerson, findSession, hashSessionToken } from "@/server/auth/person";
import { owner } from "@/tests/support/database";
import { insertSignInProvider } from "@/tests/support/factories/providers";
import { insertMember } from "@/tests/support/factories/workspaces";
import { apiFor, newPerson, reasonOf, type Signed, workspace } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";

const domain = `acme-${randomBytes(4).toString("hex")}.com`;
const providerName = `Acme ${domain}`.slice(0, 40);
let ada: Signed;
let provider: string;
let organization: Awaited<ReturnType<typeof workspace>>;

beforeAll(async () => {
  ada = await operator();
  provider = await insertSignInProvider(owner, providerName, { isEnabled: true });
  organization = await workspace();
});
const clean = async () => {
  await owner`delete from sign_in_rules`;
  await owner`update instance_settings set break_glass = null, session_idle_minutes = 10080, session_life_minutes = 43200,
    is_mail_link_on = true, passkeys_required_of = 'none'`;
};
beforeEach(clean);
afterAll(clean);

const addPasskey = ({ person }: Signed) => owner`
  insert into passkeys (user_id, credential_id, public_key, counter, name, is_synced)
  values (${person.id}, ${randomUUID()}, ${Buffer.alloc(70)}, 0, 'A passkey', false)`;

async function browserOf(
  { person }: Signed,
  { byPasskey = false, provider = null as string | null, age = "0", seen = "0" } = {},
) {
  const token = randomBytes(32).toString("base64url");
  const [row] =
    await owner`insert into sessions (token_hash, user_id, expires_at, provider, by_passkey, created_at, last_seen_at)
    values (${hashSessionToken(token)}, ${person.id}, now() + interval '7 days', ${provider}, ${byPasskey},
      now() - ${age}::interval, now() - ${seen}::interval) returning id`;
  return { token, sessionId: row?.id as string };
}

const settings = (text: string) => owner.unsafe(`update instance_settings set ${text}`);

/** The people who sign in. */
const people = {
  operator: () => operator(),
  "Admin of an organization": async () => {
    const signed = await newPerson();
    await insertMember(owner, organization.id, signed.person.id, "admin");
    return signed;
  },
  "Admin of their personal workspace": async () => {
    const signed = await newPerson();
    await signed.api.workspaces.create({ name: "Mine", kind: "personal", creationKey: randomUUID() });
    return signed;
  },
  Viewer: async () => {
    const signed = await newPerson();
    await insertMember(owner, organization.id, signed.person.id, "viewer");
    return signed;
  },
  "break-glass operator": async () => {
    const signed = await operator();
    await owner`update instance_settings set break_glass = ${signed.person.id}`;
    return signed;
  },
  "person of whom a provider is required": async () => {
    await owner`insert into sign_in_rules (domain, provider) values (${domain}, ${provider})`;
    return newPerson({ email: `p-${randomUUID()}@${domain}` });
  },
};
const requirements = ["none", "operators", "admins", "all"] as const;
const ways = {
  "a mailed link": {},
  "a passkey": { byPasskey: true },
  "a provider": { provider: "theirs" },
};
const asks = (who: string, of: (typeof requirements)[number], hasPasskey: boolean) =>
  who === "break-glass operator"
    ? // They need not add a passkey, but use the one they have.
      hasPasskey && of !== "none"
    : of === "all"
      ? !["person of whom a provider is required"].includes(who)
      : (who === "operator" && of !== "none") || (who === "Admin of an organization" && of === "admins");

const cases = Object.keys(people).flatMap((who) =>
  requirements.flatMap((of) =>
    Object.keys(ways).flatMap((way) => [false, true].map((hasPasskey) => ({ who, of, way, hasPasskey }))),
  ),
);

describe("SI-06 a session opens nothing before the passkey that is required of its person", () => {
  test.each(cases)("$who, by $way, required of $of, has one: $hasPasskey", async ({ who, of, way, hasPasskey }) => {
    const signed = await people[who as keyof typeof people]();
    if (hasPasskey) await addPasskey(signed);
    await settings(`passkeys_required_of = '${of}'`);
    const began = ways[way as keyof typeof ways];
    const { token } = await browserOf(signed, "provider" in began ? { provider } : began);
    const found = await findSession(token);
    // Only their required provider gives them access (SI-04).
    const isBound = who === "person of whom a provider is required";
    if (isBound && way !== "a provider") return expect(found).toEqual({ person: null });
    const step = asks(who, of, hasPasskey) && way !== "a passkey" ? (hasPasskey ? "use" : "add") : undefined;
    expect(found.waiting?.step).toBe(step);
    // A caller that only reads the person cannot forget to check the step.
    expect((await findPerson(token)) === null).toBe(step !== undefined);
    const api = apiFor(found);
    // One procedure of every kind: of a person, a workspace and the instance.
    const outcomes = await Promise.all(
      [
        api.account.get(),
        api.members.list({ workspace: organization.slug }),
        api.instance.operators(),
        api.account.update({ name: "Another" }),
      ].map((call) =>
        call.then(
          () => "done",
          (error) => error.cause?.reason,
        ),
      ),
    );
    if (step) expect(outcomes).toEqual(outcomes.map(() => "passkey_required"));
    else expect(outcomes).not.toContain("passkey_required");
    // Only a person without a passkey may add one.
    const begun = await api.passkeys.begin().then(
      () => "done",
      (error) => error.cause?.reason,
    );
    expect(begun).toBe(step === "use" ? "passkey_required" : "done");
  });
});

test("SI-06 requiring passkeys needs a break-glass operator, who then stays operator", async () => {
  const setTo = (passkeysRequiredOf: "all" | "none") => ada.api.instance.setRequiredPasskeys({ passkeysRequiredOf });
  expect(await reasonOf(setTo("all"))).toBe("break_glass_missing");
  const grace = await operator();
  await addPasskey(grace);
  await ada.api.instance.setBreakGlass({ userId: grace.person.id });
  await setTo("all");
  expect((await ada.api.instance.signInPolicy()).passkeysRequiredOf).toBe("all");
  expect(await reasonOf(ada.api.instance.removeOperator({ userId: grace.person.id }))).toBe("last_operator");
  await setTo("none");
  await ada.api.instance.removeOperator({ userId: grace.person.id });
  const { rows } = await ada.api.instance.auditList({ search: "", action: "sign_in.*" });
  expect(rows[0]).toMatchObject({ action: "sign_in.passkeys_changed", after: { passkeysRequiredOf: "none" } });
});

test("SI-06 an operator removes the passkeys of a person who has lost theirs; they are mailed", async () => {
  const grace = await newPerson();
  expect(await reasonOf(ada.api.instance.removePasskeys({ userId: grace.person.id }))).toBe("state_changed");
  expect(await reasonOf(ada.api.instance.removePasskeys({ userId: ada.person.id }))).toBe("own_account");
  await addPasskey(grace);
  await settings("passkeys_required_of = 'all'");
  const { token } = await browserOf(grace);
  expect((await findSession(token)).waiting?.step).toBe("use");
  await ada.api.instance.removePasskeys({ userId: grace.person.id });
  expect(await findSession(token)).toEqual({ person: null });
  expect((await findSession((await browserOf(grace)).token)).waiting?.step).toBe("add");
  expect(await owner`select from passkeys where user_id = ${grace.person.id}`).toHaveLength(0);
  expect(
    await owner`select from mail_outbox where template = 'account-notice' and created_at > now() - interval '1 minute'`,
  ).not.toHaveLength(0);
});

test("SI-06 the passkeys of the break-glass operator stay while sign-in is restricted, and the only way in of a person", async () => {
  const grace = await operator();
  const remove = ({ person }: Signed) => ada.api.instance.removePasskeys({ userId: person.id });
  await owner`update instance_settings set break_glass = ${grace.person.id}`;
  for (const restricted of [
    () => settings("passkeys_required_of = 'operators'"),
    () => settings("passkeys_required_of = 'none', is_mail_link_on = false"),
    () => owner`insert into sign_in_rules (domain, provider) values (${domain}, ${provider})`,
  ]) {
    await addPasskey(grace);
    await restricted();
    expect(await reasonOf(remove(grace))).toBe("break_glass_kept");
    await settings("passkeys_required_of = 'none', is_mail_link_on = true");
    await owner`delete from sign_in_rules`;
    await remove(grace);
    await addPasskey(grace);
  }
  const alan = await newPerson();
  await addPasskey(alan);
  await settings("is_mail_link_on = false");
  expect(await reasonOf(remove(alan))).toBe("last_way_in");
  await owner`insert into accounts (user_id, type, provider, provider_account_id) values (${alan.person.id}, 'oauth', ${provider}, ${randomUUID()})`;
  await remove(alan);
});

test("SI-06 a person of whom a passkey is required cannot remove their last one, and the break-glass operator cannot either", async () => {
  const idsOf = ({ person }: Signed) => owner`select id from passkeys where user_id = ${person.id} order by id`;
  const remove = async (signed: Signed) =>
    reasonOf(signed.api.passkeys.remove({ passkeyId: (await idsOf(signed))[0]?.id })).catch(() => "none");
  const [breakGlass, grace] = [await people["break-glass operator"](), await newPerson()];
  for (const signed of [breakGlass, grace]) await addPasskey(signed);
  for (const [restrict, refused] of [
    [() => settings("passkeys_required_of = 'operators'"), [true, false]],
    [() => settings("passkeys_required_of = 'all'"), [true, true]],
    [() => owner`insert into sign_in_rules (domain, provider) values (${domain}, ${provider})`, [true, false]],
  ] as const) {
    await restrict();
    for (const [i, signed] of [breakGlass, grace].entries()) {
      if (refused[i]) {
        expect(await remove(signed)).toBe("last_passkey");
        await addPasskey(signed);
      }
      expect(await remove(signed)).toBe("none");
      if (!refused[i]) await addPasskey(signed);
      expect(await idsOf(signed)).toHaveLength(1);
    }
    await settings("passkeys_required_of = 'none'");
    await owner`delete from sign_in_rules`;
  }
  // Of two that are removed at the same time, one stays.
  await settings("passkeys_required_of = 'all'");
  await addPasskey(grace);
  const twice = (await idsOf(grace)).map(({ id }) =>
    reasonOf(grace.api.passkeys.remove({ passkeyId: id })).catch(() => "none"),
  );
  expect((await Promise.all(twice)).sort()).toEqual(["last_passkey", "none"]);
});

test("SI-06 who can restore a deleted workspace as its Admin is asked for a passkey", async () => {
  const grace = await newPerson();
  const gone = await workspace("Gone", grace);
  await settings("passkeys_required_of = 'admins'");
  const { token } = await browserOf(grace);
  const deleted = (since: string) =>
    owner`update workspaces set deleted_at = now() - ${since}::interval where id = ${gone.id}`;
  await deleted("29 days");
  expect((await findSession(token)).waiting?.step).toBe("add");
  await deleted("31 days");
  expect((await findSession(token)).waiting).toBeUndefined();
});

test("SI-07 signing out elsewhere ends the sessions, and keeps the provider that is the only way in", async () => {
  const grace = await newPerson();
  const { token } = await browserOf(grace);
  const linked = (name: string) =>
    owner`insert into accounts (user_id, type, provider, provider_account_id, began_account) values (${grace.person.id}, 'oauth', ${name}, ${randomUUID()}, false)`;
  await linked(provider);
  await linked(randomUUID());
  await settings("is_mail_link_on = false");
  expect(await grace.api.account.endOtherSessions()).toEqual({ ended: 1, unlinked: 1 });
  expect(await findSession(token)).toEqual({ person: null });
  expect(await hasWayIn(database(), grace.person.id)).toBe(true);
  await addPasskey(grace);
  expect(await grace.api.account.endOtherSessions()).toEqual({ ended: 0, unlinked: 1 });
});

describe("SI-07 mailed links can be switched off", () => {
  test("only from a session that shows that another way in works", async () => {
    const off = async (began: Parameters<typeof browserOf>[1]) => {
      const { sessionId } = await browserOf(ada, began);
      const api = apiFor({ ...ada.person, sessionId });
      const { hasOtherWay } = await api.instance.signInPolicy();
      const outcome = await api.instance.setMailLink({ mailLink: "off" }).then(
        () => "done",
        (error) => error.cause.reason,
      );
      const isOn = await isMailLinkOn();
      await settings("is_mail_link_on = true");
      return { hasOtherWay, outcome, isOn };
    };
    expect(await off({})).toEqual({ hasOtherWay: false, outcome: "untested_way", isOn: true });
    expect(await off({ provider: randomUUID() })).toEqual({ hasOtherWay: false, outcome: "untested_way", isOn: true });
    expect(await off({ provider })).toEqual({ hasOtherWay: true, outcome: "done", isOn: false });
    expect(await off({ byPasskey: true })).toEqual({ hasOtherWay: true, outcome: "done", isOn: false });
    // Another person's session proves nothing.
    const { sessionId } = await browserOf(await newPerson(), { byPasskey: true });
    const api = apiFor({ ...ada.person, sessionId });
    expect(await reasonOf(api.instance.setMailLink({ mailLink: "off" }))).toBe("untested_way");
  });

  test("the refusal names what to use instead", async () => {
    await expect(refuseMailLink()).resolves.toBeUndefined();
    await settings("is_mail_link_on = false");
    expect(await reasonOf(refuseMailLink())).toBe("mail_link_off");
    expect(await mailLinkOffSentence()).toMatch(
      /^Sign-in links by e-mail are turned off here\. Sign in with a passkey/,
    );
    expect(await mailLinkOffSentence()).toContain(providerName);
  });

  test("the last way in stays: passkeys and providers, also of two taken away at once", async () => {
    await settings("is_mail_link_on = false");
    const grace = await newPerson();
    await addPasskey(grace);
    await owner`insert into accounts (user_id, type, provider, provider_account_id) values (${grace.person.id}, 'oauth', ${provider}, ${randomUUID()})`;
    const [row] = await owner`select id from passkeys where user_id = ${grace.person.id}`;
    const outcomes = await Promise.all(
      [grace.api.passkeys.remove({ passkeyId: row?.id }), grace.api.account.unlink({ provider })].map((call) =>
        call.then(
          () => "done",
          (error) => error.cause?.reason,
        ),
      ),
    );
    expect(outcomes.sort()).toEqual(["done", "last_way_in"]);
    expect(await hasWayIn(database(), grace.person.id)).toBe(true);
    await settings("is_mail_link_on = true");
  });

  test("the provider that the operator signs in with is not taken away by them", async () => {
    const grace = await operator();
    await owner`insert into accounts (user_id, type, provider, provider_account_id) values (${grace.person.id}, 'oauth', ${provider}, ${randomUUID()})`;
    await settings("is_mail_link_on = false");
    const disable = () => grace.api.instance.setSignInProviderState({ providerId: provider, state: "disabled" });
    expect(await reasonOf(disable())).toBe("last_way_in");
    expect(await reasonOf(grace.api.instance.removeSignInProvider({ providerId: provider }))).toBe("last_way_in");
    await addPasskey(grace);
    await disable();
    await owner`update sign_in_providers set is_enabled = true where id = ${provider}`;
  });
});

describe("SI-08 session lengths hold for sessions that are there", () => {
  const lives = async (began: Parameters<typeof browserOf>[1]) => {
    const { token } = await browserOf(await newPerson(), began);
    return (await findPerson(token)) !== null;
  };
  const set = (idleMinutes: string, lifeMinutes: string) =>
    ada.api.instance.setSessionLengths({ idleMinutes, lifeMinutes } as never);

  test("after what time without use, and after what time at most", async () => {
    await set("15", "60");
    expect(await lives({ age: "59 minutes", seen: "14 minutes" })).toBe(true);
    expect(await lives({ age: "59 minutes", seen: "16 minutes" })).toBe(false);
    expect(await lives({ age: "61 minutes", seen: "0" })).toBe(false);
    await set("1440", "10080");
    expect(await lives({ age: "6 days", seen: "23 hours" })).toBe(true);
    expect(await lives({ age: "6 days", seen: "25 hours" })).toBe(false);
    expect(await lives({ age: "8 days" })).toBe(false);
  });

  test("a short one is kept alive by use, and its end moves", async () => {
    await set("15", "240");
    const { token } = await browserOf(await newPerson(), { age: "20 minutes", seen: "4 minutes" });
    await findPerson(token);
    const [row] =
      await owner`select extract(epoch from expires_at - now())::int as left, extract(epoch from now() - last_seen_at)::int as seen
      from sessions where token_hash = ${hashSessionToken(token)}`;
    expect(row).toMatchObject({ left: 900, seen: 0 });
  });

  test("the job deletes what has ended by them", async () => {
    const gone = await browserOf(await newPerson(), { seen: "2 hours", age: "3 hours" });
    await set("60", "240");
    await forgetExpired(database());
    expect(await owner`select from sessions where id = ${gone.sessionId}`).toHaveLength(0);
  });

  test("what cannot be is refused at its field", async () => {
    expect(await reasonOf(set("10080", "60"))).toBe("invalid_input");
    expect(await reasonOf(set("7", "60"))).toBe("invalid_input");
  });
});
