import { randomBytes, randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { queuedMails } from "@/tests/support/mails";
import { apiFor, newPerson, reasonOf, type Signed } from "@/tests/support/people";

const linked = ({ person }: Signed, provider: string, beganAccount = false) => owner`
  insert into accounts (user_id, type, provider, provider_account_id, began_account)
  values (${person.id}, 'oauth', ${provider}, ${randomUUID()}, ${beganAccount})`;

async function passkeyOf({ person }: Signed): Promise<string> {
  const [row] = await owner`
    insert into passkeys (user_id, credential_id, public_key, counter, name, is_synced)
    values (${person.id}, ${randomUUID()}, ${Buffer.from("k")}, 0, 'Laptop', false) returning id`;
  return row?.id;
}

const providersOf = async ({ person }: Signed) =>
  (await owner`select provider from accounts where user_id = ${person.id}`).map(({ provider }) => provider);

const toldOf = async ({ person }: Signed) =>
  (await queuedMails("account-notice"))
    .filter(({ to }) => to === person.email)
    .map(({ props: { about, detail } }) => [about, detail]);

/** Returns the same person in a session that is eleven minutes old. */
const stale = ({ person }: Signed) => apiFor({ ...person, signedInAt: new Date(Date.now() - 11 * 60_000) });

test("IS-03 a session older than 10 minutes unlinks no provider and removes no passkey", async () => {
  const ada = await newPerson();
  await linked(ada, "github");
  const passkeyId = await passkeyOf(ada);
  expect(await reasonOf(stale(ada).account.unlink({ provider: "github" }))).toBe("sign_in_again");
  expect(await reasonOf(stale(ada).passkeys.remove({ passkeyId }))).toBe("sign_in_again");
  expect(await providersOf(ada)).toEqual(["github"]);
  expect(await owner`select 1 from passkeys where id = ${passkeyId}`).toHaveLength(1);
  expect(await toldOf(ada)).toEqual([]);
});

test("IS-03 each way in that is removed is mailed to the person", async () => {
  const ada = await newPerson();
  await linked(ada, "github");
  const passkeyId = await passkeyOf(ada);
  await ada.api.account.unlink({ provider: "github" });
  await ada.api.account.unlink({ provider: "github" });
  await ada.api.passkeys.remove({ passkeyId });
  expect(await toldOf(ada)).toEqual([
    ["provider-unlinked", "github"],
    ["passkey-removed", "Laptop"],
  ]);
});

test("IS-03 signing out everywhere else ends what a provider that was linked later could do, and says so", async () => {
  const [ada, grace] = [await newPerson(), await newPerson()];
  await linked(ada, "google", true);
  await linked(ada, "github");
  await linked(grace, "github");
  expect(await ada.api.account.endOtherSessions()).toEqual({ ended: 0, unlinked: 1 });
  expect(await providersOf(ada)).toEqual(["google"]);
  expect(await providersOf(grace)).toEqual(["github"]);
  expect(await toldOf(ada)).toEqual([["provider-unlinked", "github"]]);
  const events = await owner`select action, detail from account_events where user_id = ${ada.person.id}`;
  expect(events).toMatchObject([
    { action: "account.signed_out_elsewhere", detail: { ended: 0, unlinked: ["github"] } },
  ]);
});

test("IS-16 signing out everywhere else cancels an address that was asked for, and says so at the present one", async () => {
  const ada = await newPerson();
  const tokenHash = randomBytes(32);
  await owner`
    insert into email_changes (user_id, email, token_hash, expires_at)
    values (${ada.person.id}, 'intruder@example.com', ${tokenHash}, now() + interval '10 minutes')`;
  expect(await ada.api.account.pendingEmail()).not.toBeNull();
  await ada.api.account.endOtherSessions();
  expect(await owner`select from email_changes where user_id = ${ada.person.id}`).toHaveLength(0);
  const mails = (await queuedMails("account-notice")).filter(({ to }) => to === ada.person.email);
  expect(mails.map(({ props }) => [props.about, String(props.detail).includes("intruder@")])).toEqual([
    ["address-change-cancelled", false],
  ]);
  await ada.api.account.endOtherSessions();
  expect((await queuedMails("account-notice")).filter(({ to }) => to === ada.person.email)).toHaveLength(1);
});
