import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { askProvider, authorizationUrl, newChecks } from "@/server/auth/providers/client";
import { failureOf } from "@/server/auth/providers/failure";
import { findAnyProvider, listProviders } from "@/server/auth/providers/list";
import { judge, keepTest } from "@/server/auth/providers/test-sign-in";
import { owner } from "@/tests/support/database";
import { closedUrl } from "@/tests/support/fakes/http-server";
import { type OddKind, oddClient, startOddIssuers } from "@/tests/support/fakes/odd-issuer";
import { queuedMails } from "@/tests/support/mails";
import { fieldsOf, newPerson, reasonOf, type Signed } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";
import { dump } from "@/tests/support/schema/rows";

let odd: Awaited<ReturnType<typeof startOddIssuers>>;
let ada: Signed;
const secret = oddClient.clientSecret;

beforeAll(async () => {
  odd = await startOddIssuers();
  ada = await operator();
});
afterAll(() => odd.stop());
beforeEach(async () => {
  await owner`delete from sign_in_providers`;
});

const described = (more: object = {}) => ({
  ...{ providerId: randomUUID(), name: "Odd one", issuer: `${odd.origin}/text`, clientId: oddClient.clientId, secret },
  ...more,
});
const add = (more: object = {}) => ada.api.instance.addSignInProvider(described(more) as never);

async function findAdded(id: string) {
  const found = await findAnyProvider(id);
  if (!found || found.settings.protocol === "saml") throw new Error("there is no such provider");
  return { ...found, settings: found.settings };
}

/** Signs in as a browser does at a provider that was added, and evaluates the answer. */
async function testAs(id: string, login: string) {
  const found = await findAdded(id);
  const checks = newChecks();
  const url = new URL(await authorizationUrl(found.settings, checks));
  url.pathname = url.pathname.replace(/authorize$/, "hop");
  url.searchParams.set("login", login);
  const back = new URL((await fetch(url, { redirect: "manual" })).headers.get("location") ?? "");
  return { ...found, result: await judge(found.settings, await askProvider(found.settings, back.search, checks)) };
}

test("SI-01 a provider is added disabled, holds at once when it is enabled, and its secret is in no answer and no dump", async () => {
  const { id } = await add();
  const inList = async () => (await listProviders()).some((each) => each.id === id);
  expect([await inList(), (await findAnyProvider(id))?.isEnabled]).toEqual([false, false]);
  await ada.api.instance.setSignInProviderState({ providerId: id, state: "enabled" });
  expect([await inList(), (await findAnyProvider(id))?.isEnabled]).toEqual([true, true]);
  expect((await findAdded(id)).settings.clientSecret).toBe(secret);
  const shown = JSON.stringify([
    await ada.api.instance.signInProviders(),
    await ada.api.instance.signInProvider({ providerId: id }),
    await ada.api.instance.auditList({ search: "", action: "sign_in_provider.*" }),
  ]);
  expect(shown).not.toContain(secret);
  for (const [table, rows] of await dump(owner)) expect([table, rows.includes(secret)]).toEqual([table, false]);
});

test("SI-01 a secret is for one issuer and one provider: a row that is changed past the application sends it nowhere", async () => {
  const { id } = await add();
  await owner`update sign_in_providers set issuer = ${`${odd.origin}/post`} where id = ${id}`;
  const found = await findAdded(id);
  expect(found.settings.clientSecret).toBe("");
  const failure = await testAs(id, "grace@example.com").catch(failureOf);
  expect(failure).toMatchObject({ kind: "misconfigured", cause: { message: expect.stringContaining("AUTH_SECRET") } });
});

