import type { Page } from "@playwright/test";
import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";
import { fillBucket, spend } from "../support/factories/spending";

const rowOf = (page: Page, name: string) =>
  page.getByRole("table", { name: "Limits of the workspace" }).getByRole("row").filter({ hasText: name });

test("limits for all models and for one are set, changed and removed", async ({ signIn, workspace }) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await page.goto(`/w/${acme.slug}`);
  await page.getByRole("link", { name: "Rate limits", exact: true }).click();
  await expect(page.getByText("No limits per minute")).toBeVisible();
  const set = async (model: string, requests: string, tokens: string) => {
    await page.getByRole("button", { name: "Set a limit" }).click();
    const dialog = page.getByRole("dialog", { name: "Set a limit" });
    await dialog.getByLabel("Model").fill(model);
    await dialog.getByLabel("Requests per minute").fill(requests);
    await dialog.getByLabel("Tokens per minute").fill(tokens);
    await dialog.getByRole("button", { name: "Set limit" }).click();
    return dialog;
  };
  const dialog = await set("atelier-base", "ten", "90,000");
  await expect(dialog.getByText("Enter a whole number.")).toBeVisible();
  await expect(dialog.getByLabel("Model")).toHaveValue("atelier-base");
  await expect(dialog.getByLabel("Requests per minute")).toHaveValue("ten");
  await expect(dialog.getByLabel("Tokens per minute")).toHaveValue("90,000");
  await dialog.getByLabel("Requests per minute").fill("");
  await dialog.getByLabel("Tokens per minute").fill("");
  await dialog.getByRole("button", { name: "Set limit" }).click();
  await expect(dialog.getByText("Enter at least one of the two.")).toBeVisible();
  await dialog.getByLabel("Tokens per minute").fill("90,000");
  await dialog.getByRole("button", { name: "Set limit" }).click();
  await expect(page.getByText("Limit set.")).toBeVisible();
  await expect(rowOf(page, "atelier-base")).toContainText("No limit");
  await expect(rowOf(page, "atelier-base")).toContainText("0 of 90,000");
  await set("", "600", "");
  await expect(rowOf(page, "All models together")).toContainText("0 of 600");

  await page.getByRole("button", { name: "Actions for atelier-base" }).click();
  await page.getByRole("menuitem", { name: "Change" }).click();
  const change = page.getByRole("dialog", { name: "Limits for atelier-base" });
  await expect(change.getByLabel("Tokens per minute")).toHaveValue("90000");
  await change.getByLabel("Requests per minute").fill("30");
  await change.getByRole("button", { name: "Save" }).click();
  await expect(rowOf(page, "atelier-base")).toContainText("0 of 30");
  await page.getByRole("button", { name: "Actions for atelier-base" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("Limit removed.")).toBeVisible();
  await expect(rowOf(page, "atelier-base")).toHaveCount(0);
});

test("the meters follow the usage while the page is visible", async ({ signIn, workspace, call, database }) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  const created = await call(person, "keys.create", { workspace: acme.slug, name: "Backend", expiration: "30" });
  const { id } = (await created.json()).result.data;
  await call(person, "limits.setRate", { workspace: acme.slug, model: "", tokensPerMinute: "1000000" });
  await database`
    update api_keys set requests_per_minute = 1000000, monthly_limit = 4000000 where workspace_id = ${acme.id}`;
  await call(person, "billing.setLimit", { workspace: acme.slug, limit: "10" });
  await page.goto(`/w/${acme.slug}/limits`);
  const tokens = page.getByRole("meter", { name: "Tokens per minute, All models together" });
  const requests = page.getByRole("meter", { name: "Requests per minute, Backend" });
  await expect(tokens).toHaveJSProperty("value", 0);
  await fillBucket(database, `tokens:${acme.id}:*`, 900_000);
  await fillBucket(database, `requests:key:${id}`, 1_000_000);
  await spend(database, acme.id, { cost: 1_000_000, keyId: id, memberId: person.id });
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  const fullness = (meter: typeof tokens) => meter.evaluate((element: HTMLMeterElement) => element.value);
  await expect.poll(() => fullness(tokens)).toBeGreaterThan(500_000);
  await expect.poll(() => fullness(requests)).toBeGreaterThan(500_000);
  await expect(page.getByRole("region", { name: "Spend this month" })).toContainText("€1.00 of €10.00");
  await expect(page.getByRole("table", { name: "Limits of keys" })).toContainText("€1.00 of €4.00");
  const before = await fullness(tokens);
  await expect.poll(() => fullness(tokens)).toBeLessThan(before);
});

