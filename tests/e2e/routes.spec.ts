import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";
import { insertRoute } from "../support/factories/routes";

test("an Admin makes a route, tries it before it is saved, changes and deletes it", async ({ team, database }) => {
  const { acme, page, hers } = await team("viewer");
  await page.goto(`/w/${acme.slug}/models/routes`);
  await expect(page.getByText("No routes yet")).toBeVisible();
  await page.getByRole("button", { name: "New route" }).click();
  const dialog = page.getByRole("dialog", { name: "New route" });
  await dialog.getByLabel("Name", { exact: true }).fill("fast");
  await dialog.getByLabel("Model 1", { exact: true }).fill("no-such-model");
  await dialog.getByRole("button", { name: "Create route" }).click();
  await expect(dialog.getByText("There is no model no-such-model in this workspace.")).toBeVisible();
  await dialog.getByLabel("Model 1", { exact: true }).fill("atelier-base");
  await dialog.getByRole("button", { name: "Try", exact: true }).click();
  await expect(dialog.getByText(/^atelier-base at .+, \d+\.\d s$/)).toBeVisible();
  await expectNoViolations(page);
  await dialog.getByRole("button", { name: "Create route" }).click();
  await expect(page.getByText("Route created.")).toBeVisible();
  const row = page.getByRole("table", { name: "Routes" }).getByRole("row").filter({ hasText: "route/fast" });
  await expect(row).toContainText("The first that answers");
  await expectNoViolations(page);

  await page.getByRole("button", { name: "Actions for route/fast" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  const edit = page.getByRole("dialog", { name: "Edit route/fast" });
  await edit.getByText("Spread by weight").click();
  await edit.getByLabel("Weight of model 1").fill("0");
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(edit.getByText("Enter whole numbers from 1 to 999.")).toBeVisible();
  await edit.getByLabel("Weight of model 1").fill("3");
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(row).toContainText("Spread by weight");

  await insertRoute(database, acme.id, null, { id: "route/stale", models: [{ model: "gone", weight: 1 }] });
  await hers.setViewportSize({ width: 360, height: 800 });
  await hers.goto(`/w/${acme.slug}/models/routes`);
  await hers.getByRole("row").filter({ hasText: "route/stale" }).locator("summary").click();
  await expect(hers.getByText("Missing: skipped")).toBeVisible();
  await expect(hers.getByRole("button", { name: "New route" })).toHaveAttribute("aria-disabled", "true");
  await expectNoViolations(hers);
  expect(
    await hers.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
  ).toBeLessThanOrEqual(0);

  await page.getByRole("button", { name: "Actions for route/fast" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("Route deleted.")).toBeVisible();
  await expect(row).toHaveCount(0);
});
