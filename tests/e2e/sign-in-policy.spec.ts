import type { Page } from "@playwright/test";
import { giveAuthenticator } from "../support/browser/authenticator";
import { expectNoViolations } from "../support/browser/axe";
import { askForLink, signInByMail } from "../support/browser/sign-in";
import { expect, test } from "../support/browser/test";
import { type Installation, install } from "../support/installation";

let here: Installation;
test.beforeAll(async () => {
  here = await install();
});
test.afterAll(() => here?.close());

const ada = "ada@acme.example";
const grace = "grace@acme.example";
const fitsPhone = async (page: Page) => {
  const size = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  if (size) await page.setViewportSize(size);
};

test("SI-06 SI-07 SI-08 an operator requires passkeys, shortens sessions and turns mailed links off", async ({
  browser,
}) => {
  test.info().annotations.push({ type: "expects-console-error" });
  test.setTimeout(180_000);
  const newPage = async () => (await browser.newContext({ baseURL: here.origin })).newPage();
  const signIn = async (page: Page, email: string, to = "/account") => {
    await page.goto(`/sign-in?callbackUrl=${to}`);
    await signInByMail(page, email, here.mailedLink);
  };
  const page = await newPage();
  await giveAuthenticator(page);
  await signIn(page, ada);
  await page.getByLabel("Name of the passkey").fill("Key");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page.getByRole("list", { name: "Passkeys" })).toContainText("Key");
  const hers = await newPage();
  await signIn(hers, grace);
  await expect(hers.getByRole("heading", { name: "Account settings" })).toBeVisible();

  await page.goto("/instance/sign-in");
  await expect(page.getByText("Choose a break-glass operator first")).toBeVisible();
  await page.getByRole("button", { name: "Save break-glass operator" }).click();
  await expect(page.getByText("Saved. It applies from now on.")).toBeVisible();
  await page.getByLabel("All people").check();
  await page.getByRole("button", { name: "Save required passkeys" }).click();
  await expect(page.getByText("from its next request on.").first()).toBeVisible();
  await page.getByLabel("An unused session ends after").selectOption({ label: "1 hour" });
  await page.getByLabel("A session ends at the latest after").selectOption({ label: "12 hours" });
  const saved = page.waitForResponse((response) => response.request().method() === "POST");
  await page.getByRole("button", { name: "Save session lengths" }).click();
  await saved;
  await page.reload();
  await expect(page.getByLabel("An unused session ends after")).toHaveValue("60");
  await expect(page.getByLabel("All people")).toBeChecked();
  await expectNoViolations(page);
  await fitsPhone(page);

  // A person without a passkey is asked to add one, and then gets the page they wanted.
  await hers.goto("/welcome/create");
  await expect(hers.getByRole("heading", { name: "Add a passkey" })).toBeVisible();
  await expectNoViolations(hers);
  await fitsPhone(hers);
  await giveAuthenticator(hers);
  await hers.getByLabel("Name of the passkey").fill("Laptop");
  await hers.getByRole("button", { name: "Add a passkey" }).click();
  await expect(hers).toHaveURL("/welcome/create");

  // A person with a passkey must use it: the mailed link alone no longer signs in.
  const late = await newPage();
  await signIn(late, grace);
  await expect(late.getByRole("heading", { name: "Use your passkey" })).toBeVisible();
  await late.goto("/welcome/create");
  await expect(late.getByRole("heading", { name: "Use your passkey" })).toBeVisible();
  await expectNoViolations(late);
  await fitsPhone(late);
  await late.getByRole("button", { name: "Sign out" }).click();

  // After mailed links are turned off, an earlier link does not sign in, and no new one is mailed.
  await late.goto("/sign-in");
  await askForLink(late, grace);
  const link = await here.mailedLink(grace, "/sign-in/confirm");
  await late.goto(link);
  await expect(late.getByRole("button", { name: "Continue" })).toBeVisible();
  await page.goto("/instance/sign-in");
  await page.getByLabel("Off", { exact: false }).check();
  await page.getByRole("button", { name: "Save mailed links" }).click();
  await expect(page.getByText("Saved. It applies from now on.")).toBeVisible();
  await late.getByRole("button", { name: "Continue" }).click();
  await expect(late.getByText("Sign in with a passkey.").first()).toBeVisible();
  await expect(late.getByLabel("Email")).toHaveCount(0);
  await expectNoViolations(late);
  await late.goto(link);
  await expect(late.getByRole("heading", { name: "This link does not sign in" })).toBeVisible();
  await expectNoViolations(late);
  await late.goto("/sign-in/check-email");
  await late.getByRole("button", { name: "Send again" }).click();
  await expect(late.getByText("are turned off here")).toBeVisible();

  // She has lost her passkey: an operator can remove it when she has another way to sign in.
  const removePasskeys = async () => {
    await page.goto("/instance/people");
    await page.getByRole("button", { name: "Actions for grace" }).click();
    await page.getByRole("menuitem", { name: "Remove passkeys" }).click();
    await page.getByRole("button", { name: "Remove passkeys" }).click();
  };
  await removePasskeys();
  await expect(page.getByText("Switch them on first.")).toBeVisible();
  await page.goto("/instance/sign-in");
  await page.getByRole("group", { name: "Sign-in links by e-mail" }).getByRole("radio", { name: /^On/ }).check();
  await page.getByRole("button", { name: "Save mailed links" }).click();
  await expect(page.getByText("Saved. It applies from now on.")).toBeVisible();
  await removePasskeys();
  await expect(page.getByText("Passkeys removed.")).toBeVisible();
});
