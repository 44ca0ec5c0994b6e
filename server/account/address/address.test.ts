import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { hashToken } from "@/server/joining/invitations/token";
import { owner } from "@/tests/support/database";
import { queuedMails } from "@/tests/support/mails";
import { offer } from "@/tests/support/offers";
import { apiFor, newPerson, reasonOf, type Signed } from "@/tests/support/people";

const fresh = () => `new-${randomBytes(6).toString("hex")}@example.com`;

/** Returns the token in the latest mail to an address. */
async function tokenTo(email: string): Promise<string> {
  const mail = (await queuedMails("confirm-address")).filter(({ to }) => to === email).at(-1);
  return new URL(String(mail?.props.url)).searchParams.get("token") ?? "";
}

/** Returns the person with the changed address. */
const as = ({ person }: Signed, email: string) => apiFor({ ...person, email });

async function sessionOf({ person }: Signed, id: string = person.sessionId): Promise<void> {
  await owner`
    insert into sessions (token_hash, id, user_id, expires_at)
    values (${randomBytes(8).toString("hex")}, ${id}, ${person.id}, now() + interval '7 days')`;
}

const addressOf = async (id: string) => (await owner`select email from users where id = ${id}`)[0]?.email;

test("an address changes once its owner confirms it: other browsers are signed out, the old address is told", async () => {
  const ada = await newPerson();
  const email = fresh();
  await sessionOf(ada);
  await sessionOf(ada, crypto.randomUUID());
  await owner`insert into verification_tokens (identifier, token, expires_at) values (${ada.person.email}, 'x', now() + interval '1 day')`;
  await ada.api.account.changeEmail({ email: ` ${email.toUpperCase()} ` });
  expect(await ada.api.account.pendingEmail()).toBe(email);
  expect(await addressOf(ada.person.id)).toBe(ada.person.email);
  const token = await tokenTo(email);
  expect(await ada.api.account.inspectEmailChange({ token })).toEqual({ from: ada.person.email, to: email });

  await ada.api.account.confirmEmail({ token });
  expect(await addressOf(ada.person.id)).toBe(email);
  expect(await owner`select id from sessions where user_id = ${ada.person.id}`).toMatchObject([
    { id: ada.person.sessionId },
  ]);
  expect(await owner`select 1 from verification_tokens where identifier = ${ada.person.email}`).toHaveLength(0);
  const told = (await queuedMails("account-notice")).filter(({ to }) => to === ada.person.email);
  expect(told).toMatchObject([{ props: { about: "address-changed", detail: "n•••@example.com" } }]);
  const events = await owner`select action, detail from account_events where user_id = ${ada.person.id} order by at`;
  expect(events.map(({ action }) => action)).toEqual(["account.email_change_asked", "account.email_changed"]);
  expect(JSON.stringify(events)).not.toContain(email);
  expect(await reasonOf(as(ada, email).account.confirmEmail({ token }))).toBe("email_link_dead");
});

test("a link is dead after 10 minutes, for another account, and once another was asked for", async () => {
  const ada = await newPerson();
  const grace = await newPerson();
  const email = fresh();
  await ada.api.account.changeEmail({ email });
  const first = await tokenTo(email);
  expect(await reasonOf(grace.api.account.confirmEmail({ token: first }))).toBe("email_link_dead");
  expect(await grace.api.account.inspectEmailChange({ token: first })).toBeNull();
  await ada.api.account.changeEmail({ email: fresh() });
  expect(await reasonOf(ada.api.account.confirmEmail({ token: first }))).toBe("email_link_dead");
  await ada.api.account.changeEmail({ email });
  const [left] = await owner`
    select extract(epoch from expires_at - now())::float as seconds from email_changes where user_id = ${ada.person.id}`;
  expect(left?.seconds).toBeGreaterThan(590);
  expect(left?.seconds).toBeLessThanOrEqual(600);
  await owner`update email_changes set expires_at = now() where user_id = ${ada.person.id}`;
  expect(await reasonOf(ada.api.account.confirmEmail({ token: await tokenTo(email) }))).toBe("email_link_dead");
  expect(await addressOf(ada.person.id)).toBe(ada.person.email);
});

test("whether an address is taken is told to its owner alone", async () => {
  const ada = await newPerson();
  const grace = await newPerson();
  const [taken, free] = [grace.person.email, fresh()];
  expect(await ada.api.account.changeEmail({ email: free })).toEqual({ email: free });
  expect(await ada.api.account.changeEmail({ email: taken })).toEqual({ email: taken });
  expect(await ada.api.account.pendingEmail()).toBe(taken);
  expect((await queuedMails("confirm-address")).filter(({ to }) => to === taken)).toEqual([]);
  expect((await queuedMails("account-notice")).filter(({ to }) => to === taken)).toMatchObject([
    { props: { about: "address-taken", detail: null } },
  ]);
  expect(JSON.stringify(await queuedMails("account-notice"))).not.toContain(ada.person.email);
});