test.each([
  ["a file", { issuer: "file:///etc/passwd" }, "issuer"],
  ["a metadata address", { issuer: "http://169.254.169.254" }, "issuer"],
  ["a metadata address by https, as a number", { issuer: "https://2852039166/realm" }, "issuer"],
  ["http at a public address", { issuer: "http://login.example.com" }, "issuer"],
  ["Atelier itself", { issuer: "http://localhost:3000" }, "issuer"],
  ["a query", { issuer: "https://login.example.com/?a=b" }, "issuer"],
  ["a password in the address", { issuer: "https://me:secret@login.example.com" }, "issuer"],
  ["an issuer without a discovery document", { issuer: () => `${odd.origin}/text/jwks` }, "issuer"],
  ["a document that leads to a public address without TLS", { issuer: () => `${odd.origin}/http` }, "issuer"],
  [
    "an issuer of all tenants whose addresses are trusted",
    { issuer: "https://login.microsoftonline.com/common/v2.0", trustEmail: "on" },
    "trustEmail",
  ],
  ["another claim that is not trusted", { emailClaim: "upn" }, "emailClaim"],
  ["no secret", { secret: "" }, "secret"],
  ["scopes without openid", { scope: "email profile" }, "scope"],
  ["a name with a line break", { name: "a\nb" }, "name"],
])("SI-01 %s is refused at its field", async (_, more, field) => {
  const values = Object.entries(more).map(([name, value]) => [name, typeof value === "function" ? value() : value]);
  expect(Object.keys(await fieldsOf(add(Object.fromEntries(values))))).toEqual([field]);
  expect(await owner`select from sign_in_providers`).toHaveLength(0);
});

test("SI-01 an issuer that does not answer is not saved, unless that is wanted", async () => {
  const issuer = await closedUrl();
  expect(await fieldsOf(add({ issuer }))).toEqual({ issuer: expect.stringContaining("does not answer") });
  expect(await add({ issuer, isForced: "on" })).toHaveProperty("id");
});

test("SI-01 a name is one provider's, also against those of the environment, and an issuer stays", async () => {
  const { id } = await add();
  expect(await reasonOf(add({ name: "ODD ONE" }))).toBe("provider_name_taken");
  const { id: other } = await add({ name: "Other" });
  const update = (more: object) =>
    ada.api.instance.updateSignInProvider({ providerId: other, name: "Other", clientId: "atelier", ...more } as never);
  expect(await reasonOf(update({ name: "odd one" }))).toBe("provider_name_taken");
  expect(await reasonOf(update({ issuer: "https://elsewhere.example.com" }))).toBe("invalid_input");
  await update({ clientId: "another" });
  expect((await findAnyProvider(other))?.settings).toMatchObject({ clientId: "another", clientSecret: secret });
  await update({ secret: "rotated" });
  expect((await findAdded(other)).settings.clientSecret).toBe("rotated");
  expect(await reasonOf(ada.api.instance.signInProvider({ providerId: randomUUID() }))).toBe("not_found");
  expect(id).not.toBe(other);
});

test("SI-02 it is shown who would lose a way in, and deleting a provider unlinks it", async () => {
  const { id } = await add();
  const people = [await newPerson(), await newPerson()];
  for (const [index, { person }] of people.entries())
    await owner`insert into accounts (user_id, type, provider, provider_account_id) values (${person.id}, 'oauth', ${id}, ${`s-${index}`})`;
  await owner`insert into accounts (user_id, type, provider, provider_account_id)
    values (${people[0]?.person.id ?? ""}, 'oauth', 'github', ${randomUUID()})`;
  expect(await ada.api.instance.signInProvider({ providerId: id })).toMatchObject({ people: 2, byMailOnly: 1 });
  expect(await ada.api.instance.removeSignInProvider({ providerId: id })).toEqual({ unlinked: 2 });
  expect(await owner`select from accounts where provider = ${id}`).toHaveLength(0);
  for (const { person } of people) {
    const told = (await queuedMails("account-notice")).filter(({ to }) => to === person.email);
    expect(told).toMatchObject([
      { props: { about: "provider-unlinked", detail: expect.stringMatching(/, deleted by an operator$/) } },
    ]);
    expect(await owner`select action, detail, ip from account_events where user_id = ${person.id}`).toMatchObject([
      { action: "account.provider_unlinked", detail: { provider: id, isByOperator: true }, ip: null },
    ]);
  }
  expect(await reasonOf(ada.api.instance.removeSignInProvider({ providerId: id }))).toBe("not_found");
});

