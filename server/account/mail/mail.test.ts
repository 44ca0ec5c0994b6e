import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { transaction } from "@/db/client";
import { noteBrowser } from "@/server/auth/known-browser";
import { owner } from "@/tests/support/database";
import { queuedMails } from "@/tests/support/mails";
import { memberOf, newPerson, reasonOf, workspace } from "@/tests/support/people";

const mailedTo = async (template: string, email: string) =>
  (await queuedMails(template)).filter(({ to }) => to === email).length;

test("people get every mail until they turn it off, and the choice is kept", async () => {
  const { api, person } = await newPerson();
  const every = [
    ...["invitation-reminder", "invitation-accepted", "role-changed", "member-joined"],
    ...["member-by-group", "join-request", "role-request", "access-review", "domain-lapsed", "key-expiring"],
    ...["model-retiring", "limit-request", "provider-out", "spend-alert"],
  ];
  expect(await api.account.mails()).toEqual(every);
  await api.account.chooseMails({ topics: ["", "key-expiring"] });
  expect(await api.account.mails()).toEqual(["key-expiring"]);
  await api.account.chooseMails({ topics: "" });
  expect(await api.account.mails()).toEqual([]);
  await api.account.chooseMails({ topics: every });
  expect(await api.account.mails()).toEqual(every);
  expect(await reasonOf(api.account.chooseMails({ topics: ["sign-in"] }))).toBe("invalid_input");
  expect(
    await owner`select 1 from account_events where user_id = ${person.id} and action = 'account.mails_chosen'`,
  ).toHaveLength(3);
});

test("an Admin who does not want requests mailed gets none, the others do", async () => {
  const acme = await workspace();
  const second = await memberOf(acme, "admin");
  await acme.admin.api.joining.setPage({ workspace: acme.slug, isOpen: true });
  await second.api.account.chooseMails({ topics: [] });
  const grace = await newPerson();
  await grace.api.joining.askAtPage({ slug: acme.slug });
  expect(await mailedTo("join-request", acme.admin.person.email)).toBe(1);
  expect(await mailedTo("join-request", second.person.email)).toBe(0);
});

test("what one cannot do without is sent all the same: the answer to one's own request", async () => {
  const acme = await workspace();
  await acme.admin.api.joining.setPage({ workspace: acme.slug, isOpen: true });
  const grace = await newPerson();
  await grace.api.account.chooseMails({ topics: [] });
  await grace.api.joining.askAtPage({ slug: acme.slug });
  const requestId = (await acme.admin.api.joinRequests.list({ workspace: acme.slug })).rows[0]?.id ?? "";
  await acme.admin.api.joinRequests.decline({ workspace: acme.slug, requestId });
  expect(await mailedTo("request-answered", grace.person.email)).toBe(1);
});

test("a sign-in with a browser never seen is mailed once, and not at the very first sign-in", async () => {
  const { person } = await newPerson();
  const origin = { requestId: "", ip: "203.0.113.7", userAgent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" };
  const signIn = (mark: Buffer) =>
    transaction("write", {}, async (db) => {
      await noteBrowser(db, person.id, mark, origin);
      await db.execute(`insert into account_events (user_id, action) values ('${person.id}', 'account.signed_in')`);
    });
  const [own, another] = [randomBytes(32), randomBytes(32)];
  await signIn(own);
  await signIn(own);
  expect(await mailedTo("new-device", person.email)).toBe(0);
  await signIn(another);
  await signIn(another);
  expect((await queuedMails("new-device")).filter(({ to }) => to === person.email)).toMatchObject([
    { props: { browser: "Firefox on Linux", address: "203.0.113.7" } },
  ]);
});
