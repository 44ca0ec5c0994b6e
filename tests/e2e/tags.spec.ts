import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";
import { spend } from "../support/factories/spending";

test("an Admin declares a tag, sees its cost, limits it, and removes it", async ({ team, database }) => {
  const { acme, page, hers } = await team("viewer");
  await page.goto(`/w/${acme.slug}/usage/tags`);
  await expect(page.getByText("No tags yet")).toBeVisible();
  await expectNoViolations(page);
  await page.getByRole("button", { name: "Declare a tag" }).click();
  const dialog = page.getByRole("dialog", { name: "Declare a tag" });
  await dialog.getByLabel("Tag", { exact: true }).fill("Team Search");
  await dialog.getByRole("button", { name: "Declare" }).click();
  await expect(dialog.getByText(/^Use 1 to 50 small letters/)).toBeVisible();
  await dialog.getByLabel("Tag", { exact: true }).fill("team:search");
  await dialog.getByRole("button", { name: "Declare" }).click();
  await expect(page.getByText("Tag declared.")).toBeVisible();

  await spend(database, acme.id, { cost: 2_500_000, requests: 3, tags: ["team:search"] });
  await spend(database, acme.id, { cost: 1_000_000 });
  await page.reload();
  const row = page.getByRole("table", { name: "Tags" }).getByRole("row").filter({ hasText: "team:search" });
  await expect(row).toContainText("2.50");
  await expectNoViolations(page);
  await page.getByLabel("A request with an undeclared tag").selectOption("Leave the tag out");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();

  await row.getByRole("link", { name: "team:search", exact: true }).click();
  await expect(page.getByRole("combobox", { name: "Tag" })).toHaveValue("team:search");
  await expect(page.locator("dl > div").filter({ hasText: /^Requests/ })).toContainText("3");
  await page.goto(`/w/${acme.slug}/usage?group=tag`);
  const groups = page.getByRole("table", { name: "Usage by tag" });
  await expect(groups.getByRole("row").filter({ hasText: "Untagged" })).toContainText("1.00");
  await expectNoViolations(page);

  await page.goto(`/w/${acme.slug}/limits/spending?of=tag%3Ateam%3Asearch`);
  await expect(page.getByText("What the tag team:search may spend")).toBeVisible();

  await hers.setViewportSize({ width: 360, height: 800 });
  await hers.goto(`/w/${acme.slug}/usage/tags`);
  await hers.getByRole("row").filter({ hasText: "team:search" }).locator("summary").click();
  await expect(hers.getByRole("button", { name: "Declare a tag" })).toHaveAttribute("aria-disabled", "true");
  await expect(hers.getByText("Such a request counts without the tag.")).toBeVisible();
  await expectNoViolations(hers);
  expect(
    await hers.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
  ).toBeLessThanOrEqual(0);

  await page.goto(`/w/${acme.slug}/usage/tags`);
  await page.getByRole("button", { name: "Actions for team:search" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("Tag removed.")).toBeVisible();
  await expect(page.getByText("No tags yet")).toBeVisible();
});
