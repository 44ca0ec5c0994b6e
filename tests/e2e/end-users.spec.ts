import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";
import { insertEndUser } from "../support/factories/end-users";
import { spend } from "../support/factories/spending";

test("an Admin identifies end users, finds one, limits it and erases it", async ({ team, database }) => {
  const { acme, page, hers } = await team("viewer");
  const here = `/w/${acme.slug}/usage/end-users`;
  await page.goto(here);
  await expect(page.getByText("End users are not identified", { exact: true })).toBeVisible();
  await expectNoViolations(page);
  await page.getByRole("checkbox", { name: /^user/ }).check();
  await page.getByLabel("How ids are stored").selectOption("By the id that was sent");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await expect(page.getByText("No end users yet")).toBeVisible();

  const ann = await insertEndUser(database, acme.id, { name: "ann@example.com" });
  await spend(database, acme.id, { cost: 2_500_000, requests: 3, endUser: ann });
  await page.reload();
  const row = page.getByRole("table", { name: "End users" }).getByRole("row").filter({ hasText: "ann@example.com" });
  await expect(row).toContainText("2.50");
  await expectNoViolations(page);

  await page.getByLabel("Id", { exact: true }).fill("no-such");
  await page.getByRole("button", { name: "Find" }).click();
  await expect(page.getByText("No end user with this id is known.")).toBeVisible();
  await row.getByRole("link", { name: "ann@example.com", exact: true }).click();
  await expect(page.getByRole("heading", { name: "ann@example.com" })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/${ann}$`));
  await expect(page.getByRole("table", { name: "By day" })).toContainText("2.50");
  await expectNoViolations(page);
  await page.getByRole("link", { name: "Limits of ann@example.com" }).click();
  await expect(page.getByText("What the end user ann@example.com may spend")).toBeVisible();
  await expectNoViolations(page);

  await hers.setViewportSize({ width: 360, height: 800 });
  for (const path of [here, `${here}/${ann}`]) {
    await hers.goto(path);
    await expect(hers.getByRole("heading", { level: 1 })).toBeVisible();
    await expectNoViolations(hers);
    expect(
      await hers.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    ).toBeLessThanOrEqual(0);
  }
  await expect(hers.getByRole("button", { name: "Forget" })).toHaveAttribute("aria-disabled", "true");

  await page.goto(`${here}/${ann}`);
  await page.getByRole("button", { name: "Forget" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Forget" }).click();
  await expect(page.getByText("End user deleted.")).toBeVisible();
  await expect(page.getByRole("table", { name: "End users" })).toContainText(`End user ${ann.slice(0, 8)}`);
  await expect(page.getByText("ann@example.com")).toHaveCount(0);
});
