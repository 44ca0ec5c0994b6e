import { randomBytes, randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { newPerson, reasonOf, type Signed } from "@/tests/support/people";
import { dump } from "@/tests/support/schema/rows";
import { findPerson, hashSessionToken } from "./person";

/** Signs in a browser of a person, with times as PostgreSQL intervals before or after now. */
async function signedIn(
  { person }: Signed,
  { created = "0", seen = "0", expires = "7 days" }: { created?: string; seen?: string; expires?: string } = {},
): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  await owner`
    insert into sessions (token_hash, user_id, created_at, last_seen_at, expires_at)
    values (${hashSessionToken(token)}, ${person.id}, now() - ${created}::interval, now() - ${seen}::interval, now() + ${expires}::interval)`;
  return token;
}

const rowOf = async (token: string) =>
  (
    await owner`
      select xmin::text, extract(epoch from expires_at - now())::float8 / 86400 as days_left, extract(epoch from now() - last_seen_at)::float8 / 60 as minutes_since
      from sessions where token_hash = ${hashSessionToken(token)}`
  )[0];

test("a live session's token finds its person, and nothing of their roles", async () => {
  const ada = await newPerson({ name: "Ada" });
  const found = await findPerson(await signedIn(ada));
  expect(found).toEqual({
    id: ada.person.id,
    name: "Ada",
    formats: { timeZone: "UTC", locale: null, weekStart: null },
    avatar: null,
    email: ada.person.email,
    isVerified: true,
    sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    signedInAt: expect.any(Date),
  });
});

test("a person whose address was not shown to be theirs is found as such", async () => {
  const ada = await newPerson({ isVerified: false });
  expect(await findPerson(await signedIn(ada))).toMatchObject({ id: ada.person.id, isVerified: false });
});

test("AU-17 the database has a hash of the token, which opens nothing itself", async () => {
  const token = await signedIn(await newPerson());
  const stolen = [...(await dump(owner)).values()].join("\n");
  expect(stolen).toContain(hashSessionToken(token));
  expect(stolen).not.toContain(token);
  expect(await findPerson(hashSessionToken(token))).toBeNull();
});

test.each(["", "x", "' or true --", "\u0000", "x".repeat(100_000), randomBytes(32).toString("base64url")])(
  "a token that was never issued finds no person: %j",
  async (token) => {
    await signedIn(await newPerson());
    expect(await findPerson(token)).toBeNull();
  },
);

test("a session ends seven days after it was last used", async () => {
  const ada = await newPerson();
  expect(await findPerson(await signedIn(ada, { created: "8 days", seen: "6 days", expires: "1 day" }))).not.toBeNull();
  expect(await findPerson(await signedIn(ada, { created: "8 days", seen: "7 days", expires: "-1 second" }))).toBeNull();
});

test("a session ends with either: what it was given when it was last used, and what the idle limit is now", async () => {
  const ada = await newPerson();
  expect(await findPerson(await signedIn(ada, { seen: "1 minute", expires: "-1 second" }))).toBeNull();
  expect(await findPerson(await signedIn(ada, { created: "8 days", seen: "7 days", expires: "1 day" }))).toBeNull();
});

test("a session ends thirty days after it began, however much it is used", async () => {
  const ada = await newPerson();
  expect(await findPerson(await signedIn(ada, { created: "29 days 23 hours" }))).not.toBeNull();
  expect(await findPerson(await signedIn(ada, { created: "30 days 1 second" }))).toBeNull();
});

test("using a session moves its end to seven days from now", async () => {
  const token = await signedIn(await newPerson(), { created: "2 days", seen: "11 minutes", expires: "5 days" });
  await findPerson(token);
  expect(await rowOf(token)).toMatchObject({ days_left: expect.closeTo(7, 2), minutes_since: expect.closeTo(0, 0) });
});

test("using a session never moves its end past thirty days from its beginning", async () => {
  const token = await signedIn(await newPerson(), { created: "28 days", seen: "11 minutes", expires: "1 day" });
  await findPerson(token);
  expect(await rowOf(token)).toMatchObject({ days_left: expect.closeTo(2, 2) });
});

