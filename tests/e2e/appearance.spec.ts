import sharp from "sharp";
import { expectNoViolations } from "../support/browser/axe";
import { signInByMail } from "../support/browser/sign-in";
import { expect, test } from "../support/browser/test";
import { type Installation, install } from "../support/installation";

let here: Installation;
test.beforeAll(async () => {
  here = await install();
});
test.afterAll(() => here?.close());

test("OP-14 an operator names the instance, gives it a logo and a banner; visitors see them, with and without JavaScript", async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const buffer = await sharp({ create: { width: 300, height: 200, channels: 3, background: "#c04020" } })
    .png()
    .toBuffer();
  for (const javaScriptEnabled of [true, false]) {
    const phone = { javaScriptEnabled, viewport: { width: 360, height: 740 }, baseURL: here.origin };
    const name = javaScriptEnabled ? "Acme AI" : "Plain Lab";
    const [page, visitor] = [
      await (await browser.newContext(phone)).newPage(),
      await (await browser.newContext(phone)).newPage(),
    ];
    await page.goto("/sign-in?callbackUrl=/instance/appearance");
    await signInByMail(page, "ada@acme.example", here.mailedLink);
    await expect(page.getByRole("heading", { name: "Appearance", level: 1 })).toBeVisible();
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByLabel("Banner", { exact: true }).fill("Maintenance at 18:00, see https://status.acme.example/now.");
    await page.getByLabel("A warning").check();
    await page.getByLabel("Support address").fill("help@acme.example");
    // A valid address for a browser, but not an allowed one for a link.
    await page.getByLabel("Terms of use").fill("javascript:alert(1)");
    await page.getByRole("button", { name: "Save appearance" }).click();
    await expect(page.getByText("Enter an address that begins with https://")).toBeVisible();
    await page.getByLabel("Terms of use").fill("https://acme.example/terms");
    await page.getByRole("button", { name: "Save appearance" }).click();
    await expect(page.getByText("Saved. Every page shows it within a second.")).toBeVisible();
    await page.goto("/instance/appearance");
    await page
      .getByLabel("Picture", { exact: true })
      .setInputFiles({ name: "logo.png", mimeType: "image/png", buffer });
    await page.getByRole("button", { name: "Save picture" }).click();
    await expect(page.getByRole("img", { name: "The logo" })).toBeVisible();
    const banner = page.getByRole("region", { name: "Announcement" });
    await expect(banner.getByRole("link")).toHaveAttribute("href", "https://status.acme.example/now");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    if (javaScriptEnabled)
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await expectNoViolations(page);
      }
    await visitor.goto("/sign-in");
    await expect(visitor).toHaveTitle(`Sign in · ${name}`);
    await expect(visitor.getByRole("heading", { name: `Sign in to ${name}` })).toBeVisible();
    await expect(visitor.getByRole("region", { name: "Announcement" })).toContainText("Warning: Maintenance at 18:00");
    await expect(visitor.getByRole("link", { name: "terms of use" })).toHaveAttribute(
      "href",
      "https://acme.example/terms",
    );
    await expect(visitor.getByRole("link", { name: "help@acme.example" })).toBeVisible();
    expect(await visitor.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    if (javaScriptEnabled) await expectNoViolations(visitor);
    const logo = (await visitor.locator('img[src^="/logo"]').getAttribute("src")) ?? "";
    const answer = await visitor.request.get(logo);
    expect(answer.headers()["cache-control"]).toContain("immutable");
    expect((await visitor.request.get("/logo?v=another")).headers()["cache-control"]).toContain("no-store");
    expect([answer.status(), answer.headers()["content-type"]]).toEqual([200, "image/webp"]);
    // Mails show the name too.
    await visitor.getByLabel("Email").fill(`grace-${name.length}@acme.example`);
    await visitor.getByRole("button", { name: "Continue with email" }).click();
    await expect
      .poll(async () => (await here.mailsTo(`grace-${name.length}@acme.example`)).join(""))
      .toContain(`Sign in to ${name}`);
    await page.goto("/instance/appearance");
    await page.getByRole("button", { name: "Remove logo" }).click();
    await expect(page.getByRole("img", { name: "The logo" })).toHaveCount(0);
    expect((await page.request.get(logo)).status()).toBe(404);
  }
});
