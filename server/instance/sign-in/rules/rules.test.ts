import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { database } from "@/db/client";
import { findPerson, hashSessionToken } from "@/server/auth/person";
import { linkableByAddress, requiredProvider } from "@/server/auth/rules/queries";
import { owner } from "@/tests/support/database";
import { insertSignInProvider } from "@/tests/support/factories/providers";
import { newPerson, reasonOf, type Signed } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";

const domain = `acme-${randomBytes(4).toString("hex")}.com`;
let ada: Signed;
let required: string;
let other: string;

beforeAll(async () => {
  ada = await operator();
  required = await insertSignInProvider(owner, `Required ${domain}`.slice(0, 40), { isEnabled: true });
  other = await insertSignInProvider(owner, `Other ${domain}`.slice(0, 40), { isEnabled: true });
});
const clean = async () => {
  await owner`delete from sign_in_rules`;
  await owner`update instance_settings set break_glass = null`;
};
beforeEach(clean);
afterAll(clean);

const addPasskey = ({ person }: Signed) => owner`
  insert into passkeys (user_id, credential_id, public_key, counter, name, is_synced)
  values (${person.id}, ${randomUUID()}, ${Buffer.alloc(70)}, 0, 'A passkey', false)`;

async function breakGlass(signed: Signed) {
  await addPasskey(signed);
  await ada.api.instance.setBreakGlass({ userId: signed.person.id });
}

const rule = () => ({ domain, provider: required });
const requireIt = (more: object = {}) =>
  ada.api.instance.setSignInRule({ ...rule(), lockedOut: "0", ...more } as never);

/** All ways in which a session can have begun, as in its row. */
const ways = {
  "a mailed link, a passkey, or from before": null,
  "another provider": "other",
  "the required one": "required",
};
const addresses = {
  "of the domain": `@${domain}`,
  "of a subdomain": `@sub.${domain}`,
  "of a domain that ends in it": `@x${domain}`,
  "of another domain": "@elsewhere.example",
};
const cases = Object.entries(addresses).flatMap(([whose, at]) =>
  Object.entries(ways).flatMap(([way, began]) =>
    [false, true].flatMap((isRule) => [false, true].map((isExempt) => ({ whose, at, way, began, isRule, isExempt }))),
  ),
);

describe("SI-04 a session opens something only where it began as is required", () => {
  test.each(cases)("by $way, a person $whose; rule: $isRule, exempt: $isExempt", async (each) => {
    const { at, began, isRule, isExempt } = each;
    const { person } = await newPerson({ email: `p-${randomUUID()}${at}` });
    if (isRule) await owner`insert into sign_in_rules (domain, provider) values (${domain}, ${required})`;
    if (isExempt) await owner`update instance_settings set break_glass = ${person.id}`;
    const provider = began === "required" ? required : began === "other" ? other : null;
    const token = randomBytes(32).toString("base64url");
    await owner`insert into sessions (token_hash, user_id, expires_at, provider)
      values (${hashSessionToken(token)}, ${person.id}, now() + interval '7 days', ${provider})`;
    const isBound = isRule && !isExempt && each.whose === "of the domain";
    expect(await requiredProvider(person.email)).toBe(isBound ? required : null);
    expect((await findPerson(token)) !== null).toBe(!isBound || began === "required");
  });
});

