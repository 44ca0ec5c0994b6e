import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : "without JavaScript ";

  test(`${how}an Admin sets the webhook of budget alerts, sends a test that fails, and removes it`, async ({
    signIn,
    workspace,
    pageOf,
  }) => {
    const { person: ada } = await signIn();
    const acme = await workspace(ada);
    const page = await pageOf(ada, { javaScriptEnabled, viewport: { width: 360, height: 740 } });
    await page.goto(`/w/${acme.slug}/billing`);
    const card = page.getByRole("region", { name: "Webhook" });
    await card.getByLabel("Address").fill("https://10.0.0.1/hook");
    await card.getByRole("button", { name: "Save webhook" }).click();
    await expect(card.getByText("This address is on a private network.")).toBeVisible();
    await card.getByLabel("Address").fill("https://no-such-host.invalid/hook");
    await card.getByRole("button", { name: "Save webhook" }).click();
    await expect(card.getByLabel("Signing secret")).toHaveValue(/^whsec_/);
    if (javaScriptEnabled) await expectNoViolations(page);
    await card.getByRole("button", { name: "Send a test" }).click();
    await expect(page.getByText("The test failed.")).toBeVisible();
    await page.goto(`/w/${acme.slug}/billing`);
    await expect(card.getByLabel("Signing secret")).toHaveCount(0);
    await expect(card.getByRole("table", { name: "Deliveries" })).toContainText("Failed after 1 attempt.");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await card.getByRole("button", { name: "Remove webhook" }).click();
    await expect(page.getByText("Webhook removed.")).toBeVisible();
  });
}
