import { randomBytes } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/browser/test";

const tag = () => randomBytes(4).toString("hex");

/** Signs in at the issuer as the person of this name, and agrees. */
async function atIssuer(page: Page, login: string) {
  await page.getByPlaceholder("Enter any login").fill(login);
  await page.getByPlaceholder("and password").fill("anything");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}

test.describe.configure({ mode: "parallel" });

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("a new person comes in by an OIDC issuer that vouches for their address", async ({ page, database }) => {
      const email = `grace-${tag()}@example.com`;
      await page.goto("/sign-in?callbackUrl=/welcome/create");
      await page.getByRole("button", { name: "Continue with Acme ID" }).click();
      await atIssuer(page, email);
      await expect(page).toHaveURL("/welcome/create");
      const [row] =
        await database`select name, email_verified_at is not null as verified from users where email = ${email}`;
      expect(row).toEqual({ name: "Grace Hopper", verified: true });
    });
  });
}

test("an address that the issuer does not vouch for opens no account", async ({ page, database }) => {
  const email = `mallory-${tag()}@example.com`;
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Continue with Acme ID" }).click();
  await atIssuer(page, `unverified-${email}`);
  await expect(page.getByText("Acme ID has not verified your e-mail address.")).toBeVisible();
  expect(await database`select 1 from users where email = ${email}`).toHaveLength(0);
});

test("an issuer's account with the address of an existing account is not linked until its owner links it, signed in", async ({
  page,
  signIn,
  database,
}) => {
  const { person, page: own } = await signIn({ email: `ada-${tag()}@example.com` });
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Continue with Acme ID" }).click();
  await atIssuer(page, person.email);
  await expect(page.getByText("An account with this address already exists.")).toBeVisible();
  expect(await database`select 1 from accounts where user_id = ${person.id}`).toHaveLength(0);

  await own.goto("/account");
  await own.getByRole("button", { name: "Link Acme ID" }).click();
  await atIssuer(own, person.email);
  await expect(own).toHaveURL("/account");
  await expect(own.getByRole("list", { name: "Sign-in providers" })).toContainText("Linked");

  await page.goto("/sign-in?callbackUrl=/account");
  await page.getByRole("button", { name: "Continue with Acme ID" }).click();
  await expect(page.getByText(`You are signed in as ${person.email}`)).toBeVisible();

  await own.getByRole("button", { name: "Unlink Acme ID" }).click();
  await expect(own.getByRole("button", { name: "Link Acme ID", exact: true })).toBeVisible();
  expect(await database`select 1 from accounts where user_id = ${person.id}`).toHaveLength(0);
});

test("IS-03 a session that is older than ten minutes links nothing", async ({ signIn, database }) => {
  const { person, page } = await signIn({ email: `ada-${tag()}@example.com` });
  await database`update sessions set created_at = now() - interval '11 minutes' where user_id = ${person.id}`;
  await page.goto("/account");
  await page.getByRole("button", { name: "Link Acme ID" }).click();
  // Refused before the redirect to the provider; `server/auth/providers` checks again when the provider answers.
  await expect(page.getByText("To link Acme ID you must have signed in within the last 10 minutes.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Sign in again" })).toBeVisible();
  expect(await database`select 1 from accounts where user_id = ${person.id}`).toHaveLength(0);
});

test("IS-03 a session that grows older than ten minutes at the provider links nothing", async ({
  signIn,
  database,
}) => {
  const { person, page } = await signIn({ email: `ada-${tag()}@example.com` });
  await page.goto("/account");
  await page.getByRole("button", { name: "Link Acme ID" }).click();
  await database`update sessions set created_at = now() - interval '11 minutes' where user_id = ${person.id}`;
  await atIssuer(page, `other-${tag()}@example.com`);
  await expect(page.getByText("To link Acme ID you must have signed in within the last 10 minutes.")).toBeVisible();
  expect(await database`select 1 from accounts where user_id = ${person.id}`).toHaveLength(0);
});

test("an issuer's account that another person has linked cannot be linked again", async ({ signIn, database }) => {
  const [first, second] = [await signIn(), await signIn({ name: "Grace Hopper" })];
  const login = `shared-${tag()}@example.com`;
  for (const { page } of [first, second]) {
    await page.goto("/account");
    await page.getByRole("button", { name: "Link Acme ID" }).click();
    await atIssuer(page, login);
    await page.waitForURL(/\/account/);
  }
  await expect(second.page.getByText("Acme ID could not be linked: its account is already linked")).toBeVisible();
  expect(await database`select 1 from accounts where user_id = ${second.person.id}`).toHaveLength(0);
});

test("a session that has ended links nothing", async ({ signIn, database, page }) => {
  const { person, page: own } = await signIn();
  await own.goto("/account");
  const login = `late-${tag()}@example.com`;
  await own.getByRole("button", { name: "Link Acme ID" }).click();
  await database`update sessions set expires_at = now() where user_id = ${person.id}`;
  await atIssuer(own, login);
  await own.waitForURL(/\/(account|sign-in)/);
  const linked = await database`select user_id from accounts where provider_account_id = ${login}`;
  expect(linked.some(({ user_id }) => user_id === person.id)).toBe(false);
  expect(page.url()).toBe("about:blank");
});

test("no other route of Auth.js answers", async ({ request }) => {
  const paths = [
    "session",
    "csrf",
    "providers",
    "signin",
    "signin/email",
    "signout",
    "callback/email?token=x&email=a%40b.com",
    "callback/github",
    "error",
    "verify-request",
  ];
  for (const path of paths) {
    const answer = await request.get(`/api/auth/${path}`, { maxRedirects: 0 });
    expect(answer.status(), path).toBe(404);
  }
});