test("SI-04 a rule needs a break-glass operator with a passkey, a provider that is enabled and an organization's domain", async () => {
  expect(await reasonOf(requireIt())).toBe("break_glass_missing");
  const grace = await operator();
  expect(await reasonOf(ada.api.instance.setBreakGlass({ userId: grace.person.id }))).toBe("not_found");
  const stranger = await newPerson();
  await addPasskey(stranger);
  expect(await reasonOf(ada.api.instance.setBreakGlass({ userId: stranger.person.id }))).toBe("not_found");
  await breakGlass(grace);
  expect(await reasonOf(requireIt({ provider: randomUUID() }))).toBe("not_found");
  for (const typed of ["gmail.com", "co.uk", "acme", "a b", ""])
    expect(await reasonOf(requireIt({ domain: typed }))).toBe("invalid_input");
  await requireIt();
  expect(await ada.api.instance.signInRules()).toMatchObject({ rules: [{ domain, provider: required }] });
  // While there is a rule, neither the provider nor the break-glass operator can be removed.
  const providerId = required;
  expect(await reasonOf(ada.api.instance.setSignInProviderState({ providerId, state: "disabled" }))).toBe(
    "provider_in_use",
  );
  expect(await reasonOf(ada.api.instance.removeSignInProvider({ providerId }))).toBe("provider_in_use");
  expect(await reasonOf(ada.api.instance.removeOperator({ userId: grace.person.id }))).toBe("last_operator");
  await ada.api.instance.removeSignInRule({ domain });
  expect(await reasonOf(ada.api.instance.removeSignInRule({ domain }))).toBe("not_found");
  await ada.api.instance.removeOperator({ userId: grace.person.id });
  const { rows } = await ada.api.instance.auditList({ search: "", action: "sign_in_rule.*" });
  expect(rows.slice(0, 3).map(({ action }) => action)).toEqual([
    ...["sign_in_rule.removed", "sign_in_rule.set", "sign_in_rule.break_glass_set"],
  ]);
});

test("SI-04 the dry run says how each person would fare, changes nothing, and is asked for again when that changed", async () => {
  const at = `dry-${domain}`;
  const [linked, byAddress, unverified, exempt] = await Promise.all(
    ["linked", "by-address", "unverified", "exempt"].map((name) => newPerson({ email: `${name}@${at}` })),
  );
  if (!linked || !byAddress || !unverified || !exempt) throw new Error("four people");
  await owner`insert into operators (user_id, source) values (${exempt.person.id}, 'environment')`;
  await owner`insert into accounts (user_id, type, provider, provider_account_id) values (${linked.person.id}, 'oauth', ${required}, 'l')`;
  await owner`update users set email_verified_at = null where id = ${unverified.person.id}`;
  await breakGlass(exempt);
  const asked = { domain: at, provider: required };
  const plan = await ada.api.instance.planSignInRule(asked);
  expect(plan.counts).toEqual({ linked: 1, by_address: 1, exempt: 1, locked_out: 1 });
  expect(plan.people.map(({ id, standing }) => [id, standing]).slice(0, 2)).toEqual([
    [unverified.person.id, "locked_out"],
    [byAddress.person.id, "by_address"],
  ]);
  expect(await owner`select from sign_in_rules`).toHaveLength(0);
  expect(await reasonOf(requireIt({ domain: at }))).toBe("state_changed");
  await requireIt({ domain: at, lockedOut: "1" });
});

test("SI-05 an address links to one account of the provider: another subject with the same address opens nothing", async () => {
  const { person } = await newPerson({ email: `grace@${domain}` });
  const linkable = () => linkableByAddress(database(), person.email, required);
  expect(await linkable()).toBe(person.id);
  await owner`update users set email_verified_at = null where id = ${person.id}`;
  expect(await linkable()).toBeUndefined();
  await owner`update users set email_verified_at = now(), deactivated_at = now() where id = ${person.id}`;
  expect(await linkable()).toBeUndefined();
  await owner`update users set deactivated_at = null where id = ${person.id}`;
  await owner`insert into accounts (user_id, type, provider, provider_account_id) values (${person.id}, 'oauth', ${required}, 'former')`;
  expect(await linkable()).toBeUndefined();
});

test("SI-04 another address is no way out of a rule", async () => {
  const grace = await newPerson({ email: `out@${domain}` });
  await owner`insert into sign_in_rules (domain, provider) values (${domain}, ${required})`;
  expect(await reasonOf(grace.api.account.changeEmail({ email: "free@elsewhere.example" }))).toBe(
    "address_of_organization",
  );
});
