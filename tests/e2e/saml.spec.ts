import { randomBytes } from "node:crypto";
import type { Page } from "@playwright/test";
import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";
import { isRequestSigned, startSamlIdp, writeAnswer } from "../support/fakes/saml-idp";

let idp: Awaited<ReturnType<typeof startSamlIdp>>;
test.beforeAll(async () => {
  idp = await startSamlIdp();
});
test.afterAll(() => idp.stop());

const width = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth);

// One after another, because they share the instance's SAML key, which one of them changes.
test.describe.configure({ mode: "default" });

/** Signs in at the provider, whose page has a button because it has no script. */
async function atIdp(page: Page, login: string): Promise<void> {
  await page.getByLabel("Login").fill(login);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Go back" }).click();
}

test("SI-14 an operator adds a SAML provider by its metadata, tests and enables it, and a new person signs in with it", async ({
  signIn,
  database,
  pageOf,
  browser,
}) => {
  test.setTimeout(120_000);
  const { person: ada, page } = await signIn();
  await database`insert into operators (user_id, source) values (${ada.id}, 'environment')`;
  const tag = randomBytes(4).toString("hex");
  const name = `Saml ${tag}`;
  const email = `grace-${tag}@example.com`;
  await page.goto("/instance/sign-in/new");
  await page.getByRole("link", { name: "SAML" }).click();
  await expect(page.getByLabel("Assertion consumer service")).toHaveValue(/\/api\/auth\/saml\/[0-9a-f-]{36}\/acs$/);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Add provider" }).click();
  await expect(page.getByText("Paste the provider's metadata, or enter its parts below.")).toBeVisible();
  await expectNoViolations(page);
  await page.getByLabel("Provider's metadata").fill(idp.metadata);
  await page.getByRole("button", { name: "Add provider" }).click();
  await expect(page.getByText("Provider added. Test it, then enable it.")).toBeVisible();
  const at = new URL(page.url()).pathname;
  const metadata = await page.request.get((await page.getByLabel("Metadata address").inputValue()) ?? "");
  const described = await metadata.text();
  expect(described).toContain("AssertionConsumerService");
  const body = /<ds:X509Certificate>([^<]+)</.exec(described)?.[1]?.trim();
  const ours = `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;

  // The test shows every attribute and the reason of a refusal, and creates no session, account or link. Without trust in its addresses a sign-in creates no account.
  await page.getByRole("button", { name: "Test sign-in" }).click();
  idp.script({ clockMs: 600_000 });
  await atIdp(page, email);
  await expect(page).toHaveURL(at);
  await expect(page.getByText("the provider's clock is 10 minutes ahead")).toBeVisible();
  await page.getByRole("button", { name: "Test sign-in" }).click();
  await atIdp(page, email);
  await expect(page.getByText("a SAML provider does not say whether an address is verified")).toBeVisible();
  const attributes = page.getByRole("region", { name: "Attributes in the assertion" });
  await expect(attributes.getByRole("columnheader", { name: "Attribute" })).toBeVisible();
  await expect(attributes.getByText("navy & reserve")).toBeVisible();
  await expectNoViolations(page);
  expect(await database`select 1 from users where email = ${email}`).toHaveLength(0);

  // On a phone, without JavaScript: its addresses are trusted, it is tested again and enabled.
  const plain = await pageOf(ada, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
  await plain.goto(at);
  expect(await width(plain)).toBeLessThanOrEqual(360);
  await plain.getByLabel("Trust every address").check();
  await plain.getByLabel("Signed", { exact: true }).check();
  await plain.getByRole("button", { name: "Save connection" }).click();
  await expect(plain.getByText("Saved. It applies from now on.")).toBeVisible();
  await plain.getByRole("button", { name: "Test sign-in" }).click();
  await atIdp(plain, email);
  await expect(plain.getByText("It would create a new account with this address.")).toBeVisible();
  await plain.getByLabel("Enabled").check();
  await plain.getByRole("button", { name: "Save state" }).click();
  await expect(plain.getByText("Saved. It applies from now on.")).toBeVisible();

  const grace = await (await browser.newContext()).newPage();
  await grace.goto("/sign-in?callbackUrl=/welcome/create");
  await grace.getByRole("button", { name: `Continue with ${name}` }).click();
  // A provider with common settings: it checks the request's signature and encrypts its assertions.
  expect(isRequestSigned(idp.asked(), ours)).toBe(true);
  idp.script({ encryptFor: ours });
  await atIdp(grace, email);
  await expect(grace).toHaveURL("/welcome/create");
  const [account] = await database`
    select a.provider_account_id, s.provider from accounts a join users u on u.id = a.user_id join sessions s on s.user_id = u.id
    where u.email = ${email}`;
  expect(account).toEqual({ provider_account_id: `id of ${email}`, provider: at.split("/").at(-1) });
});

test("SI-14 an answer signs in only the browser that requested it, and a sign-in that starts at the provider signs in none", async ({
  page,
  browser,
  signIn,
  database,
  baseURL,
}) => {
  const { person: ada, page: operators } = await signIn();
  await database`insert into operators (user_id, source) values (${ada.id}, 'environment')`;
  const name = `Saml ${randomBytes(4).toString("hex")}`;
  await operators.goto("/instance/sign-in/new?protocol=saml");
  await operators.getByLabel("Name", { exact: true }).fill(name);
  await operators.getByLabel("Provider's metadata").fill(idp.metadata);
  await operators.getByLabel("Trust every address").check();
  await operators.getByRole("button", { name: "Add provider" }).click();
  await expect(operators.getByText("Provider added. Test it, then enable it.")).toBeVisible();
  const id = new URL(operators.url()).pathname.split("/").at(-1) ?? "";
  await database`update sign_in_providers set is_enabled = true where id = ${id}`;

  // The answer to a request of another browser, posted by a page of the provider.
  await page.goto("/sign-in");
  await page.getByRole("button", { name: `Continue with ${name}` }).click();
  await page.getByLabel("Login").fill("mallory@example.com");
  await page.getByRole("button", { name: "Sign in" }).click();
  const form = await page.content();
  const victim = await (await browser.newContext()).newPage();
  await victim.goto(page.url());
  await victim.setContent(form);
  await victim.getByRole("button", { name: "Go back" }).click();
  await expect(victim.getByText("was started in another browser")).toBeVisible();
  expect(await database`select 1 from accounts where provider = ${id}`).toHaveLength(0);

  const acsUrl = `${baseURL}/api/auth/saml/${id}/acs`;
  const asker = { acsUrl, entityId: acsUrl.replace(/\/acs$/, ""), requestId: "" };
  const SAMLResponse = writeAnswer(idp.keys, idp.issuer, asker, { inResponseTo: null });
  await victim.goto("about:blank");
  await victim.setContent(
    `<form method="post" action="${acsUrl}"><input type="hidden" name="SAMLResponse" value="${SAMLResponse}"><button>Go back</button></form>`,
  );
  await victim.getByRole("button", { name: "Go back" }).click();
  await expect(victim.getByText("Start the sign-in here")).toBeVisible();

  // The endpoint itself: only its one address, and no more than the maximum size of a form.
  const origin = "https://login.example.com";
  const post = (address: string, body: BodyInit) => fetch(address, { method: "POST", headers: { origin }, body });
  expect((await post(acsUrl, new URLSearchParams({ SAMLResponse: "A".repeat(1_100_000) }))).status).toBe(413);
  expect((await post(acsUrl.replace(/\/acs$/, ""), new URLSearchParams())).status).toBe(403);
  expect((await post(acsUrl.replace(id, ada.id), new URLSearchParams())).status).toBe(404);
  const refused = await post(acsUrl, new URLSearchParams({ SAMLResponse }));
  expect([refused.status, refused.headers.getSetCookie()]).toEqual([200, []]);
});

test("SI-21 an operator replaces our SAML key in steps, without JavaScript and on a phone", async ({
  signIn,
  database,
  pageOf,
  request,
}) => {
  const { person: ada, page: drawn } = await signIn();
  await database`insert into operators (user_id, source) values (${ada.id}, 'environment')`;
  const published = async () => {
    const metadata = await (await request.get("/api/auth/saml/acme")).text();
    return [...metadata.matchAll(/use="(\w+)"/g)].map(([, use]) => use).sort();
  };
  expect(await published()).toEqual(["encryption", "signing"]);
  const page = await pageOf(ada, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
  await page.goto("/instance/sign-in");
  const keys = page.getByRole("list", { name: "Keys for SAML" });
  await expect(keys.getByRole("listitem")).toHaveCount(1);
  await page.getByRole("button", { name: "Make another key" }).click();
  await expect(page.getByText("Make each SAML provider read our metadata again")).toBeVisible();
  await expect(keys.getByRole("listitem")).toHaveCount(2);
  expect(await published()).toEqual(["encryption", "encryption", "signing", "signing"]);
  expect(await width(page)).toBeLessThanOrEqual(360);
  await drawn.goto("/instance/sign-in");
  await expectNoViolations(drawn);
  const second = await keys.getByRole("listitem").nth(1).locator("span.font-mono").innerText();
  await page.getByRole("button", { name: "Sign with" }).click();
  await expect(page.getByText("Requests are signed with it from now on.")).toBeVisible();
  await expect(keys.getByRole("listitem").first()).toContainText(second);
  await page.getByRole("button", { name: /^Remove [0-9A-F]{2}:/ }).click();
  await expect(page.getByText("Our metadata contains only the other one.")).toBeVisible();
  await expect(keys.getByRole("listitem")).toHaveCount(1);
  await expect(keys).toContainText(second);
  expect(await published()).toEqual(["encryption", "signing"]);
});
