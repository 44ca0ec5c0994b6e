import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";
import { spend } from "../support/factories/spending";

const euro = 1_000_000;
const hourMs = 3_600_000;
const thisMonth = () => new Date().toISOString().slice(0, 7);

const limitCard = (page: Page) => page.getByRole("region", { name: "Monthly limit" });

test("a monthly limit is set, is compared with the spend, is changed and removed", async ({
  signIn,
  workspace,
  database,
}) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await spend(database, acme.id, { cost: 5 * euro });
  await page.goto(`/w/${acme.slug}`);
  await page.getByRole("link", { name: "Billing", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Billing" })).toBeVisible();
  await expect(limitCard(page)).toContainText("No limit");
  await page.getByRole("button", { name: "Set limit", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Set a monthly limit" });
  await dialog.getByLabel("Monthly limit").fill("20,50");
  await dialog.getByRole("button", { name: "Save limit" }).click();
  await expect(dialog.getByText("Write decimals with a point: 20.50.")).toBeVisible();
  await expect(dialog.getByLabel("Monthly limit")).toHaveValue("20,50");
  await expect(dialog.getByLabel("Monthly limit")).toBeFocused();
  await dialog.getByLabel("Monthly limit").fill("20.50");
  await dialog.getByRole("button", { name: "Save limit" }).click();
  await expect(page.getByText("Limit saved. It applies from the next request on.")).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(limitCard(page)).toContainText("€5.00 of €20.50 · 24 %");
  await expect(page.getByRole("meter", { name: "Spent of the monthly limit" })).toHaveJSProperty("value", 5 * euro);

  await page.getByRole("button", { name: "Change limit", exact: true }).click();
  await page.getByRole("dialog").getByLabel("Monthly limit").fill("3");
  await page.getByRole("dialog").getByRole("button", { name: "Save limit" }).click();
  await expect(limitCard(page)).toContainText("The limit is reached");
  await expect(limitCard(page)).toContainText("€5.00 has already been spent, more than the limit.");

  await limitCard(page).getByRole("button", { name: "Remove" }).click();
  await page
    .getByRole("dialog", { name: "Remove the monthly limit?" })
    .getByRole("button", { name: "Remove limit" })
    .click();
  await expect(page.getByText("Limit removed.")).toBeVisible();
  await expect(limitCard(page)).toContainText("No limit");
});

test("a limit is tried on the last 30 days, by its address, and then saved", async ({
  signIn,
  workspace,
  database,
}) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  const hour = new Date(Math.floor((Date.now() - 2 * hourMs) / hourMs) * hourMs);
  await spend(database, acme.id, { cost: 4 * euro, requests: 4, at: hour });
  await page.goto(`/w/${acme.slug}/billing`);
  const field = page.getByLabel("Try a limit on the last 30 days");
  await field.fill("a lot");
  await page.getByRole("button", { name: "Try", exact: true }).click();
  await expect(page.getByText("Enter an amount in digits, such as 20 or 20.50.")).toBeVisible();
  await expect(field).toHaveValue("a lot");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await field.fill("1.00");
  await page.getByRole("button", { name: "Try", exact: true }).click();
  const when = new RegExp(
    `With €1.00 a month, calls would have been refused from \\w+ \\d+, ${hour.toISOString().slice(11, 16)} UTC.*: 3 of 4 requests\\.`,
  );
  await expect(page.getByText(when)).toBeVisible();
  await expect(page.getByText("€1.00 would have been spent instead of €4.00.")).toBeVisible();
  expect(await database`select monthly_limit from workspaces where id = ${acme.id}`).toEqual([{ monthly_limit: null }]);
  await page.getByRole("button", { name: "Save €1.00 a month" }).click();
  await expect(page.getByText("Limit saved. It applies from the next request on.")).toBeVisible();
  expect(await database`select monthly_limit from workspaces where id = ${acme.id}`).toEqual([
    { monthly_limit: "1000000" },
  ]);
});

test("the spend by day is a picture and a table, and the forecast waits for enough days", async ({
  signIn,
  workspace,
  database,
}) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await page.goto(`/w/${acme.slug}/billing`);
  await expect(page.getByText("Nothing spent this month")).toBeVisible();
  await expect(page.getByText("Not enough days yet")).toBeVisible();
  await spend(database, acme.id, { cost: 3 * euro });
  await spend(database, acme.id, { cost: 1 * euro, model: "unpriced-model" });
  await page.reload();
  const chart = page.getByRole("region", { name: "Spend by day" });
  const today = chart.locator("[data-bar]").nth(new Date().getUTCDate() - 1);
  await expect(today).toHaveAccessibleName(/€4\.00 \(atelier-base €3\.00, unpriced-model €1\.00/);
  await chart.getByText("Show as table").click();
  await expect(chart.getByRole("table", { name: "Spend by day" }).getByRole("row").nth(1)).toContainText(
    /€3\.00.*€1\.00.*€4\.00/,
  );
  const legend = page.getByRole("navigation", { name: "Series in the charts" });
  await legend.getByRole("link", { name: "Hide unpriced-model" }).click();
  await expect(today).not.toHaveAccessibleName(/unpriced-model/);
  await legend.getByRole("link", { name: "Show unpriced-model" }).click();
  await expect(today).toHaveAccessibleName(/unpriced-model/);
  await database`update workspaces set monthly_limit = ${30 * euro} where id = ${acme.id}`;
  await page.reload();
  await expect(chart.locator(".chart-plot .chart-stroke-6")).toHaveCount(1);
  await expect(page.getByText("The limit of €30.00 a month is")).toBeVisible();
  await expect(page.getByText("No price: unpriced-model")).toBeVisible();
  await expect(page.getByText("Not enough days yet")).toBeVisible();
  for (let days = 1; days <= 4; days++)
    await spend(database, acme.id, { cost: euro, at: new Date(Date.now() - days * 24 * hourMs) });
  await page.reload();
  await expect(page.getByText("Not enough days yet")).toHaveCount(0);
  // In the last hour of a month no full hour is left, so nothing more is expected.
  const expectedLines = hoursLeftOfMonth() >= 1 ? 1 : 0;
  await expect(chart.locator(".chart-plot .chart-stroke-7[data-dashed]")).toHaveCount(expectedLines);
  await expect(page.getByText(/The days that are left are expected to cost €/)).toHaveCount(expectedLines);
});

test("a member's limit: found by search, set, shown, removed", async ({ team, database }) => {
  const { acme, page, grace } = await team("developer");
  await spend(database, acme.id, { cost: 2 * euro, memberId: grace.id });
  await page.goto(`/w/${acme.slug}/billing?q=hopper`);
  const table = page.getByRole("table", { name: "Spending of members" });
  await expect(table.getByRole("row")).toHaveCount(2);
  await page.getByRole("button", { name: "Actions for Grace Hopper" }).click();
  await page.getByRole("menuitem", { name: "Set limit" }).click();
  const dialog = page.getByRole("dialog", { name: "Monthly limit of Grace Hopper" });
  await dialog.getByLabel("Monthly limit").fill("-4");
  await dialog.getByRole("button", { name: "Save limit" }).click();
  await expect(dialog.getByText("An amount cannot be less than nothing.")).toBeVisible();
  await dialog.getByLabel("Try a limit on the last 30 days").fill("1.00");
  await dialog.getByRole("button", { name: "Try", exact: true }).click();
  await expect(dialog.getByText(/With €1.00 a month, calls would have been refused/)).toBeVisible();
  await expect(dialog.getByText("This month €2.00 are spent already")).toBeVisible();
  await expect(page).toHaveURL(/q=hopper/);
  await expectNoViolations(page);
  await dialog.getByLabel("Try a limit on the last 30 days").fill("5");
  await dialog.getByRole("button", { name: "Try", exact: true }).click();
  await expect(dialog.getByText(/each of|the one request/)).toBeVisible();
  await dialog.getByRole("button", { name: "Save €5.00 a month" }).click();
  await expect(page.getByText("The member's limit was saved.")).toBeVisible();
  await expect(table.getByRole("row").filter({ hasText: "Grace Hopper" })).toContainText("€2.00 of €5.00");
  await page.getByRole("button", { name: "Actions for Grace Hopper" }).click();
  await page.getByRole("menuitem", { name: "Change limit" }).click();
  await dialog.getByLabel("Monthly limit").fill("4");
  await dialog.getByRole("button", { name: "Save limit" }).click();
  await expect(page.getByText("The member's limit was saved.")).toBeVisible();
  await expect(table.getByRole("row").filter({ hasText: "Grace Hopper" })).toContainText("€2.00 of €4.00");
  await page.getByRole("button", { name: "Actions for Grace Hopper" }).click();
  await page.getByRole("menuitem", { name: "Remove limit" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove limit" }).click();
  await expect(page.getByText("The member's limit was removed.")).toBeVisible();
});

test("alerts are a set of percentages; a wrong value is explained and kept", async ({ signIn, workspace }) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await page.goto(`/w/${acme.slug}/billing`);
  const field = page.getByLabel("Percentages");
  await expect(field).toHaveValue("50, 80, 100");
  await field.fill("50, 300");
  await page.getByRole("button", { name: "Save alerts" }).click();
  await expect(page.getByText("Enter 1 to 10 whole percentages from 1 to 200, such as 50, 80, 100.")).toBeVisible();
  await expect(field).toHaveValue("50, 300");
  await field.fill("90 75%");
  await page.getByRole("button", { name: "Save alerts" }).click();
  await expect(page.getByText("Alerts saved.")).toBeVisible();
  await page.reload();
  await expect(field).toHaveValue("75, 90");
});

test("a Viewer sees all of it, may try a limit, and reads who may change it", async ({
  signIn,
  workspace,
  join,
  call,
  database,
}) => {
  const { person: ada } = await signIn({ name: "Ada Lovelace" });
  const acme = await workspace(ada);
  const { person: grace, page } = await signIn({ name: "Grace Hopper" });
  await join(acme, grace, "viewer");
  await spend(database, acme.id, { cost: 4 * euro });
  await page.goto(`/w/${acme.slug}/billing?try=1`);
  const why = "Needs the role Admin or Billing. Ask Ada Lovelace.";
  for (const name of ["Set limit", "Save alerts", "Save €1.00 a month"]) {
    const button = page.getByRole("button", { name, exact: true });
    await expect(button).toBeDisabled();
    await expect(button).toHaveAccessibleDescription(why);
  }
  await expect(page.getByText(/With €1.00 a month, calls would have been refused/)).toBeVisible();
  await page.getByRole("button", { name: "Actions for Ada Lovelace" }).click();
  await expect(page.getByRole("menuitem", { name: "Set limit" })).toContainText(why);
  for (const dialog of ["limit", "remove-limit", `member-limit&member=${ada.id}`]) {
    await page.goto(`/w/${acme.slug}/billing?dialog=${dialog}`);
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
  expect((await call(grace, "billing.setLimit", { workspace: acme.slug, limit: "1" })).status()).toBe(403);
});

test("a Billing member may change limits", async ({ signIn, workspace, join }) => {
  const { person: ada } = await signIn();
  const acme = await workspace(ada);
  const { person: grace, page } = await signIn({ name: "Grace Hopper" });
  await join(acme, grace, "billing");
  await page.goto(`/w/${acme.slug}/billing?dialog=limit`);
  await page.getByRole("dialog").getByLabel("Monthly limit").fill("0");
  await page.getByRole("dialog").getByRole("button", { name: "Save limit" }).click();
  await expect(limitCard(page)).toContainText("€0.00 of €0.00");
  await expect(limitCard(page)).toContainText("The limit is reached");
});

test("without JavaScript a limit is tried, set with a mistake in between, and removed", async ({
  signIn,
  pageOf,
  workspace,
  database,
}) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  await spend(database, acme.id, { cost: 4 * euro });
  const page = await pageOf(person, { javaScriptEnabled: false });
  await page.goto(`/w/${acme.slug}/billing`);
  await page.getByLabel("Try a limit on the last 30 days").fill("10");
  await page.getByRole("button", { name: "Try", exact: true }).click();
  await expect(page.getByText(/With €10.00 a month, the one request of the last 30 days/)).toBeVisible();
  await page.getByRole("button", { name: "Set limit", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Monthly limit").fill("ten");
  await dialog.getByRole("button", { name: "Save limit" }).click();
  await expect(dialog.getByText("Enter an amount in digits, such as 20 or 20.50.")).toBeVisible();
  await expect(dialog.getByLabel("Monthly limit")).toHaveValue("ten");
  await dialog.getByLabel("Monthly limit").fill("10");
  await dialog.getByRole("button", { name: "Save limit" }).click();
  await expect(page.getByText("Limit saved. It applies from the next request on.")).toBeVisible();
  await expect(limitCard(page)).toContainText("€4.00 of €10.00");
  await limitCard(page).getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove limit" }).click();
  await expect(limitCard(page)).toContainText("No limit");
});

test("a statement sums up a month, prints without the frame, and is available as CSV that no spreadsheet runs", async ({
  signIn,
  workspace,
  call,
  database,
}) => {
  test.setTimeout(120_000);
  const { person, page } = await signIn({ name: "Ada Lovelace" });
  const acme = await workspace(person);
  const created = await call(person, "keys.create", { workspace: acme.slug, name: "=1+1", expiration: "30" });
  const { id } = (await created.json()).result.data;
  await spend(database, acme.id, { cost: 2_500_001, requests: 3, keyId: id, memberId: person.id });
  await spend(database, acme.id, { cost: euro, model: "other", inputPrice: 0, outputPrice: 0 });
  await page.goto(`/w/${acme.slug}/billing`);
  await page.getByRole("link", { name: "Statement", exact: true }).click();
  await expect(page.getByText("This month is not over")).toBeVisible();
  await expect(page.getByRole("table", { name: "By key" }).getByRole("row").last()).toContainText("Total4");
  await expect(page.getByRole("table", { name: "By member" })).toContainText("Ada Lovelace");
  await expect(page.getByRole("table", { name: "Prices as applied" })).toContainText("No price");
  await expect(page.getByRole("button", { name: "Print" })).toBeVisible();
  await expectNoViolations(page);

  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download CSV" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe(`${acme.slug}-${thisMonth()}.csv`);
  const lines = (await readFile(await file.path(), "utf8")).trim().split("\r\n");
  expect(lines).toHaveLength(3);
  // No token class was used, none had a price, and there were no tags.
  const classes = `${",0".repeat(10)}${",".repeat(12)}`;
  expect(lines[1]).toBe(
    `${thisMonth()},atelier-base,${id},"'=1+1",${person.id},Ada Lovelace,3,0,30,60,0.20,0.60,2.500001,EUR,chat${classes}`,
  );
  expect(lines[2]).toBe(`${thisMonth()},other,,,,,1,0,10,20,0.00,0.00,1.00,EUR,chat${classes}`);

  const ledger = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download sealed ledger" }).click();
  const [head] = (await readFile(await (await ledger).path(), "utf8")).split("\n");
  expect(JSON.parse(head ?? "")).toMatchObject({ format: "atelier-ledger-1", workspace: acme.id, month: thisMonth() });

  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: 673, height: 950 });
  await expect(page.getByRole("navigation", { name: "Workspace" })).toBeHidden();
  await expect(page.getByRole("link", { name: "Download CSV" })).toBeHidden();
  await expect(page.getByRole("button", { name: "Print" })).toBeHidden();
  await expect(page.getByRole("columnheader", { name: "Requests" }).first()).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(673);
});

test("an invalid month and a foreign workspace are not found", async ({ signIn, workspace, request }) => {
  test.info().annotations.push({ type: "expects-console-error" });
  const { person, page } = await signIn();
  const acme = await workspace(person);
  const { page: stranger } = await signIn({ name: "Grace Hopper" });
  for (const path of ["statement?month=2026-13", "statement/csv?month=x", "statement?month=2026-01&month=2026-02"])
    expect((await page.goto(`/w/${acme.slug}/billing/${path}`))?.status()).toBe(404);
  for (const path of ["", "/statement", "/statement/csv", "/statement/ledger"])
    expect((await stranger.goto(`/w/${acme.slug}/billing${path}`))?.status()).toBe(404);
  const signedOut = await request.get(`/w/${acme.slug}/billing/statement/csv`, { maxRedirects: 0 });
  expect(signedOut.status()).toBe(307);
});

test("on a phone nothing scrolls sideways, and axe finds no violations", async ({
  signIn,
  pageOf,
  workspace,
  database,
}) => {
  test.setTimeout(120_000);
  const { person } = await signIn();
  const acme = await workspace(person);
  for (let days = 0; days < 20; days++)
    await spend(database, acme.id, {
      cost: (days % 7) * 300_000,
      model: `ft:a-model-with-a-very-long-name:${days % 6}`,
      at: new Date(Date.now() - days * 24 * hourMs),
      memberId: person.id,
    });
  await spend(database, acme.id, { cost: euro, at: new Date(Date.now() - 45 * 24 * hourMs) });
  await database`update workspaces set monthly_limit = 1000000 where id = ${acme.id}`;
  const page = await pageOf(person, { viewport: { width: 390, height: 844 } });
  for (const path of ["", "?try=2", "?dialog=limit", `?dialog=member-limit&member=${person.id}`, "/statement"]) {
    await page.goto(`/w/${acme.slug}/billing${path}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await expectNoViolations(page);
  }
});

/** Returns the remaining full hours of the month in UTC, as Billing counts them. */
function hoursLeftOfMonth(): number {
  const now = new Date();
  return (Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1) - now.getTime()) / hourMs;
}
