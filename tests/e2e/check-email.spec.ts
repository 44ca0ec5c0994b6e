import { randomBytes } from "node:crypto";
import { expectNoViolations } from "../support/browser/axe";
import { askForLink } from "../support/browser/sign-in";
import { expect, test } from "../support/browser/test";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("AU-21 IS-23 the page after a request for a link shows the address and sends another link within the limits", async ({
      page,
      database,
    }) => {
      const email = `ada-${randomBytes(4).toString("hex")}@example.com`;
      await page.goto("/sign-in?callbackUrl=%2Faccount");
      await askForLink(page, email);
      await expect(page).toHaveURL("/sign-in/check-email");
      await expect(page.getByRole("main")).toContainText(`to ${email}.`);
      if (javaScriptEnabled) await expectNoViolations(page);
      for (let sent = 2; sent <= 3; sent += 1) {
        await page.getByRole("button", { name: "Send again" }).click();
        await expect(page.getByText("Sent again. Each of the links works once.").first()).toBeVisible();
        const links = async () => (await database`select from verification_tokens where identifier = ${email}`).length;
        await expect.poll(links).toBe(sent);
      }
      await page.getByRole("button", { name: "Send again" }).click();
      await expect(page.getByText(/^Too many attempts in a short time\. Try again in/)).toBeVisible();
      await page.getByRole("link", { name: "Use another address" }).click();
      await expect(page).toHaveURL("/sign-in?callbackUrl=%2Faccount");
    });
  });
}

test("AU-21 IS-23 another browser gets no address, and a forged cookie shows none", async ({
  page,
  context,
  baseURL,
}) => {
  await context.addCookies([
    {
      name: "atelier.address",
      value: Buffer.from("ada@example.com".repeat(3)).toString("base64url"),
      url: String(baseURL),
    },
  ]);
  await page.goto("/sign-in/check-email");
  await expect(page.getByRole("main")).toContainText("We sent a link to sign in to you.");
  await expect(page.getByRole("button", { name: "Send again" })).toHaveCount(0);
});

test("BR-12 signing out clears the browser's copies of the pages", async ({ signIn, workspace }) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await page.goto(`/w/${acme.slug}`);
  await page.getByRole("button", { name: "Account menu" }).click();
  const answer = page.waitForResponse((response) => response.request().method() === "POST");
  await page.getByRole("menuitem", { name: "Log out" }).click();
  expect((await (await answer).allHeaders())["clear-site-data"]).toBe('"cache", "storage"');
});
