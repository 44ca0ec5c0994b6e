import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { queuedMails } from "@/tests/support/mails";
import { callerOf, inputFor } from "@/tests/support/procedures/inputs";
import { call, procedures } from "@/tests/support/procedures/list";
import { readyFor } from "@/tests/support/procedures/prepared";
import { publicProcedures } from "@/tests/support/procedures/public";

const changes = procedures().filter(({ type, path }) => type === "mutation" && !publicProcedures.includes(path));

/** Returns each person's ways to sign in, by their address. */
async function waysIn(): Promise<Map<string, { email: string | null; ways: string }>> {
  const rows = await owner<{ id: string; email: string | null; ways: string }[]>`
    select u.id, u.email, json_build_array(
      u.email, u.email_verified_at is not null,
      (select json_agg(json_build_array(provider, provider_account_id) order by 1, 2) from accounts where user_id = u.id),
      (select json_agg(credential_id order by credential_id) from passkeys where user_id = u.id))::text as ways
    from users u`;
  return new Map(rows.map(({ id, ...row }) => [id, row]));
}

const noticed = async () => (await queuedMails("account-notice")).map(({ to }) => to);

/** The procedures that change a person's ways to sign in. */
const expected = [
  "account.confirmEmail",
  "account.endOtherSessions",
  "account.remove",
  "account.unlink",
  "instance.removePasskeys",
  "instance.removeSignInProvider",
  "passkeys.add",
  "passkeys.remove",
];

test("IS-03 each change of what a person signs in with is mailed to the address that they had before", {
  timeout: 300_000,
}, async () => {
  const changing: string[] = [];
  for (const { path } of changes) {
    const here = await readyFor(path);
    const signed = callerOf(path, here);
    // A provider of the environment, and the one that operators have added.
    for (const provider of ["oidc", here.signInProviderId])
      await owner`
        insert into accounts (user_id, type, provider, provider_account_id, began_account)
        values (${signed.person.id}, 'oauth', ${provider}, ${randomUUID()}, false)`;
    const [before, mailsBefore] = [await waysIn(), await noticed()];
    await call(signed.api, path, inputFor(path, here));
    const after = await waysIn();
    const changed = [...before].filter(([id, { ways }]) => after.get(id)?.ways !== ways);
    if (changed.length > 0) changing.push(path);
    const told = (await noticed()).slice(mailsBefore.length);
    for (const [, { email }] of changed) expect([path, told.includes(email ?? "")]).toEqual([path, true]);
  }
  expect(changing.sort()).toEqual(expected);
});
