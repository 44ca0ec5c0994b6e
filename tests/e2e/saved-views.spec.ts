import { expect, test } from "../support/browser/test";

test("without JavaScript a member keeps a view of a list, opens it and removes it", async ({ team, pageOf }) => {
  const { acme, grace } = await team("viewer");
  const page = await pageOf(grace, { javaScriptEnabled: false, viewport: { width: 360, height: 800 } });
  const views = page.getByRole("navigation", { name: "Saved views" });
  await page.goto(`/w/${acme.slug}/members`);
  await expect(views).toHaveCount(0);
  await page.goto(`/w/${acme.slug}/members?role=admin`);
  await views.getByText("Save this view").click();
  await views.getByLabel("Name of the view").fill("Who decides");
  await views.getByRole("button", { name: "Save" }).click();
  await expect(views.getByRole("link", { name: "Who decides" })).toHaveAttribute("aria-current", "page");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await page.goto(`/w/${acme.slug}/members?q=zzz`);
  await views.getByRole("link", { name: "Who decides" }).click();
  await expect(page).toHaveURL(/\/members\?role=admin$/);
  await views.getByRole("button", { name: "Remove the view Who decides" }).click();
  await expect(views.getByRole("link")).toHaveCount(0);
});