test("a session that was seen within ten minutes is read and not written", async () => {
  const token = await signedIn(await newPerson(), { seen: "9 minutes", expires: "5 days" });
  const before = await rowOf(token);
  await findPerson(token);
  expect((await rowOf(token))?.xmin).toBe(before?.xmin);
});

test("twenty simultaneous uses of a session write it once", async () => {
  const token = await signedIn(await newPerson(), { seen: "11 minutes" });
  await owner`create table writes (token_hash text)`;
  await owner`grant insert on writes to atelier_app`;
  await owner`create function note_write() returns trigger language plpgsql as $$ begin insert into writes values (new.token_hash); return new; end $$`;
  await owner`create trigger note_write after update on sessions for each row execute function note_write()`;
  await Promise.all(Array.from({ length: 20 }, () => findPerson(token)));
  await owner`drop trigger note_write on sessions`;
  expect(await owner`select token_hash from writes`).toEqual([{ token_hash: hashSessionToken(token) }]);
});

test("a session that is over is not revived by being used", async () => {
  const token = await signedIn(await newPerson(), { created: "8 days", seen: "8 days", expires: "-1 day" });
  await findPerson(token);
  expect((await rowOf(token))?.days_left).toBeCloseTo(-1, 2);
});

test("I12 a person who deletes their account is signed out everywhere at once", async () => {
  const ada = await newPerson();
  const tokens = [await signedIn(ada), await signedIn(ada)];
  await ada.api.account.remove({ confirmation: ada.person.email });
  for (const token of tokens) expect(await findPerson(token)).toBeNull();
});

test("I12 a person who is marked as deleted counts as signed out, even with a session left", async () => {
  const ada = await newPerson();
  const token = await signedIn(ada);
  await owner`update users set deleted_at = now(), email = null where id = ${ada.person.id}`;
  expect(await findPerson(token)).toBeNull();
});

test("I12 ending the other sessions ends them at once and keeps this one", async () => {
  const [ada, other] = [await newPerson(), await newPerson()];
  const [here, there, others] = [await signedIn(ada), await signedIn(ada), await signedIn(other)];
  ada.person.sessionId = (await findPerson(here))?.sessionId ?? "";
  expect(await ada.api.account.endOtherSessions()).toEqual({ ended: 1, unlinked: 0 });
  expect([await findPerson(here), await findPerson(there), await findPerson(others)]).toMatchObject([
    { id: ada.person.id },
    null,
    { id: other.person.id },
  ]);
});

test("I12 ending one session ends it at once and no other; not this one, not another person's, not one that is none", async () => {
  const [ada, other] = [await newPerson(), await newPerson()];
  const tokens = [await signedIn(ada), await signedIn(ada), await signedIn(ada), await signedIn(other)] as const;
  const idOf = async (token: string) => (await findPerson(token))?.sessionId ?? "";
  const [here, there, , others] = await Promise.all(tokens.map(idOf));
  ada.person.sessionId = here ?? "";
  const end = (sessionId = "") => ada.api.account.endSession({ sessionId });
  for (const id of [others, here, randomUUID()]) expect(await reasonOf(end(id))).toBe("not_found");
  await owner`update sessions set user_agent = 'curl/8.5.0' where id = ${there ?? ""}`;
  await end(there);
  expect(await Promise.all(tokens.map(idOf))).toEqual([here, "", expect.stringMatching(/./), others]);
  expect(await reasonOf(end(there))).toBe("not_found");
  const events = await owner`select action, detail from account_events where user_id = ${ada.person.id}`;
  expect(events).toMatchObject([{ action: "account.session_ended", detail: { session: there, browser: "curl" } }]);
});

test("I12 a session that is ended twenty times at once is ended once", async () => {
  const ada = await newPerson();
  const token = await signedIn(ada);
  const sessionId = (await findPerson(token))?.sessionId ?? "";
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, () => ada.api.account.endSession({ sessionId })),
  );
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const events = await owner`select 1 from account_events where user_id = ${ada.person.id}`;
  expect(events).toHaveLength(1);
});
