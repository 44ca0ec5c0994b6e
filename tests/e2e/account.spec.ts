import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { giveAuthenticator } from "../support/browser/authenticator";
import { expectNoViolations } from "../support/browser/axe";
import { signInByMail } from "../support/browser/sign-in";
import { expect, test } from "../support/browser/test";

const someAddress = () => `new-${randomBytes(4).toString("hex")}@example.com`;

async function addPasskey(page: Page, name: string) {
  await page.goto("/account");
  await page.getByLabel("Name of the passkey").fill(name);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page.getByRole("list", { name: "Passkeys" })).toContainText(name);
}

test("a passkey is added, signs in, confirms the person again, and is removed", async ({
  signIn,
  database,
  mailedLink,
}) => {
  test.info().annotations.push({ type: "expects-console-error" });
  const { person, page } = await signIn();
  const scripts: string[] = [];
  page.on("request", (request) => {
    if (request.resourceType() === "script") scripts.push(request.url());
  });
  await giveAuthenticator(page);
  await page.goto("/account");
  await page.waitForLoadState("networkidle");
  const loaded = scripts.length;
  await addPasskey(page, "Work laptop");
  expect(scripts.length, "what talks to the authenticator is loaded when it is used").toBeGreaterThan(loaded);
  expect(await mailedLink(person.email, "/account")).toContain("/account");

  await page.context().clearCookies({ name: "atelier.session" });
  await page.goto("/sign-in?callbackUrl=%2Faccount");
  await page.getByRole("button", { name: "Continue with a passkey" }).click();
  await expect(page.getByText(`You are signed in as ${person.email}.`)).toBeVisible();
  const events = await database`
    select detail from account_events where user_id = ${person.id} and action = 'account.signed_in'`;
  expect(events).toMatchObject([{ detail: { provider: "passkey" } }]);

  // A session of an hour ago may not change the address; after the passkey it may, and has another token.
  const cookie = async () => (await page.context().cookies()).find(({ name }) => name === "atelier.session")?.value;
  await database`update sessions set created_at = now() - interval '1 hour' where user_id = ${person.id}`;
  await page.goto("/account");
  await page.getByLabel("New e-mail address").fill(someAddress());
  await page.getByRole("button", { name: "Change e-mail address" }).click();
  await expect(page.getByText("For this you must have signed in within the last 10 minutes.")).toBeVisible();
  const before = await cookie();
  await page.goto("/sign-in?notice=again&callbackUrl=%2Faccount");
  await page.getByRole("button", { name: "Continue with a passkey" }).click();
  await expect(page.getByRole("heading", { name: "Account settings" })).toBeVisible();
  expect(await cookie()).not.toBe(before);
  const email = someAddress();
  await page.getByLabel("New e-mail address").fill(email);
  await page.getByRole("button", { name: "Change e-mail address" }).click();
  await expect(page.getByText(`A link was sent to ${email}`)).toBeVisible();

  await page
    .getByRole("button", { name: "Rename Work laptop" })
    .or(page.getByRole("link", { name: "Rename Work laptop" }))
    .click();
  await page.getByRole("dialog").getByLabel("Name").fill("Old laptop");
  await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
  await expect(page.getByRole("list", { name: "Passkeys" })).toContainText("Old laptop");
  await page
    .getByRole("button", { name: "Remove Old laptop" })
    .or(page.getByRole("link", { name: "Remove Old laptop" }))
    .click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove passkey" }).click();
  await expect(page.getByRole("list", { name: "Passkeys" })).toHaveCount(0);

  await page.context().clearCookies({ name: "atelier.session" });
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Continue with a passkey" }).click();
  await expect(page.getByText("The passkey was not accepted.")).toBeVisible();
});

test("an answer to a passkey's challenge works once, and an invented one never", async ({
  signIn,
  database,
  request,
  baseURL,
}) => {
  const { person, page } = await signIn();
  await giveAuthenticator(page);
  await addPasskey(page, "Laptop");
  await page.context().clearCookies({ name: "atelier.session" });
  await page.goto("/sign-in");
  const sent = page.waitForRequest((each) => each.url().endsWith("/api/auth/passkey"));
  await page.getByRole("button", { name: "Continue with a passkey" }).click();
  const answer = String((await sent).postData());
  await expect(page.getByRole("heading", { name: "Welcome to Atelier" })).toBeVisible();
  const replay = (data: string, origin = String(baseURL)) =>
    request.post("/api/auth/passkey", { headers: { origin, "content-type": "application/json" }, data });
  const sessions = async () => (await database`select 1 from sessions where user_id = ${person.id}`).length;
  const before = await sessions();
  for (const data of [answer, "{}", "null", "x"]) {
    const response = await replay(data);
    expect(response.status()).toBe(403);
    expect(response.headers()["set-cookie"] ?? "").not.toContain("atelier.session");
  }
  expect((await replay(answer, "https://evil.example")).status()).toBe(403);
  expect(await sessions()).toBe(before);
});

