import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { findPerson, hashSessionToken } from "@/server/auth/person";
import { storeSession } from "@/server/auth/store-session";
import { owner } from "@/tests/support/database";
import { insertSession } from "@/tests/support/factories/people";
import { newPerson, type Signed } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";

let ada: Signed;
let id: string;
beforeAll(async () => {
  ada = await operator();
});
beforeEach(async () => {
  id = randomUUID();
  await owner`
    insert into sign_in_providers (id, name, issuer, client_id, secret_sealed, scope, trust_email, email_claim, is_enabled)
    values (${id}, ${`At ${id}`}, 'https://login.example.com', 'atelier', ${Buffer.alloc(40)}, 'openid', false, 'email', true)`;
});

/** Signs a person in, with the provider or in another way. */
async function signIn({ person }: Signed, provider: string | null = id, sessionId: string = randomUUID()) {
  const token = await insertSession(owner, person.id);
  await owner`update sessions set provider = ${provider}, id = ${sessionId} where token_hash = ${hashSessionToken(token)}`;
  return token;
}
const isIn = async (token: string) => (await findPerson(token)) !== null;
const eventsOf = ({ person }: Signed) =>
  owner`select action, detail, ip from account_events where user_id = ${person.id} and action = 'account.signed_out_by_provider'`;

const ends = [
  ["disabled", () => ada.api.instance.setSignInProviderState({ providerId: id, state: "disabled" })],
  ["deleted", () => ada.api.instance.removeSignInProvider({ providerId: id })],
] as const;

test.each(ends)(
  "SI-02 the sessions that a provider began end when it is %s, but not the acting one",
  async (_, end) => {
    const grace = await newPerson();
    const [with1, with2, byMail] = [await signIn(grace), await signIn(grace), await signIn(grace, null)];
    const acting = await signIn(ada, id, ada.person.sessionId);
    const elsewhere = await signIn(ada);
    expect(await ada.api.instance.signInProvider({ providerId: id })).toMatchObject({ signedIn: 2 });
    await end();
    expect(await Promise.all([with1, with2, elsewhere].map(isIn))).toEqual([false, false, false]);
    expect(await Promise.all([byMail, acting].map(isIn))).toEqual([true, true]);
    expect(await eventsOf(grace)).toMatchObject([{ detail: { provider: id, isByOperator: true }, ip: null }]);
    const [row] = await owner`
    select before, after from audit_events where target_id = ${id} and action like 'sign_in_provider.%' order by at desc limit 1`;
    expect(row?.after?.signedOut ?? row?.before?.signedOut).toBe(2);
    await owner`delete from sessions where user_id = ${ada.person.id}`;
  },
);

test("SI-02 enabling a provider again brings no session back and ends none", async () => {
  const grace = await newPerson();
  const before = await signIn(grace);
  await ada.api.instance.setSignInProviderState({ providerId: id, state: "disabled" });
  await ada.api.instance.setSignInProviderState({ providerId: id, state: "enabled" });
  const after = await signIn(grace);
  await ada.api.instance.setSignInProviderState({ providerId: id, state: "enabled" });
  expect([await isIn(before), await isIn(after)]).toEqual([false, true]);
});

test.each(ends)("SI-02 in 20 rounds no sign-in that is under way outlasts a provider that is %s", async (_, end) => {
  const grace = await newPerson();
  const begin = (provider: string) => {
    const token = randomUUID();
    const more = { ip: null, userAgent: null, providerSessionHash: null, byPasskey: false };
    return storeSession({ sessionToken: hashSessionToken(token), userId: grace.person.id, provider, ...more }).then(
      () => isIn(token),
      (error) => (error as { kind: string }).kind,
    );
  };
  expect(await begin("github")).toBe(true);
  for (let round = 0; round < 20; round++) {
    await owner`
      insert into sign_in_providers (id, name, issuer, client_id, secret_sealed, scope, trust_email, email_claim, is_enabled)
      values (${id}, ${`At ${id}`}, 'https://login.example.com', 'atelier', ${Buffer.alloc(40)}, 'openid', false, 'email', true)
      on conflict (id) do update set is_enabled = true`;
    // The limit on changes of providers is not what is tested.
    await owner`delete from rate_buckets where key like ${`%${ada.person.id}`}`;
    await Promise.all([begin(id), begin(id), end(), begin(id)]);
    expect(await owner`select from sessions where provider = ${id}`).toHaveLength(0);
    expect(await begin(id)).toBe("disabled");
  }
});

test("SI-02 unlinking a provider from one's account ends the sessions that it began there, but not the acting one", async () => {
  const grace = await newPerson();
  await owner`insert into accounts (user_id, type, provider, provider_account_id) values (${grace.person.id}, 'oauth', ${id}, ${randomUUID()})`;
  const [elsewhere, byMail] = [await signIn(grace), await signIn(grace, null)];
  const acting = await signIn(grace, id, grace.person.sessionId);
  await grace.api.account.unlink({ provider: id });
  expect(await Promise.all([elsewhere, byMail, acting].map(isIn))).toEqual([false, true, true]);
});
