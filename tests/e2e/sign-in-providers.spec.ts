import { randomBytes } from "node:crypto";
import type { Page } from "@playwright/test";
import { expectNoViolations } from "../support/browser/axe";
import { addSignInProvider, atIssuer, describeProvider } from "../support/browser/sign-in-provider";
import { expect, test } from "../support/browser/test";
import { startOddIssuers } from "../support/fakes/odd-issuer";

let issuers: Awaited<ReturnType<typeof startOddIssuers>>;
test.beforeAll(async () => {
  issuers = await startOddIssuers();
});
test.afterAll(() => issuers.stop());

const tag = () => randomBytes(4).toString("hex");

const width = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth);

test("SI-01 an operator adds a provider, tests it, enables and deletes it; with and without JavaScript", async ({
  signIn,
  database,
  pageOf,
  browser,
}) => {
  test.setTimeout(120_000);
  const { person: ada, page } = await signIn();
  await database`insert into operators (user_id, source) values (${ada.id}, 'environment')`;
  const name = `Odd ${tag()}`;
  await page.goto("/instance");
  await page.getByRole("link", { name: "Sign-in", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Sign-in", level: 1 })).toBeVisible();
  await expect(page.getByText("set by AUTH_OIDC_ISSUER")).toBeVisible();
  await expectNoViolations(page);
  await page.getByRole("link", { name: "Add provider" }).click();
  await expect(page.getByLabel("Redirect URI")).toHaveValue(/\/api\/auth\/callback\/[0-9a-f-]{36}$/);
  await describeProvider(page, name, `${issuers.origin}/nothing-here/jwks`);
  await page.getByRole("button", { name: "Add provider" }).click();
  await expect(page.getByText("No discovery document of an OpenID Connect provider")).toBeVisible();
  await describeProvider(page, name, `${issuers.origin}/silent`);
  await page.getByRole("button", { name: "Add provider" }).click();
  await expect(page.getByText("Provider added. Test it, then enable it.")).toBeVisible();
  const at = new URL(page.url()).pathname;
  const id = at.split("/").at(-1) ?? "";

  // The test shows every claim and the reason of a refusal, and creates no session, account or link.
  const email = `grace-${tag()}@example.com`;
  await page.getByRole("button", { name: "Test sign-in" }).click();
  await atIssuer(page, email);
  await expect(page).toHaveURL(at);
  await expect(page.getByText("the provider does not say that the address is verified")).toBeVisible();
  await expect(
    page.getByRole("region", { name: "Claims in the ID token" }).getByText(email, { exact: true }),
  ).toBeVisible();
  await expectNoViolations(page);
  expect(await database`select 1 from users where email = ${email}`).toHaveLength(0);
  expect(await database`select 1 from accounts where provider = ${id}`).toHaveLength(0);
  expect(await database`select 1 from sessions where user_id = ${ada.id}`).toHaveLength(1);

  // On a phone, without JavaScript: its addresses are trusted, it is tested again and enabled.
  const plain = await pageOf(ada, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
  await plain.goto(at);
  expect(await width(plain)).toBeLessThanOrEqual(360);
  await plain.getByLabel("Trust every address").check();
  await plain.getByRole("button", { name: "Save connection" }).click();
  await expect(plain.getByText("Saved. It applies from now on.")).toBeVisible();
  await plain.getByRole("button", { name: "Test sign-in" }).click();
  await atIssuer(plain, email);
  await expect(plain.getByText("It would create a new account with this address.")).toBeVisible();
  expect(await width(plain)).toBeLessThanOrEqual(360);
  await plain.getByLabel("Enabled").check();
  await plain.getByRole("button", { name: "Save state" }).click();
  await expect(plain.getByText("Saved. It applies from now on.")).toBeVisible();

  const grace = await (await browser.newContext()).newPage();
  await grace.goto("/sign-in?callbackUrl=/welcome/create");
  await grace.getByRole("button", { name: `Continue with ${name}` }).click();
  await atIssuer(grace, email);
  await expect(grace).toHaveURL("/welcome/create");
  await plain.goto(`${at}?dialog=delete`);
  await expect(
    plain.getByText("1 person has linked it; without it, 1 could sign in only by mailed link.").last(),
  ).toBeVisible();
  await plain.getByRole("button", { name: "Delete provider" }).last().click();
  await expect(plain.getByText("It is unlinked from every account.")).toBeVisible();
  expect(await database`select 1 from accounts where provider = ${id}`).toHaveLength(0);
});

test("SI-01 a disabled provider signs in no person, not even one who has already started", async ({
  page,
  signIn,
  database,
}) => {
  const { person: ada, page: operators } = await signIn();
  await database`insert into operators (user_id, source) values (${ada.id}, 'environment')`;
  const name = `Odd ${tag()}`;
  const id = await addSignInProvider(operators, database, { name, issuer: `${issuers.origin}/text`, isEnabled: true });
  const email = `grace-${tag()}@example.com`;
  await page.goto("/sign-in");
  await page.getByRole("button", { name: `Continue with ${name}` }).click();
  await expect(page.getByLabel("Login")).toBeVisible();
  await database`update sign_in_providers set is_enabled = false where id = ${id}`;
  await atIssuer(page, email);
  await expect(page.getByText("is no longer a sign-in provider here")).toBeVisible();
  expect(await database`select 1 from users where email = ${email}`).toHaveLength(0);
  await page.goto("/sign-in");
  await expect(page.getByRole("button", { name: `Continue with ${name}` })).toBeHidden();
  for (const purpose of ["sign-in", "link"]) {
    const response = await page.request.post("/api/auth/start", {
      form: { provider: id, purpose },
      headers: { origin: new URL(page.url()).origin },
    });
    expect(response.status(), purpose).toBe(404);
  }
});

test("SI-01 while a provider is down, people who are signed in continue, and others find the remaining ways to sign in", async ({
  page,
  browser,
  signIn,
  database,
}) => {
  const failing = await startOddIssuers();
  const { person: ada, page: operators } = await signIn();
  await database`insert into operators (user_id, source) values (${ada.id}, 'environment')`;
  const name = `Odd ${tag()}`;
  const id = await addSignInProvider(operators, database, { name, issuer: `${failing.origin}/text`, isEnabled: true });
  await page.goto("/sign-in?callbackUrl=/welcome/create");
  await page.getByRole("button", { name: `Continue with ${name}` }).click();
  await atIssuer(page, `grace-${tag()}@example.com`);
  await expect(page).toHaveURL("/welcome/create");
  await failing.stop();
  await page.getByLabel("Workspace name").fill(`Acme ${tag()}`);
  await page.getByRole("button", { name: "Create workspace" }).click();
  await expect(page).toHaveURL(/\/w\//);
  await page.goto("/account");
  await expect(page.getByText(name).first()).toBeVisible();
  const other = await (await browser.newContext()).newPage();
  await other.goto("/sign-in");
  await expect(other.getByRole("button", { name: "Continue with email" })).toBeVisible();
  // As after a restart: the provider's discovery document is no longer cached.
  await database`update sign_in_providers set scope = 'openid email' where id = ${id}`;
  await other.getByRole("button", { name: `Continue with ${name}` }).click();
  await expect(other.getByText(`${name} is not responding.`)).toBeVisible();
});

test("SI-03 only operators test, only in the session that started the test, and only while they are operators", async ({
  signIn,
  database,
}) => {
  // A former operator does not find the page.
  test.info().annotations.push({ type: "expects-console-error" });
  const { person: ada, page } = await signIn();
  const asOperator = () => database`insert into operators (user_id, source) values (${ada.id}, 'environment')`;
  const noOperator = () => database`delete from operators where user_id = ${ada.id}`;
  await asOperator();
  const issuer = `${issuers.origin}/text`;
  const id = await addSignInProvider(page, database, { name: `Odd ${tag()}`, issuer, isEnabled: false });
  await noOperator();
  const headers = { origin: new URL(page.url()).origin };
  const start = () => page.request.post("/api/auth/start", { form: { provider: id, purpose: "test" }, headers });
  expect((await start()).status()).toBe(404);
  await asOperator();
  const begin = async () => {
    await page.goto(`/instance/sign-in/${id}`);
    await page.getByRole("button", { name: "Test sign-in" }).click();
    await expect(page.getByLabel("Login")).toBeVisible();
  };
  await begin();
  await database`update users set deactivated_at = now() where id = ${ada.id}`;
  await atIssuer(page, `mallory-${tag()}@example.com`);
  await expect(page).not.toHaveURL(/\/callback\//);
  expect(await database`select 1 from sign_in_tests where user_id = ${ada.id}`).toHaveLength(0);
  await database`update users set deactivated_at = null where id = ${ada.id}`;
  await begin();
  await noOperator();
  await atIssuer(page, `mallory-${tag()}@example.com`);
  await expect(page).not.toHaveURL(/\/callback\//);
  expect(await database`select 1 from sign_in_tests where user_id = ${ada.id}`).toHaveLength(0);
  expect(await database`select 1 from accounts where provider = ${id}`).toHaveLength(0);
  expect(await database`select 1 from users where email like 'mallory-%' and id = ${ada.id}`).toHaveLength(0);
});