test("a new address is requested and confirmed by the mailed link's button, and other browsers are signed out", async ({
  signIn,
  pageOf,
  database,
  mailedLink,
}) => {
  const { person, page } = await signIn();
  const elsewhere = await pageOf(person);
  const email = someAddress();
  await page.goto("/account");
  await page.getByLabel("New e-mail address").fill(email);
  await page.getByRole("button", { name: "Change e-mail address" }).click();
  const link = await mailedLink(email, "/account/email");
  for (let n = 0; n < 3; n++) await page.goto(link);
  expect((await database`select email from users where id = ${person.id}`)[0]?.email).toBe(person.email);
  const before = (await page.context().cookies()).find(({ name }) => name === "atelier.session")?.value;
  await page.getByRole("button", { name: "Change my address" }).click();
  await expect(page.getByText(`You are signed in as ${email}.`)).toBeVisible();
  const after = (await page.context().cookies()).find(({ name }) => name === "atelier.session")?.value;
  expect(after).not.toBe(before);
  await page.reload();
  await expect(page.getByText(`You are signed in as ${email}.`)).toBeVisible();
  await elsewhere.goto("/account");
  await expect(elsewhere.getByRole("heading", { name: "Sign in to Atelier" })).toBeVisible();
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "This link no longer works" })).toBeVisible();
});

test("without JavaScript: a new address, mails and the person's data", async ({
  signIn,
  pageOf,
  mailedLink,
  database,
}) => {
  const { person } = await signIn();
  const page = await pageOf(person, { javaScriptEnabled: false });
  const email = someAddress();
  await page.goto("/account");
  await expect(page.getByRole("button", { name: "Add a passkey" })).toBeHidden();
  await page.getByLabel("New e-mail address").fill(email);
  await page.getByRole("button", { name: "Change e-mail address" }).click();
  await page.goto(await mailedLink(email, "/account/email"));
  await page.getByRole("button", { name: "Change my address" }).click();
  await expect(page.getByText(`You are signed in as ${email}.`)).toBeVisible();

  await page.getByLabel("A key of yours expires").uncheck();
  await page.getByRole("button", { name: "Save e-mails" }).click();
  await expect(page.getByLabel("A key of yours expires")).not.toBeChecked();
  const rows = await database`select topic from mail_opt_outs where user_id = ${person.id}`;
  expect(rows).toMatchObject([{ topic: "key-expiring" }]);

  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download my data" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^atelier-account-\d{4}-\d\d-\d\d\.json$/);
  const data = JSON.parse(await readFile(String(await download.path()), "utf8"));
  expect(data).toMatchObject({
    format: "atelier-account/1",
    person: [{ id: person.id, email }],
    mailOptOuts: [{ topic: "key-expiring" }],
    workspaces: [],
  });
});

test("the person's data: of a workspace too, not while signed out, and not from a foreign page", async ({
  signIn,
  workspace,
  cookieOf,
  request,
}) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  const cookie = await cookieOf(person);
  const answer = await request.get("/account/export", { headers: { cookie } });
  expect(answer.headers()["cache-control"]).toContain("no-store");
  expect(await answer.json()).toMatchObject({ workspaces: [{ id: acme.id, membership: [{ role: "admin" }] }] });
  const cross = await request.get("/account/export", { headers: { cookie, "sec-fetch-site": "cross-site" } });
  expect(cross.status()).toBe(403);
  const signedOut = await request.get("/account/export", { maxRedirects: 0 });
  expect(signedOut.status()).toBe(307);
  expect(signedOut.headers().location).toContain("/sign-in");
});

test("a mail reports a second browser that signs in, but not the first one", async ({
  browser,
  baseURL,
  page,
  request,
  mailedLink,
}) => {
  const email = someAddress();
  const told = async () => {
    await mailedLink(email, "/");
    const list = await (await request.get("/dev/mailbox")).text();
    const rows = [...list.matchAll(/href="\/dev\/mailbox\/[\w-]+"[^>]*>(.*?)<\/a>/gs)].map(([, row]) => String(row));
    return rows.filter((row) => row.includes(email) && row.includes("A new browser signed in")).length;
  };
  const signInWith = async (each: Page) => {
    await each.goto("/sign-in");
    await signInByMail(each, email, mailedLink);
    await expect(each.getByRole("heading", { name: "Welcome to Atelier" })).toBeVisible();
  };
  await signInWith(page);
  await page.context().clearCookies({ name: "atelier.session" });
  await signInWith(page);
  expect(await told()).toBe(0);
  const another = await browser.newContext({ ...(baseURL ? { baseURL } : {}) });
  const second = await another.newPage();
  await signInWith(second);
  await expect.poll(told).toBe(1);
  await another.close();
});

test("the account page at 390 px: nothing wider than the screen, nothing that axe finds", async ({
  signIn,
  pageOf,
}) => {
  const { person } = await signIn();
  const page = await pageOf(person, { viewport: { width: 390, height: 844 } });
  await giveAuthenticator(page);
  await addPasskey(page, "A passkey with a name that is as long as a name is at most..");
  for (const path of ["/account", "/account/email?token=x", "/sign-in?notice=again"]) {
    await page.goto(path);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, path).toBeLessThanOrEqual(0);
    await expectNoViolations(page, path);
  }
});
