import type { Page } from "@playwright/test";
import { expect, test } from "../support/browser/test";
import { insertKey, insertKeys } from "../support/factories/keys";
import { insertMembers } from "../support/factories/workspaces";

const phone = { viewport: { width: 390, height: 844 } };

/** Returns the heights of a table's collapsed rows in pixels. */
const heights = (page: Page, table: string) =>
  page
    .getByRole("table", { name: table })
    .locator("tbody tr")
    .evaluateAll((rows) => rows.map((row) => Math.round(row.getBoundingClientRect().height)));

test("on a phone a request to join is one line, and a tap shows how it is answered", async ({
  signIn,
  workspace,
  database,
  pageOf,
}) => {
  const { person: ada } = await signIn();
  const acme = await workspace(ada);
  const other = await workspace(ada);
  const asking = await insertMembers(database, other.id, 12, { name: "Asker" });
  await database`insert into join_requests (workspace_id, user_id) select ${acme.id}, unnest(${asking}::uuid[])`;
  const page = await pageOf(ada, phone);
  await page.goto(`/w/${acme.slug}/members/requests`);
  const rows = await heights(page, "Requests to join");
  expect(rows).toHaveLength(12);
  expect(Math.max(...rows)).toBeLessThanOrEqual(52);
  const row = page.getByRole("row").filter({ hasText: "Asker 3" });
  const approve = page.getByRole("button", { name: "Approve Asker 3" });
  await expect(approve).toBeHidden();
  await row.getByRole("cell").first().locator("summary").click();
  await approve.click();
  await expect(page.getByText("They are in.")).toBeVisible();
});

test("the inbox lists three requests of a kind and leads to all", async ({ signIn, workspace, database }) => {
  const { person: ada, page } = await signIn();
  const acme = await workspace(ada);
  const other = await workspace(ada);
  const asking = await insertMembers(database, other.id, 9, { name: "Asker" });
  await database`insert into join_requests (workspace_id, user_id) select ${acme.id}, unnest(${asking}::uuid[])`;
  await page.goto("/account/inbox");
  const waiting = page.getByRole("region", { name: acme.name, exact: true }).first();
  await expect(waiting.getByText("asks to join")).toHaveCount(3);
  await waiting.getByRole("link", { name: "All 9 requests to join" }).click();
  await expect(page.getByRole("table", { name: "Requests to join" }).getByRole("row")).toHaveCount(10);
});

test("on a phone the limits of fifty keys take four screens, and a key's name stays beside a long badge", async ({
  signIn,
  workspace,
  database,
  pageOf,
}) => {
  const { person: ada } = await signIn();
  const acme = await workspace(ada);
  await insertKeys(database, acme.id, ada.id, 49);
  const leaked = await insertKey(database, acme.id, ada.id, { name: "Evaluations 7" });
  await database`update api_keys set disabled_at = now(), disabled_because = 'leaked' where id = ${leaked}`;
  const page = await pageOf(ada, phone);
  await page.goto(`/w/${acme.slug}/limits`);
  const limits = await heights(page, "Limits of keys");
  expect(limits).toHaveLength(50);
  expect(limits.reduce((sum, height) => sum + height, 0)).toBeLessThanOrEqual(4 * 844);
  await page.goto(`/w/${acme.slug}/keys`);
  const name = page.getByRole("link", { name: "Evaluations 7" });
  const cut = await name.evaluate((link) => {
    const line = link.parentElement ?? link;
    return [line.scrollWidth - line.clientWidth, Math.round(line.getBoundingClientRect().width)];
  });
  expect(cut[0]).toBeLessThanOrEqual(1);
  expect(cut[1]).toBeGreaterThan(60);
  await expect(page.getByText("1–50 of 50")).toHaveCount(0);
});

test("with forced colours a row's menu is still visible", async ({ signIn, workspace, database, pageOf }) => {
  const { person: ada } = await signIn();
  const acme = await workspace(ada);
  await insertKey(database, acme.id, ada.id, { name: "Nightly" });
  const page = await pageOf(ada, phone);
  await page.emulateMedia({ forcedColors: "active" });
  await page.goto(`/w/${acme.slug}/keys`);
  const dots = await page
    .getByRole("button", { name: "Actions for Nightly" })
    .evaluate((button) => getComputedStyle(button, "::before").forcedColorAdjust);
  expect(dots).toBe("none");
});