test("of two people who confirm one address at once, one has it", async () => {
  for (let round = 0; round < 10; round++) {
    const [ada, grace] = [await newPerson(), await newPerson()];
    const email = fresh();
    await ada.api.account.changeEmail({ email });
    const first = await tokenTo(email);
    await grace.api.account.changeEmail({ email });
    const second = await tokenTo(email);
    expect(second).not.toBe(first);
    const outcomes = await Promise.allSettled([
      ada.api.account.confirmEmail({ token: first }),
      grace.api.account.confirmEmail({ token: second }),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    for (const outcome of outcomes)
      if (outcome.status === "rejected") expect(await reasonOf(Promise.reject(outcome.reason))).toBe("email_link_dead");
    expect(await owner`select 1 from users where email = ${email}`).toHaveLength(1);
  }
});

test("one link confirmed 10 times at once changes the address once", async () => {
  const ada = await newPerson();
  const email = fresh();
  await ada.api.account.changeEmail({ email });
  const token = await tokenTo(email);
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => ada.api.account.confirmEmail({ token })));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(
    await owner`
    select 1 from account_events where user_id = ${ada.person.id} and action = 'account.email_changed'`,
  ).toHaveLength(1);
});

test("an invitation to the old address is not this person's to accept any more", async () => {
  const { guest, token } = await offer();
  const email = fresh();
  await guest.api.account.changeEmail({ email });
  await guest.api.account.confirmEmail({ token: await tokenTo(email) });
  const now = as(guest, email);
  expect(await now.invitations.mine()).toEqual([]);
  expect(await reasonOf(now.invitations.accept({ token }))).toBe("wrong_account");
});

test("AU-05 what is no address is refused, sends no mail and leaves nothing", async () => {
  const ada = await newPerson();
  const before = (await owner`select count(*)::int as n from mail_outbox`)[0]?.n;
  const bad = [
    "a@e.com,b@v.com",
    '"x@e.com y"@v.com',
    "x＠e.com@v.com",
    "a@v.com%0d%0aBcc:",
    "<a@v>",
    `${"x".repeat(65)}@v.com`,
    `a@${"x".repeat(60)}.${"y".repeat(60)}.${"z".repeat(60)}.${"w".repeat(80)}.com`,
    "a@xn--pple-43d.com@аpple.com",
    "mıke@v.com",
    "a@v.com\u0000",
    "",
  ];
  for (const email of bad)
    expect([email, await reasonOf(ada.api.account.changeEmail({ email }))]).toEqual([email, "invalid_input"]);
  expect(await reasonOf(ada.api.account.changeEmail({ email: ada.person.email }))).toBe("invalid_input");
  expect((await owner`select count(*)::int as n from mail_outbox`)[0]?.n).toBe(before);
  expect(await owner`select 1 from email_changes where user_id = ${ada.person.id}`).toHaveLength(0);
});

test("changing the address needs a sign-in of the last ten minutes, and has a limit", async () => {
  const ada = await newPerson();
  const stale = apiFor({ ...ada.person, signedInAt: new Date(Date.now() - 11 * 60_000) });
  expect(await reasonOf(stale.account.changeEmail({ email: fresh() }))).toBe("sign_in_again");
  for (let n = 0; n < 5; n++) await ada.api.account.changeEmail({ email: fresh() });
  expect(await reasonOf(ada.api.account.changeEmail({ email: fresh() }))).toBe("too_many");
});

test("AU-17 of a token only its hash is kept", async () => {
  const ada = await newPerson();
  const email = fresh();
  await ada.api.account.changeEmail({ email });
  const token = await tokenTo(email);
  const [row] = await owner`select t::text as text, token_hash from email_changes t where user_id = ${ada.person.id}`;
  expect(row?.text).not.toContain(token);
  expect(row?.token_hash).toEqual(hashToken(token));
});

test.each(["sign-in-client:203.0.113.7", "sign-in-domain:example.com", "sign-in-instance:all"])(
  "IS-09 asking for another address counts among all mails that prove addresses: %s",
  async (bucket) => {
    const ada = await newPerson();
    await ada.api.account.changeEmail({ email: fresh() });
    await owner`
      insert into rate_buckets (key, level, at) values (${bucket}, 1000, now() + interval '1 minute')
      on conflict (key) do update set level = excluded.level, at = excluded.at`;
    expect(await reasonOf(ada.api.account.changeEmail({ email: fresh() }))).toBe("too_many");
    await owner`delete from rate_buckets where key = ${bucket}`;
  },
);
