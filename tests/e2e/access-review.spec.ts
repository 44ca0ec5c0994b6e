import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";
import { insertKey } from "../support/factories/keys";

test("an Admin goes through an access review, and its sealed result is verified and downloaded", async ({
  team,
  database,
  pageOf,
}) => {
  const { acme, ada, page, grace } = await team("developer");
  await database`
    update memberships set joined_at = now() - interval '200 days', last_active_at = now() - interval '100 days'
    where workspace_id = ${acme.id} and user_id = ${grace.id}`;
  await insertKey(database, acme.id, ada.id, { name: "Nightly" });
  await page.goto(`/w/${acme.slug}/members/reviews`);
  await expect(page.getByText("No access reviews yet")).toBeVisible();
  await page.getByRole("button", { name: "Start a review" }).click();
  await page.getByRole("checkbox", { name: "Select Grace Hopper" }).check({ timeout: 30_000 });
  await expectNoViolations(page, "an open review");
  await page.getByRole("button", { name: "Confirm" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Grace Hopper");
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await expect(dialog).toContainText("1 changed");
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText("All members are decided")).toBeVisible();

  // The rest works without a script, and at the width of a small phone.
  const plain = await pageOf(ada, { javaScriptEnabled: false, viewport: { width: 360, height: 800 } });
  await plain.goto(`${page.url().split("?")[0]}?kind=key`);
  expect(await plain.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await plain.getByRole("checkbox", { name: "Select Nightly" }).check();
  await plain.getByRole("button", { name: "Revoke" }).click();
  await plain.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await plain.goto(plain.url().split("?")[0] ?? "");
  await expect(plain.getByText("Verified: this result matches its seal in the audit log")).toBeVisible();
  expect(await plain.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);

  await page.reload();
  await expect(page.getByRole("table", { name: "Members" })).toContainText("Confirmed");
  await expect(page.getByRole("table", { name: "Keys" })).toContainText("Revoked");
  await expectNoViolations(page, "a closed review");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download result" }).click();
  expect((await download).suggestedFilename()).toBe(`${acme.slug}-access-review.json`);
});
