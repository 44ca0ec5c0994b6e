import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";
import { insertWorkspace } from "../support/factories/workspaces";

test("PP-01 PP-03 an operator sets a price and imports a list with a wrong line; with and without JavaScript", async ({
  signIn,
  database,
  pageOf,
}) => {
  test.setTimeout(120_000);
  const { person: ada, page } = await signIn();
  await database`insert into operators (user_id, source) values (${ada.id}, 'environment')`;
  const model = `model-${ada.id.slice(0, 8)}`;
  try {
    await page.goto("/instance");
    await page.getByRole("link", { name: "Prices" }).click();
    await expect(page.getByRole("heading", { name: "Prices", level: 1 })).toBeVisible();
    await expectNoViolations(page);
    const form = page.getByRole("region", { name: "Set a price" });
    await form.getByLabel("Model").fill(model);
    await form.getByLabel("Valid from").fill("2026-01-01");
    await form.getByLabel("Input", { exact: true }).fill("2,50");
    await form.getByRole("button", { name: "Set price" }).click();
    await expect(form.getByText("Enter an amount such as 0.20")).toBeVisible();
    await form.getByLabel("Input", { exact: true }).fill("2.50");
    await form.getByRole("button", { name: "Set price" }).click();
    await expect(page.getByText("Price set.")).toBeVisible();
    await expect(page.getByRole("table", { name: "Prices" }).first()).toContainText("2.50");
    // On a phone, without JavaScript: a list is previewed, and imported without its wrong line.
    const plain = await pageOf(ada, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
    await plain.goto("/instance/prices/import");
    expect(await plain.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await plain
      .getByRole("textbox", { name: "List" })
      .fill(`model,from,input\n${model},2026-01-01,3\n${model}-b,2026-01-01,4\n${model}-c,,five`);
    await plain.getByRole("button", { name: "Preview the changes" }).click();
    await expect(plain.getByText("1 new price, 1 changed price")).toBeVisible();
    await expect(plain.getByRole("table", { name: "Entries that cannot be read" })).toContainText("Line 4");
    await expect(plain.getByText("2.50 → 3.00")).toBeVisible();
    expect(await plain.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await plain.getByRole("button", { name: "Import 2 prices without the entries that cannot be read" }).click();
    await expect(plain.getByText("1 new price and 1 changed price.")).toBeVisible();
    // With JavaScript, from a file of more than a megabyte.
    await page.goto("/instance/prices/import");
    const lines = Array.from({ length: 5_000 }, (_, i) => `${model}-${i}-${"x".repeat(200)},2026-01-01,0.20`);
    const buffer = Buffer.from(["model,from,input", ...lines].join("\n"));
    await page.getByLabel("Or a file").setInputFiles({ name: "prices.csv", mimeType: "text/csv", buffer });
    await page.getByRole("button", { name: "Preview the changes" }).click();
    await expect(page.getByText("5,000 new prices")).toBeVisible();
    await expectNoViolations(page);
    await page.goto(`/instance/prices?q=${model}-b`);
    await page.getByRole("link", { name: `Delete the price of ${model}-b` }).click();
    await page.getByRole("button", { name: "Delete price" }).click();
    await expect(page.getByText("Price deleted.")).toBeVisible();
    await page.goto(`/instance/prices?of=${model}&hourly=2.50`);
    await expect(page.getByText("No tokens were measured")).toBeVisible();
    const where = await insertWorkspace(database, ada.id);
    // Two million tokens in a day, an hour of hardware for 2.50, and the button that sets the resulting price.
    await database`
      insert into usage_hourly (workspace_id, hour, model, key_id, member_id, requests, errors, prompt_tokens, completion_tokens, cost, latency)
      values (${where.id}, date_trunc('day', now(), 'UTC') - interval '1 day', ${model}, null, ${ada.id}, 1, 0, 1500000, 500000, 0, '{0}')`;
    await plain.goto(`/instance/prices?of=${model}&hourly=2.50`);
    await expect(plain.getByRole("note")).toContainText("1.25 EUR per million tokens");
    expect(await plain.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await plain.getByRole("button", { name: "Set this as the price" }).click();
    await expect(plain.getByText("Price set.")).toBeVisible();
    await page.goto(`/instance/prices?q=${model}`);
    await expect(page.getByRole("table", { name: "Prices" }).first()).toContainText("1.25");
  } finally {
    await database`delete from usage_hourly where model = ${model}`;
    await database`delete from model_prices where model like ${`${model}%`}`;
  }
});
