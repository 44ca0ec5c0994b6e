import { createHash, randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { transaction } from "@/db/client";
import { owner } from "@/tests/support/database";
import { TestAuthenticator } from "@/tests/support/fakes/authenticator";
import { queuedMails } from "@/tests/support/mails";
import { apiFor, newPerson, reasonOf, type Signed } from "@/tests/support/people";
import * as passkeys from "./queries";
import { newChallenge, readAnswer, verifySigned } from "./web-authn";

const bytes = (challenge: string) => Buffer.from(challenge, "base64url");

/** Adds a passkey as a browser does. */
async function added({ api }: Signed, authenticator = new TestAuthenticator(), name = "Laptop") {
  const { challenge } = await api.passkeys.begin();
  await api.passkeys.add({ name, response: authenticator.answerToAdd(bytes(challenge)) });
  return authenticator;
}

/** Returns the counter with which a passkey's signature was accepted, or null. */
async function signed(
  authenticator: TestAuthenticator,
  wrong: Parameters<TestAuthenticator["answerToSignIn"]>[1] = {},
) {
  const { challenge } = newChallenge();
  const answer = readAnswer(authenticator.answerToSignIn(Buffer.from(challenge), wrong));
  if (!answer) throw new Error("it is no answer");
  const passkey = await transaction("read", {}, (db) => passkeys.findCredential(db, answer.response.id));
  return passkey ? { id: passkey.id, ...(await verifySigned(answer, passkey)) } : null;
}

test("IS-03 a passkey is added, named, renamed and removed; each is remembered, and its owner is told of a new one", async () => {
  const ada = await newPerson();
  await added(ada);
  const [row] = (await ada.api.passkeys.list()).rows;
  expect(row).toMatchObject({ name: "Laptop", lastUsedAt: null, isSynced: false });
  const passkeyId = row?.id ?? "";
  await ada.api.passkeys.rename({ passkeyId, name: "Old laptop" });
  expect((await ada.api.passkeys.list()).rows).toMatchObject([{ name: "Old laptop" }]);
  await ada.api.passkeys.remove({ passkeyId });
  expect((await ada.api.passkeys.list()).rows).toEqual([]);
  expect(await reasonOf(ada.api.passkeys.remove({ passkeyId }))).toBe("not_found");
  const events = await owner`select action from account_events where user_id = ${ada.person.id} order by at`;
  expect(events.map(({ action }) => action)).toEqual([
    "account.passkey_added",
    "account.passkey_renamed",
    "account.passkey_removed",
  ]);
  expect((await queuedMails("account-notice")).filter(({ to }) => to === ada.person.email)).toMatchObject([
    { props: { about: "passkey-added", detail: "Laptop" } },
    { props: { about: "passkey-removed", detail: "Old laptop" } },
  ]);
});

test("another person's passkey can be neither renamed nor removed, and is not listed", async () => {
  const [ada, grace] = [await newPerson(), await newPerson()];
  await added(ada);
  const passkeyId = (await ada.api.passkeys.list()).rows[0]?.id ?? "";
  expect((await grace.api.passkeys.list()).rows).toEqual([]);
  expect(await reasonOf(grace.api.passkeys.rename({ passkeyId, name: "Mine" }))).toBe("not_found");
  expect(await reasonOf(grace.api.passkeys.remove({ passkeyId }))).toBe("not_found");
  expect((await ada.api.passkeys.list()).rows).toMatchObject([{ name: "Laptop" }]);
});

test("a challenge is good for one answer, for 5 minutes, for one person, and of it only a hash is kept", async () => {
  const [ada, grace] = [await newPerson(), await newPerson()];
  const add = (who: Signed, challenge: string) =>
    who.api.passkeys.add({ name: "Laptop", response: new TestAuthenticator().answerToAdd(bytes(challenge)) });
  const first = await ada.api.passkeys.begin();
  const hash = createHash("sha256").update(bytes(first.challenge)).digest();
  expect(await owner`select 1 from passkey_challenges where challenge_hash = ${hash}`).toHaveLength(1);
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => add(ada, first.challenge)));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);

  const second = await ada.api.passkeys.begin();
  expect(await reasonOf(add(grace, second.challenge))).toBe("passkey_refused");
  expect(await reasonOf(add(ada, second.challenge))).toBe("passkey_refused");

  const third = await ada.api.passkeys.begin();
  await owner`update passkey_challenges set expires_at = now() where user_id = ${ada.person.id}`;
  expect(await reasonOf(add(ada, third.challenge))).toBe("passkey_refused");
  expect((await ada.api.passkeys.list()).rows).toHaveLength(1);
});

test.each([
  ["another origin", { origin: "https://localhost.evil.example" }],
  ["another port", { origin: "http://localhost:3001" }],
  ["another relying party", { rpId: "evil.example" }],
  ["an unverified user", { isVerified: false }],
])("an answer with %s is refused, to add and to sign in", async (_, wrong) => {
  const ada = await newPerson();
  const { challenge } = await ada.api.passkeys.begin();
  const response = new TestAuthenticator().answerToAdd(bytes(challenge), wrong);
  expect(await reasonOf(ada.api.passkeys.add({ name: "Laptop", response }))).toBe("passkey_refused");
  expect(await owner`select 1 from passkeys where user_id = ${ada.person.id}`).toHaveLength(0);
  const authenticator = await added(ada);
  expect(await signed(authenticator)).toMatchObject({ counter: 1 });
  expect(await signed(authenticator, wrong)).not.toHaveProperty("counter");
});

