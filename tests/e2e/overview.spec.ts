import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";
import { spend } from "../support/factories/spending";
import { use } from "../support/factories/usage";

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a newcomer's first steps link to their pages, are checked off automatically, and can be hidden", async ({
    signIn,
    workspace,
    database,
  }) => {
    const { person, page } = await signIn();
    const acme = await workspace(person);
    await page.goto(`/w/${acme.slug}`);
    const steps = page.getByRole("region", { name: "First steps" });
    await expect(steps).toContainText("0 of 4 done");
    await expect(page.getByRole("region", { name: "This month" })).toBeHidden();
    await steps.getByRole("link", { name: "Create an API key" }).click();
    await expect(page.getByRole("dialog", { name: "Create new key" })).toBeVisible();
    await page.goto(`/w/${acme.slug}`);
    await steps.getByRole("link", { name: "Make the first request" }).click();
    await expect(page).toHaveURL(/#first-request$/);
    await spend(database, acme.id, { cost: 1_000_000 });
    await page.reload();
    await expect(steps).toContainText("1 of 4 done");
    await expect(steps.getByRole("link", { name: "Make the first request (done)" })).toBeVisible();
    await steps.getByRole("button", { name: "Hide first steps" }).click();
    await expect(steps).toBeHidden();
    await page.reload();
    await expect(page.getByRole("region", { name: "This month" })).toContainText("€1.00");
    await expect(steps).toBeHidden();
  });
});

test("a used workspace shows its spend, its last 14 days, its latest requests, keys to look at and who joined", async ({
  team,
  call,
  database,
}) => {
  const { acme, ada, page, grace, hers } = await team("viewer");
  const at = { workspace: acme.slug };
  await page.goto(`/w/${acme.slug}`);
  await expect(page.getByRole("region", { name: "First steps" })).toContainText("1 of 4 done");
  await expectNoViolations(page, "first steps");
  const made = await call(ada, "keys.create", { ...at, name: "Nightly import" });
  const { id: keyId } = (await made.json()).result.data;
  await call(ada, "billing.setLimit", { ...at, limit: "10" });
  await spend(database, acme.id, { cost: 4_000_000, requests: 3, errors: 1 });
  await use(database, acme.id, [{ keyId, model: "broken-model", status: 500, errorCode: "server_error" }]);
  await database`update api_keys set expires_at = now() + interval '3 days' where id = ${keyId}`;
  for (const reader of [page, hers]) {
    await reader.goto(`/w/${acme.slug}`);
    const month = reader.getByRole("region", { name: "This month" });
    await expect(month).toContainText("40 % of €10.00");
    const chart = reader.getByRole("region", { name: "Last 14 days" });
    await expect(chart).toContainText("4 requests in all");
    await expect(reader.getByRole("region", { name: "Latest requests" })).toContainText("broken-model");
    const keys = reader.getByRole("region", { name: "API keys" });
    await expect(keys).toContainText("1 of 1 requests failed in 24 hours");
    await expect(keys).toContainText("Ends in 3 days");
    await expect(reader.getByRole("region", { name: "Joined lately" })).toContainText(grace.name);
    await expectNoViolations(reader, "overview");
  }
  await expect(hers.getByText("You are here as Viewer")).toBeVisible();
  await expect(hers.getByRole("region", { name: "First steps" })).toBeHidden();
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await page
    .getByRole("region", { name: "API keys" })
    .getByRole("link", { name: /requests failed/ })
    .click();
  await expect(page).toHaveURL(new RegExp(`usage\\?range=24h&key=${keyId}`));
});

test("problems are shown on every page, with their solution", async ({ team, call, database }) => {
  const { acme, ada, page, hers } = await team("viewer");
  await call(ada, "billing.setLimit", { workspace: acme.slug, limit: "10" });
  await page.goto(`/w/${acme.slug}/members`);
  await expect(page.getByRole("heading", { name: "Members", level: 1 })).toBeVisible();
  const [banner, hersToo] = [page, hers].map((each) => each.getByRole("region", { name: "Needs attention" }));
  if (!banner || !hersToo) throw new Error("there are two pages");
  await expect(banner).toBeHidden();
  await spend(database, acme.id, { cost: 9_500_000 });
  await page.reload();
  await expect(banner).toContainText("The workspace's limit is nearly used: €9.50 of €10.00 a month.");
  await spend(database, acme.id, { cost: 500_000 });
  await hers.goto(`/w/${acme.slug}/keys`);
  await expect(hersToo).toContainText("The workspace's limit is reached");
  await expectNoViolations(hers, "a banner");
  await hersToo.getByRole("link", { name: "See the limit, ask for more" }).click();
  await expect(hers).toHaveURL(/limits\/spending\?of=workspace&span=month/);
});