test("SI-02 of a provider that more people have linked than are told by one statement, each is told once", async () => {
  const { id } = await add();
  await owner`
    with people as (
      insert into users (name, email, email_verified_at)
        select 'Many', 'many-' || n || '@unlinked.example', now() from generate_series(1, 1001) n returning id)
    insert into accounts (user_id, type, provider, provider_account_id) select people.id, 'oauth', ${id}, people.id from people`;
  expect(await ada.api.instance.removeSignInProvider({ providerId: id })).toEqual({ unlinked: 1_001 });
  const told = (await queuedMails("account-notice"))
    .map(({ to }) => to)
    .filter((to) => to.endsWith("@unlinked.example"));
  expect([told.length, new Set(told).size]).toEqual([1_001, 1_001]);
});

const outcome = async (kind: OddKind, login: string, more: object = {}) => {
  const { id } = await add({
    name: `At ${kind} ${randomUUID().slice(0, 8)}`,
    issuer: `${odd.origin}/${kind}`,
    ...more,
  });
  return (await testAs(id, login)).result;
};

test("SI-03 a test says what is taken, and why it would be refused", async () => {
  const login = `new-${randomUUID()}@example.com`;
  const taken = { subject: `id of ${login}`, email: login, name: "Grace Hopper" };
  expect(await outcome("text", login)).toMatchObject({ outcome: "new_account", taken, cause: null });
  expect(await outcome("silent", login)).toMatchObject({ outcome: "unverified", taken: null });
  expect(await outcome("silent", `${login}.uk`, { trustEmail: "on" })).toMatchObject({ outcome: "new_account" });
  expect(await outcome("nameless", login)).toMatchObject({ outcome: "no_address" });
  const known = await newPerson();
  expect(await outcome("text", known.person.email)).toMatchObject({ outcome: "has_account" });
  await owner`update users set deactivated_at = now() where id = ${known.person.id}`;
  expect(await outcome("post", known.person.email)).toMatchObject({ outcome: "deactivated" });
  // None of them created an account or a link.
  expect(await owner`select from users where email = ${login}`).toHaveLength(0);
  expect(await owner`select from accounts where user_id = ${known.person.id}`).toHaveLength(0);
});

test("SI-03 what a test showed is its operator's alone, sealed, and the log has the outcome only", async () => {
  const { id } = await add();
  const login = `secretive-${randomUUID()}@example.com`;
  const { settings, result } = await testAs(id, login);
  await keepTest(
    { person: ada.person, origin: { ip: null, userAgent: null, requestId: "r" } } as never,
    settings,
    result,
  );
  const mine = await ada.api.instance.signInProvider({ providerId: id });
  expect(mine.test?.taken?.email).toBe(login);
  expect(mine.test?.idToken).toContainEqual({ name: "email", value: login });
  const { id: other } = await add({ name: "Another" });
  expect((await ada.api.instance.signInProvider({ providerId: other })).test).toBeNull();
  const grace = await operator();
  expect((await grace.api.instance.signInProvider({ providerId: id })).test).toBeNull();
  await owner`update sign_in_tests set user_id = ${grace.person.id} where user_id = ${ada.person.id}`;
  expect((await grace.api.instance.signInProvider({ providerId: id })).test).toBeNull();
  for (const [table, rows] of await dump(owner)) expect([table, rows.includes(login)]).toEqual([table, false]);
  const { rows } = await ada.api.instance.auditList({ search: "", action: "sign_in_provider.tested" });
  expect(rows[0]?.after).toMatchObject({ outcome: "new_account" });
  await owner`update sign_in_tests set user_id = ${ada.person.id}, created_at = now() - interval '16 minutes'`;
  expect((await ada.api.instance.signInProvider({ providerId: id })).test).toBeNull();
});