test("a Viewer reads who may set limits, and a Developer sees their own keys only", async ({
  signIn,
  workspace,
  join,
  call,
}) => {
  const { person: ada } = await signIn({ name: "Ada Lovelace" });
  const acme = await workspace(ada);
  const { person: grace, page } = await signIn({ name: "Grace Hopper" });
  await join(acme, grace, "developer");
  const make = (who: typeof ada, name: string) =>
    call(who, "keys.create", { workspace: acme.slug, name, expiration: "30" });
  await make(ada, "Hers");
  await make(grace, "Mine");
  await call(ada, "limits.setRate", { workspace: acme.slug, model: "", requestsPerMinute: "60" });
  await page.goto(`/w/${acme.slug}/limits`);
  await expect(page.getByRole("region", { name: "Your keys" })).toContainText("Mine");
  await expect(page.getByText("Hers")).toHaveCount(0);
  const button = page.getByRole("button", { name: "Set a limit" });
  await expect(button).toBeDisabled();
  await expect(button).toHaveAccessibleDescription("Needs the role Admin or Billing. Ask Ada Lovelace.");
  await page.getByRole("button", { name: "Actions for All models together" }).click();
  await expect(page.getByRole("menuitem", { name: "Change" })).toContainText("Needs the role Admin or Billing.");
  await page.goto(`/w/${acme.slug}/limits?dialog=set`);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  const answer = await call(grace, "limits.setRate", { workspace: acme.slug, model: "", requestsPerMinute: "1" });
  expect(answer.status()).toBe(403);
});

test("without JavaScript a limit is set and shown", async ({ signIn, pageOf, workspace }) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  const page = await pageOf(person, { javaScriptEnabled: false });
  await page.goto(`/w/${acme.slug}/limits`);
  await page.getByRole("button", { name: "Set a limit" }).click();
  await page.getByRole("dialog").getByLabel("Requests per minute").fill("0");
  await page.getByRole("dialog").getByRole("button", { name: "Set limit" }).click();
  await expect(page.getByText("Enter a number from 1 to 1,000,000,000.")).toBeVisible();
  await expect(page.getByRole("dialog").getByLabel("Requests per minute")).toHaveValue("0");
  await page.getByRole("dialog").getByLabel("Requests per minute").fill("60");
  await page.getByRole("dialog").getByRole("button", { name: "Set limit" }).click();
  await expect(rowOf(page, "All models together")).toContainText("0 of 60");
  await expect(page.getByText(/^As of /)).toBeVisible();
});

test("a refusal is explained, on a phone too, and axe finds no violations", async ({
  signIn,
  pageOf,
  workspace,
  call,
}) => {
  test.setTimeout(120_000);
  const { person } = await signIn();
  const acme = await workspace(person);
  await call(person, "keys.create", { workspace: acme.slug, name: "x".repeat(60), expiration: "30" });
  for (const model of ["", "ft:a-model-with-a-very-long-name-indeed:ab12cd34:20261124:9f8e7d6c"])
    await call(person, "limits.setRate", {
      workspace: acme.slug,
      model,
      requestsPerMinute: "60",
      tokensPerMinute: "9",
    });
  const page = await pageOf(person, { viewport: { width: 390, height: 844 } });
  for (const path of ["", "?dialog=set", "?dialog=change&model=", "?dialog=remove&model="]) {
    await page.goto(`/w/${acme.slug}/limits${path}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await expectNoViolations(page);
  }
  await page.goto(`/w/${acme.slug}/limits`);
  await page.getByRole("link", { name: "The headers, and what to do" }).click();
  await expect(page.getByRole("heading", { name: "When a request is refused with 402 or 429" })).toBeVisible();
  await expect(page.getByText("spend_limit", { exact: true })).toBeVisible();
  await expectNoViolations(page);
});
