import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";
import { insertKey } from "../support/factories/keys";
import { spend } from "../support/factories/spending";
import { use } from "../support/factories/usage";

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);

const chart = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const tile = (page: Page, name: string) => page.locator("dl > div").filter({ hasText: new RegExp(`^${name}`) });
const requests = (page: Page) => page.getByRole("table", { name: "Recent requests" });

test("an unused workspace explains the page, and shows the first request within two seconds", async ({
  signIn,
  workspace,
  database,
}) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await page.goto(`/w/${acme.slug}`);
  await page.getByRole("link", { name: "Usage", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Usage" })).toBeVisible();
  await expect(page.getByText("No requests in this range")).toBeVisible();
  await expect(page.getByRole("link", { name: "Make a first request" })).toBeVisible();
  await expectNoViolations(page, "nothing yet");

  await expect(page.getByRole("button", { name: "Live" })).toHaveAttribute("aria-pressed", "true");
  await use(database, acme.id, [{ model: "atelier-mini" }]);
  await expect(requests(page)).toContainText("atelier-mini", { timeout: 2_000 });
  await use(database, acme.id, [{ model: "atelier-base" }]);
  await expect(requests(page)).toContainText("atelier-base", { timeout: 2_000 });
  await expect(tile(page, "Requests")).toContainText("2");

  await page.getByRole("button", { name: "Live" }).click();
  await use(database, acme.id, [{ model: "another" }]);
  const asked = page.waitForRequest((request) => request.url().includes("usage.latest"), { timeout: 2_500 });
  await expect(asked).rejects.toThrow();
  await expect(requests(page)).not.toContainText("another");
});

test("figures, charts and tables show the usage, by keyboard and as a table", async ({ team, database }) => {
  const { acme, ada, page, grace } = await team("developer");
  const [production, nightly, robot] = [
    await insertKey(database, acme.id, ada.id, { name: "Production" }),
    await insertKey(database, acme.id, grace.id, { name: "Nightly", isRevoked: true }),
    await insertKey(database, acme.id, ada.id, { name: "Robot", isService: true }),
  ];
  await use(database, acme.id, [
    {
      at: hoursAgo(1),
      keyId: production,
      memberId: ada.id,
      model: "large",
      cost: 2_500_000,
      promptTokens: 1_000,
      totalMs: 1_200,
    },
    {
      at: hoursAgo(1),
      keyId: production,
      memberId: ada.id,
      model: "small",
      cost: 1_200,
      status: 502,
      errorCode: "model_server_down",
    },
    { at: hoursAgo(3), keyId: nightly, memberId: grace.id, model: "large", cost: 500_000 },
    { at: hoursAgo(2), keyId: robot, model: "small", cost: 300, operation: "batch-embeddings" },
  ]);
  await database`delete from memberships where workspace_id = ${acme.id} and user_id = ${grace.id}`;
  await page.goto(`/w/${acme.slug}/usage?range=24h`);

  await expect(tile(page, "Cost")).toContainText("€3.00");
  await expect(tile(page, "Requests")).toContainText("4");
  await expect(tile(page, "Errors")).toContainText("25 %");
  await expect(tile(page, "Tokens in")).toContainText("1,030");
  await expect(page.getByRole("table", { name: "Usage by model" }).getByRole("row").nth(1)).toContainText("large");
  const failed = requests(page).getByRole("row").filter({ hasText: "502" });
  await expect(failed).toContainText("model_server_down");
  await expect(failed).toContainText(/[0-9a-f]{8}-[0-9a-f-]{27}/);

  const drawn = chart(page, "Requests");
  const readout = drawn.locator("[data-tooltip]");
  await expect(drawn).toContainText("4 requests in all");
  const { height } = (await drawn.boundingBox()) ?? {};
  const bars = drawn.locator("[data-bar]");
  await expect(bars).toHaveCount(24);
  // One bar is in the tab order, and the arrow keys move from it to the others.
  expect(await drawn.locator('[data-bar][tabindex="0"]').count()).toBe(1);
  await bars.last().focus();
  await page.keyboard.press("ArrowLeft");
  await expect(bars.nth(22)).toBeFocused();
  await expect(bars.nth(22)).toHaveAccessibleName(/2 requests \(large 1, small 1\)/);
  await expect(readout).toContainText(/2 requests.*large.*1.*small.*1/s);
  await page.keyboard.press("Home");
  await expect(bars.first()).toBeFocused();
  await expect(readout).toContainText("0 requests");
  await page.keyboard.press("ArrowLeft");
  await expect(bars.first()).toBeFocused();
  await page.keyboard.press("End");
  await expect(bars.last()).toBeFocused();
  expect(await drawn.locator('[data-bar][tabindex="0"]').count()).toBe(1);
  expect((await drawn.boundingBox())?.height).toBe(height);
  await page.keyboard.press("Escape");
  await expect(readout).toHaveCount(0);
  const pointing = chart(page, "Cost").locator("[data-pointing]");
  const box = (await pointing.boundingBox()) ?? { width: 0 };
  await pointing.hover({ position: { x: (box.width / 24) * 20.5, y: 40 } });
  await expect(chart(page, "Cost").locator("[data-tooltip]")).toContainText("€0.50");
  // No part of it is outside the window, at either end.
  for (const x of [2, box.width - 2]) {
    await pointing.hover({ position: { x, y: 40 } });
    const tip = await chart(page, "Cost").locator("[data-tooltip]").boundingBox();
    expect(tip?.x ?? -1).toBeGreaterThanOrEqual(0);
    expect((tip?.x ?? 0) + (tip?.width ?? 0)).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
  }

  await chart(page, "Cost").getByText("Show as table").click();
  const table = chart(page, "Cost").getByRole("table");
  await expect(table.getByRole("row")).toHaveCount(4);
  await expect(table.getByRole("row").nth(3)).toContainText("€2.50");
  await expectNoViolations(page, "with figures and a table");

  await page.getByLabel("Group by").selectOption("Member");
  const members = page.getByRole("table", { name: "Usage by member" });
  await expect(members.getByRole("row").filter({ hasText: "Grace Hopper" })).toContainText("Removed member");
  await expect(members).toContainText("Service keys");
  await page.getByLabel("Group by").selectOption("Key");
  const keys = page.getByRole("table", { name: "Usage by key" });
  await expect(keys.getByRole("row").filter({ hasText: "Nightly" })).toContainText("Revoked");
  await page.getByLabel("Group by").selectOption("Endpoint");
  const endpoints = page.getByRole("table", { name: "Usage by endpoint" });
  await expect(endpoints.getByRole("row").nth(1)).toContainText("Chat completions");
  await endpoints.getByRole("link", { name: "Embeddings, in a batch" }).click();
  await expect(page.getByLabel("Endpoint", { exact: true })).toHaveValue("batch-embeddings");
  await expect(tile(page, "Requests")).toContainText("1");
});

for (const javaScriptEnabled of [true, false]) {
  test(`ranges and filters are in the address, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async ({
    signIn,
    pageOf,
    workspace,
    database,
  }) => {
    const { person } = await signIn();
    const acme = await workspace(person);
    const keyId = await insertKey(database, acme.id, person.id, { name: "Production" });
    await use(database, acme.id, [
      { keyId, memberId: person.id, model: "large" },
      { model: "small" },
      { at: hoursAgo(24 * 20), model: "old" },
    ]);
    const page = await pageOf(person, { javaScriptEnabled });
    const here = `/w/${acme.slug}/usage`;
    await page.goto(here);
    const models = page.getByRole("table", { name: "Usage by model" });
    await expect(models).not.toContainText("old");
    await page.getByRole("link", { name: "30 days" }).click();
    await expect(models).toContainText("old");
    await expect(page).toHaveURL(/[?&]range=30d/);

    await page.getByLabel("Key").selectOption({ index: 1 });
    if (!javaScriptEnabled) await page.getByRole("button", { name: "Apply" }).click();
    await expect(models).not.toContainText("small");
    await expect(page).toHaveURL(new RegExp(`key=${keyId}`));
    await expect(page.getByLabel("Key")).toHaveValue(keyId);
    await page.getByRole("link", { name: "Clear" }).click();
    await expect(models).toContainText("small");
    await expect(page.getByLabel("Key")).toHaveValue("");

    await models.getByRole("link", { name: "large" }).click();
    await expect(page).toHaveURL(/model=large/);
    await expect(models.getByRole("row")).toHaveCount(2);
    await expect(requests(page).getByRole("row")).toHaveCount(2);

    await page.goto(`${here}?model=nothing`);
    await expect(page.getByText("Nothing matches")).toBeVisible();
    await page.getByRole("link", { name: "Clear the filters" }).click();
    await expect(models).toContainText("small");

    await page.getByRole("link", { name: "Custom" }).click();
    await expect(page.getByLabel("From")).not.toHaveValue("");
    await page.getByLabel("From").fill("2026-02-02");
    await page.getByLabel("To", { exact: true }).fill("2026-02-01");
    await page.getByRole("button", { name: "Show range" }).click();
    await expect(page.getByText("The last day is before the first.")).toBeVisible();
    await expect(page.getByLabel("To", { exact: true })).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByLabel("From")).toHaveValue("2026-02-02");
    await page.getByLabel("To", { exact: true }).fill("2026-02-03");
    await page.getByRole("button", { name: "Show range" }).click();
    await expect(page.getByText("No requests in this range")).toBeVisible();
  });
}

test("without JavaScript every figure is there, in charts, in their tables and page by page", async ({
  signIn,
  pageOf,
  workspace,
  database,
}) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  await use(
    database,
    acme.id,
    Array.from({ length: 30 }, (_, i) => ({ at: hoursAgo(i / 60), model: `model ${i % 3}` })),
  );
  const page = await pageOf(person, { javaScriptEnabled: false });
  await page.goto(`/w/${acme.slug}/usage`);
  await expect(page.getByRole("button", { name: "Live" })).toBeHidden();
  await expect(chart(page, "Requests").locator("[data-bar]")).toHaveCount(7);
  const legend = page.getByRole("navigation", { name: "Series in the charts" });
  const series = await legend.getByRole("link").count();
  await legend.getByRole("link").first().click();
  await expect(page).toHaveURL(/[?&]hide=1/);
  await expect(legend.getByRole("link")).toHaveCount(series);
  await expect(chart(page, "Requests").locator(".chart-plot .chart-ink-1")).toHaveCount(0);
  await expect(chart(page, "Cost").locator(".chart-plot .chart-ink-1")).toHaveCount(0);
  await legend.getByRole("link").first().click();
  await expect(page).not.toHaveURL(/hide=/);
  await expect(chart(page, "Requests").locator(".chart-plot .chart-ink-1")).toHaveCount(1);
  await chart(page, "Requests").getByText("Show as table").click();
  await expect(chart(page, "Requests").getByRole("table")).toContainText("model 2");
  await expect(requests(page).getByRole("row")).toHaveCount(26);
  await page.getByRole("link", { name: "Next" }).click();
  await expect(requests(page).getByRole("row")).toHaveCount(6);
  await page.getByRole("link", { name: "Previous" }).click();
  await expect(requests(page).getByRole("row")).toHaveCount(26);
});

test("the CSV has the same filters as the page, and no cell that a spreadsheet would run", async ({
  signIn,
  workspace,
  database,
}) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  const keyId = await insertKey(database, acme.id, person.id, { name: '=HYPERLINK("x")' });
  await use(database, acme.id, [
    { keyId, model: "large", cost: 1_234_567, promptTokens: 7, totalMs: 95 },
    { model: "small" },
  ]);
  await page.goto(`/w/${acme.slug}/usage?range=24h&group=key&model=large`);
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download CSV" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe(`usage-${acme.slug}-24h.csv`);
  const lines = readFileSync(await download.path(), "utf8").split("\r\n");
  expect(lines).toHaveLength(3);
  // A byte order mark first, for Excel.
  expect(lines[0]).toBe(
    "\ufeffstart,key_id,key,requests,errors,tokens_in,tokens_out,cost,currency,latency_p50_ms,latency_p95_ms,latency_p99_ms," +
      "cache_read_tokens,cache_write_tokens,audio_input_tokens,image_input_tokens,reasoning_tokens,audio_output_tokens,seconds,images,pages,characters",
  );
  expect(lines[1]).toMatch(
    new RegExp(
      `^\\d{4}-\\d{2}-\\d{2}T\\d{2}:00:00Z,${keyId},"'=HYPERLINK\\(""x""\\)",1,0,7,20,1.234567,EUR,113,113,113(,0?){10}$`,
    ),
  );
});

test("outsiders find neither the page nor the file, and a signed-out person signs in first", async ({
  signIn,
  workspace,
  request,
  cookieOf,
}) => {
  const { person } = await signIn();
  const { person: mallory } = await signIn({ name: "Mallory" });
  const acme = await workspace(person);
  for (const path of [`/w/${acme.slug}/usage`, `/w/${acme.slug}/usage/export`]) {
    const get = (cookie?: string) => request.get(path, { maxRedirects: 0, headers: cookie ? { cookie } : {} });
    expect((await get(await cookieOf(mallory))).status()).toBe(404);
    const anonymous = await get();
    expect(anonymous.status()).toBe(307);
    expect(anonymous.headers().location).toContain("/sign-in?callbackUrl=");
  }
  const cookie = await cookieOf(person);
  for (const query of ["?key=nonsense", "?range=custom&from=2026-02-02&to=2026-02-01", "?member=abc"])
    expect((await request.get(`/w/${acme.slug}/usage/export${query}`, { headers: { cookie } })).status()).toBe(404);
});

test("nothing scrolls sideways on a phone", async ({ signIn, pageOf, workspace, database }) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  const long = "ft:open-mistral-7b:ab12cd34:20261124:9f8e7d6c-with-a-name-that-goes-on-and-on";
  await use(database, acme.id, [
    { model: long, cost: 1 },
    { model: "small", status: 502, errorCode: "a_long_error_code" },
  ]);
  for (const width of [360, 390]) {
    const page = await pageOf(person, { viewport: { width, height: 800 } });
    for (const query of ["", "?range=7d&granularity=hour", "?range=custom&from=2026-11-01&to=2026-10-01"]) {
      await page.goto(`/w/${acme.slug}/usage${query}`);
      await expect(page.getByRole("heading", { name: "Usage" })).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
  }
});

test("the overview shows this month, and a first chat with a model that is there", async ({
  signIn,
  workspace,
  database,
  request,
  call,
}) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await page.goto(`/w/${acme.slug}`);
  const code = await page.getByRole("group", { name: "A first request" }).locator("code").first().textContent();
  await spend(database, acme.id, { cost: 2_500_000 });
  await page.reload();
  const month = page.getByRole("region", { name: "This month" });
  await expect(month).toContainText("€2.50");
  // After the first requests, the example of a first request is not shown any more.
  await expect(page.getByRole("group", { name: "A first request" })).toBeHidden();
  expect(code).toContain("/v1/chat/completions");
  const model = /"model": "([^"]+)"/.exec(code ?? "")?.[1];
  const created = await call(person, "keys.create", { workspace: acme.slug, name: "A key" });
  const { secret } = (await created.json()).result.data;
  const found = await request.get(`/v1/models/${model}`, { headers: { authorization: `Bearer ${secret}` } });
  expect(found.status()).toBe(200);
  await month.getByRole("link", { name: "See usage" }).click();
  await expect(page).toHaveURL(/usage\?range=month/);
});
