import { createHash, randomBytes } from "node:crypto";
import { askForLink, signInByMail } from "../support/browser/sign-in";
import { expect, test } from "../support/browser/test";

const someAddress = () => `grace-${randomBytes(4).toString("hex")}@example.com`;
const hashOf = (cookie: string) =>
  createHash("sha256").update(cookie.replace("atelier.session=", "")).digest("base64url");

test("AU-13 a mail scanner that opens the link gets no session, and the person still signs in", async ({
  page,
  mailedLink,
}) => {
  const email = someAddress();
  await page.goto("/sign-in");
  await askForLink(page, email);
  const link = await mailedLink(email, "/sign-in/confirm");
  for (const method of ["GET", "GET", "GET", "HEAD"]) {
    const answer = await fetch(link, { method, redirect: "manual" });
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie().join()).not.toContain("atelier.session");
  }
  await page.goto(link);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { name: "Welcome to Atelier" })).toBeVisible();
});

test("AU-07 of 20 simultaneous confirmations of one link exactly one signs in", async ({
  page,
  mailedLink,
  database,
  baseURL,
}) => {
  const email = someAddress();
  await page.goto("/sign-in");
  await askForLink(page, email);
  const token = new URL(await mailedLink(email, "/sign-in/confirm")).searchParams.get("token") ?? "";
  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      fetch(`${baseURL}/api/auth/confirm`, {
        method: "POST",
        headers: { origin: String(baseURL) },
        body: new URLSearchParams({ token }),
        redirect: "manual",
      }),
    ),
  );
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([303, ...Array.from({ length: 19 }, () => 410)]);
  const withSession = answers.filter(({ headers }) => headers.getSetCookie().join().includes("atelier.session="));
  expect(withSession.map(({ status }) => status)).toEqual([303]);
  const rows = await database`select 1 from sessions join users on users.id = user_id where email = ${email}`;
  expect(rows).toHaveLength(1);
});

test("the page of an expired or used link says so and offers a new one", async ({ page, mailedLink, database }) => {
  const email = someAddress();
  await page.goto("/sign-in?callbackUrl=%2Fhelp");
  await askForLink(page, email);
  const link = await mailedLink(email, "/sign-in/confirm");
  await database`update verification_tokens set expires_at = now() - interval '1 second' where identifier = ${email}`;
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "This link no longer works" })).toBeVisible();
  await page.getByRole("link", { name: "Get a new link" }).click();
  await expect(page).toHaveURL(/\/sign-in\?callbackUrl=%2Fhelp$/);

  await signInByMail(page, email, mailedLink);
  await expect(page).toHaveURL(/\/help$/);
  const used = await mailedLink(email, "/sign-in/confirm");
  await page.goto(used);
  await expect(page.getByRole("heading", { name: "This link no longer works" })).toBeVisible();
});

test("a link asked for in another browser says so, and works", async ({ page, browser, baseURL, mailedLink }) => {
  const email = someAddress();
  await page.goto("/sign-in");
  await askForLink(page, email);
  const link = await mailedLink(email, "/sign-in/confirm");
  await page.goto(link);
  await expect(page.getByRole("button", { name: "Continue" })).toBeVisible();
  await expect(page.getByText("This link was requested in another browser")).toBeHidden();

  const context = await browser.newContext({ baseURL });
  const other = await context.newPage();
  await other.goto(link);
  await expect(other.getByText("This link was requested in another browser")).toBeVisible();
  await other.getByRole("button", { name: "Continue" }).click();
  await expect(other.getByRole("heading", { name: "Welcome to Atelier" })).toBeVisible();
  await context.close();
});

test("a signed-in person is not asked to sign in again", async ({ signIn, page: anonymous }) => {
  const { page } = await signIn();
  await page.goto("/sign-in");
  await expect(page.getByRole("heading", { name: "Welcome to Atelier" })).toBeVisible();
  await page.goto("/sign-in?callbackUrl=%2Faccount");
  await expect(page.getByRole("heading", { name: "Account settings" })).toBeVisible();
  await anonymous.goto("/sign-in?callbackUrl=%2Faccount");
  await expect(anonymous.getByRole("heading", { name: "Sign in to Atelier" })).toBeVisible();
});

test("signing in as another person ends the session this browser had", async ({
  signIn,
  page: elsewhere,
  mailedLink,
  database,
  baseURL,
}) => {
  const { person: ada, page } = await signIn();
  const email = someAddress();
  await elsewhere.goto("/sign-in");
  await askForLink(elsewhere, email);
  const [old] = await page.context().cookies();
  await page.goto(await mailedLink(email, "/sign-in/confirm"));
  await expect(page.getByText(`This browser is signed in as ${ada.email}`)).toBeVisible();
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { name: "Welcome to Atelier" })).toBeVisible();
  await page.goto("/account");
  await expect(page.getByText(`You are signed in as ${email}.`)).toBeVisible();

  expect(await database`select 1 from sessions where token_hash = ${hashOf(old?.value ?? "")}`).toHaveLength(0);
  const answer = await fetch(`${baseURL}/account`, {
    headers: { cookie: `atelier.session=${old?.value}` },
    redirect: "manual",
  });
  expect(answer.status).toBe(307);
  expect(answer.headers.get("location")).toContain("/sign-in");
});