test("a signature of another key, for another challenge or with another person's handle is refused", async () => {
  const ada = await newPerson();
  const authenticator = await added(ada);
  const handle = (id: string) => Buffer.from(id.replaceAll("-", ""), "hex").toString("base64url");
  expect(await signed(authenticator, { userHandle: handle(ada.person.id) })).toMatchObject({ counter: 1 });
  expect(await signed(authenticator, { userHandle: handle(randomUUID()) })).not.toHaveProperty("counter");

  const forged = new TestAuthenticator();
  const answer = readAnswer(forged.answerToSignIn(Buffer.from(newChallenge().challenge)));
  const passkey = await transaction("read", {}, (db) =>
    passkeys.findCredential(db, authenticator.id.toString("base64url")),
  );
  if (!answer || !passkey) throw new Error("nothing to compare");
  expect(await verifySigned(answer, passkey)).toBeNull();
  const own = readAnswer(authenticator.answerToSignIn(Buffer.from(newChallenge().challenge)));
  if (!own) throw new Error("it is no answer");
  expect(
    await verifySigned({ ...own, challenge: Buffer.from(newChallenge().challenge).toString("base64url") }, passkey),
  ).toBeNull();
});

test("a count that does not grow is refused: a replayed signature, or a copied authenticator", async () => {
  const ada = await newPerson();
  const authenticator = await added(ada);
  const use = async (counter: number) => {
    const result = await signed(authenticator, { counter });
    if (!result || !("counter" in result)) return false;
    return transaction("write", {}, (db) => passkeys.markUsed(db, result.id, Number(result.counter)));
  };
  expect(await use(0)).toBe(true);
  expect(await use(0)).toBe(true);
  expect(await use(5)).toBe(true);
  expect(await use(5)).toBe(false);
  expect(await use(4)).toBe(false);
  expect(await use(0)).toBe(false);
  // Two answers with the same counter, verified at the same time: both signatures are valid, and only one is accepted.
  const [one, other] = [await signed(authenticator, { counter: 6 }), await signed(authenticator, { counter: 6 })];
  expect([one, other]).toMatchObject([{ counter: 6 }, { counter: 6 }]);
  const marks = [one, other].map((each) =>
    transaction("write", {}, (db) => passkeys.markUsed(db, String(each?.id), 6)),
  );
  expect((await Promise.all(marks)).filter(Boolean)).toHaveLength(1);
});

test("adding needs a sign-in of the last ten minutes and a verified address; there are 20 at most, each once", async () => {
  const ada = await newPerson();
  const stale = apiFor({ ...ada.person, signedInAt: new Date(Date.now() - 11 * 60_000) });
  expect(await reasonOf(stale.passkeys.begin())).toBe("sign_in_again");
  expect(await reasonOf(stale.passkeys.add({ name: "Laptop", response: "{}" }))).toBe("sign_in_again");
  expect(await reasonOf((await newPerson({ isVerified: false })).api.passkeys.begin())).toBe("verify_email");
  const authenticator = await added(ada);
  expect(await reasonOf(added(ada, authenticator))).toBe("passkey_exists");
  expect(await reasonOf(added(await newPerson(), authenticator))).toBe("passkey_exists");
  await owner`
    insert into passkeys (user_id, credential_id, public_key, counter, name, is_synced)
    select ${ada.person.id}, 'more-' || ${randomUUID()} || n, ''::bytea, 0, 'More', false from generate_series(1, 19) n`;
  expect(await reasonOf(ada.api.passkeys.begin())).toBe("too_many_passkeys");
});

test.each([
  "",
  "null",
  "[]",
  "{}",
  '{"id":"a","response":{"clientDataJSON":"!"}}',
  '{"id":1,"response":{"clientDataJSON":"e30"}}',
])("what is no answer is refused: %s", async (response) => {
  const ada = await newPerson();
  expect(await reasonOf(ada.api.passkeys.add({ name: "Laptop", response }))).toBe("passkey_refused");
});

test("a deleted account leaves no passkey and no mark of its browsers behind", async () => {
  const ada = await newPerson();
  const authenticator = await added(ada);
  await owner`insert into known_browsers (user_id, mark_hash) values (${ada.person.id}, ${Buffer.alloc(32)})`;
  await ada.api.account.chooseMails({ topics: [] });
  await ada.api.account.remove({ confirmation: ada.person.email });
  expect(await signed(authenticator)).toBeNull();
  for (const table of ["passkeys", "passkey_challenges", "email_changes", "known_browsers", "mail_opt_outs"])
    expect([table, await owner`select 1 from ${owner(table)} where user_id = ${ada.person.id}`]).toEqual([table, []]);
});
