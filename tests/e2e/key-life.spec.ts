import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../support/browser/test";

const table = (page: Page) => page.getByRole("table", { name: "API keys" });
const rowOf = (page: Page, name: string) => table(page).getByRole("row").filter({ hasText: name });

async function choose(page: Page, key: string, item: string): Promise<Locator> {
  await page
    .getByRole("button", { name: `Actions for ${key}`, exact: true })
    .first()
    .click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
  return page.getByRole("dialog");
}

const status = (page: Page, key: string) =>
  page.request.get("/v1/models", { headers: { authorization: `Bearer ${key}` } }).then((answer) => answer.status());

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

  test(`a key is created with limits, edited, disabled, enabled, revoked and restored, ${how}`, async ({
    signIn,
    pageOf,
    workspace,
    database,
  }) => {
    const { person } = await signIn();
    const acme = await workspace(person);
    const page = await pageOf(person, { javaScriptEnabled });
    await page.goto(`/w/${acme.slug}/keys`);
    await page.getByRole("button", { name: "Create new key" }).click();
    let dialog = page.getByRole("dialog", { name: "Create new key" });
    await dialog.getByLabel("Key name").fill("Backend");
    await dialog.getByText("Advanced settings").click();
    await dialog.getByLabel("Embeddings").uncheck();
    await dialog.getByLabel("Requests per minute").fill("60");
    await dialog.getByLabel("Spend limit per month").fill("12,5");
    await dialog.getByLabel("Allowed addresses").fill("127.0.0.0/8");
    await dialog.getByRole("button", { name: "Create new key" }).click();
    // The error is at the field, which is visible, and all other fields keep their values.
    await expect(dialog.getByText("Enter an amount such as 25 or 12.50, or nothing.")).toBeVisible();
    await expect(dialog.getByLabel("Embeddings")).not.toBeChecked();
    await expect(dialog.getByLabel("Chat completions")).toBeChecked();
    await dialog.getByLabel("Spend limit per month").fill("12.5");
    await dialog.getByRole("button", { name: "Create new key" }).click();
    const secret = await page.getByLabel("Your new key").inputValue();
    await page.getByRole("button", { name: "Done" }).click();
    await expect(rowOf(page, "Backend")).toContainText("models:read, chat +12");
    const kept = () => database`
      select name, scopes::text, requests_per_minute, monthly_limit::int, ip_ranges::text, expires_at is null as is_endless
      from api_keys where workspace_id = ${acme.id}`;
    expect(await kept()).toEqual([
      {
        name: "Backend",
        scopes:
          "{models:read,chat,responses,messages,completions,rerank,moderation,audio,images,ocr,batches,files,fine-tuning,usage:read}",
        requests_per_minute: 60,
        monthly_limit: 12_500_000,
        ip_ranges: "{127.0.0.0/8}",
        is_endless: false,
      },
    ]);

    dialog = await choose(page, "Backend", "Edit");
    await expect(dialog.getByLabel("Spend limit per month")).toHaveValue("12.50");
    await dialog.getByLabel("Key name").fill("Front end");
    await dialog.getByLabel("Spend limit per month").fill("");
    await dialog.getByLabel("Expiration").selectOption("never");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(rowOf(page, "Front end")).toBeVisible();
    expect(await kept()).toMatchObject([{ name: "Front end", monthly_limit: null, is_endless: true }]);
    if (!javaScriptEnabled) await page.goto(`/w/${acme.slug}/keys`);

    for (const [item, said, state, code] of [
      ["Disable", "Key disabled.", "Disabled", 401],
      ["Enable", "Key enabled.", "", 200],
      ["Revoke", "Key revoked.", "restore until", 401],
      ["Restore", "Key restored.", "", 200],
    ] as const) {
      dialog = await choose(page, "Front end", item);
      await dialog.getByRole("button", { name: item }).click();
      await expect(page.getByText(said)).toBeVisible();
      await expect(rowOf(page, "Front end")).toContainText(state);
      expect([item, await status(page, secret)]).toEqual([item, code]);
    }
  });

  test(`a key is rotated: the new secret once, the old one metered and ended, ${how}`, async ({
    signIn,
    pageOf,
    workspace,
    call,
  }) => {
    const { person } = await signIn();
    const acme = await workspace(person);
    const made = await call(person, "keys.create", { workspace: acme.slug, name: "Backend", expiration: "never" });
    const old = (await made.json()).result.data.secret as string;
    const page = await pageOf(person, { javaScriptEnabled });
    // With a filter that the old key no longer matches after the rotation: the new key's secret is shown nevertheless.
    await page.goto(`/w/${acme.slug}/keys?state=no-expiry`);
    let dialog = await choose(page, "Backend", "Rotate");
    await dialog.getByLabel("The old key keeps working").selectOption("1");
    await dialog.getByRole("button", { name: "Rotate key" }).click();
    const secret = await page.getByLabel("Your new key").inputValue();
    expect(secret).not.toBe(old);
    if (javaScriptEnabled) {
      await page.keyboard.press("Escape");
      await expect(page.getByLabel("Your new key")).toBeVisible();
    }
    await page.getByRole("button", { name: "Done" }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    expect(await page.content()).not.toContain(secret);
    expect([await status(page, old), await status(page, secret)]).toEqual([200, 200]);

    await page.goto(`/w/${acme.slug}/keys?q=${old.slice(4, 16)}`);
    await expect(rowOf(page, "Backend")).toContainText("Rotated");
    dialog = await choose(page, "Backend", "Rotate");
    await expect(dialog.getByText("0 requests in the last hour")).toBeVisible();
    await dialog.getByRole("button", { name: "End old key now" }).click();
    await expect(page.getByText("Key revoked.")).toBeVisible();
    expect([await status(page, old), await status(page, secret)]).toEqual([401, 200]);
  });

  test(`keys are filtered, sorted and searched by the address, ${how}`, async ({ team, pageOf, call }) => {
    const { acme, ada, grace } = await team("developer");
    const make = async (who: typeof ada, name: string, values: object = {}) =>
      (await (await call(who, "keys.create", { workspace: acme.slug, name, expiration: "30", ...values })).json())
        .result.data.id as string;
    await make(ada, "Zebra", { isService: true });
    await make(grace, "Apple");
    const off = await make(ada, "Off");
    await call(ada, "keys.disable", { workspace: acme.slug, keyId: off });
    const page = await pageOf(ada, { javaScriptEnabled });
    const names = () => table(page).locator("tbody tr p:first-child").first();
    const apply = page.getByRole("button", { name: "Apply" });
    const filter = async (label: string, option: string) => {
      await page.getByLabel(label, { exact: true }).selectOption({ label: option });
      if (!javaScriptEnabled) await apply.click();
    };
    await page.goto(`/w/${acme.slug}/keys`);
    await expect(table(page).getByRole("row")).toHaveCount(4);
    await expect(apply).toHaveCount(javaScriptEnabled ? 0 : 1);
    await filter("State", "Disabled (1)");
    await expect(table(page).getByRole("row")).toHaveCount(2);
    await expect(rowOf(page, "Off")).toBeVisible();
    await expect(page).toHaveURL(/[?&]state=disabled/);
    await page.getByRole("link", { name: "Remove the filter State: Disabled" }).click();
    await expect(page).not.toHaveURL(/state=/);
    await expect(page.getByLabel("State", { exact: true })).toHaveValue("");
    await filter("Owner", "Grace Hopper (1)");
    await expect(table(page).getByRole("row")).toHaveCount(2);
    await expect(rowOf(page, "Apple")).toBeVisible();
    await filter("Owner", "Service keys (1)");
    await expect(rowOf(page, "Zebra")).toContainText("Service");
    await filter("Owner", "All owners");
    await expect(page.getByRole("list", { name: "Filters in use" })).toHaveCount(0);
    await table(page).getByRole("link", { name: "Key" }).click();
    await expect(page).toHaveURL(/sort=name/);
    await expect(table(page).getByRole("columnheader", { name: "Key" })).toHaveAttribute("aria-sort", "ascending");
    await expect(names()).toHaveText("Apple");
    await page.getByRole("searchbox", { name: "Search keys" }).fill(`atl_${off.slice(0, 8)}`);
    await page.keyboard.press("Enter");
    await expect(table(page).getByRole("row")).toHaveCount(2);
    await expect(page).toHaveURL(/sort=name/);
    await page.goto(`/w/${acme.slug}/keys?state=unused&owner=mine&sort=nonsense&q=nothing-like-it`);
    await expect(page.getByText("No key found")).toBeVisible();
  });

  test(`flaws are counted and fixed in bulk, ${how}`, async ({ signIn, pageOf, workspace, call, database }) => {
    const { person } = await signIn();
    const acme = await workspace(person);
    for (const name of ["One", "Two", "Three"])
      await call(person, "keys.create", { workspace: acme.slug, name, expiration: "never" });
    const page = await pageOf(person, { javaScriptEnabled });
    await page.goto(`/w/${acme.slug}/keys`);
    const hygiene = page.getByRole("region", { name: "Key health" });
    await expect(hygiene).toContainText("3 keys never expire");
    await expect(hygiene).toContainText("3 keys have no limit");
    await hygiene.getByRole("button", { name: "Fix in bulk: keys that never expire" }).click();
    const dialog = page.getByRole("dialog", { name: "Fix in bulk: keys that never expire" });
    await dialog.getByLabel("Two").uncheck();
    await dialog.getByLabel("In how many days").fill("10");
    await dialog.getByRole("button", { name: "Apply to the selected keys" }).click();
    await expect(dialog.getByText("2 keys changed.")).toBeVisible();
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.goto(`/w/${acme.slug}/keys`);
    await expect(hygiene).toContainText("1 key never expires");
    const endless = await database`select name from api_keys where workspace_id = ${acme.id} and expires_at is null`;
    expect(endless).toEqual([{ name: "Two" }]);
    await hygiene.getByRole("link", { name: "Show keys that never expire" }).click();
    await expect(rowOf(page, "Two")).toBeVisible();
    await expect(rowOf(page, "One")).toHaveCount(0);
  });
}

test("the meter of an old key follows what happens without a reload", async ({ signIn, workspace, call, database }) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  const made = await call(person, "keys.create", { workspace: acme.slug, name: "Backend", expiration: "30" });
  const { id } = (await made.json()).result.data;
  await call(person, "keys.rotate", { workspace: acme.slug, keyId: id });
  await page.goto(`/w/${acme.slug}/keys?q=${id}&dialog=rotating:${id}`);
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("0 requests in the last hour")).toBeVisible();
  await database`
    insert into usage_ledger (workspace_id, id, key_id, model, upstream_model, operation, is_streamed, status,
      prompt_tokens, completion_tokens, input_price, output_price, cost, usage_source, total_ms)
    values (${acme.id}, gen_random_uuid(), ${id}, 'm', 'm', 'chat', false, 200, 1, 1, 0, 0, 0, 'reported', 5)`;
  await database`update api_keys set last_client = 'nightly/1.0', last_address = '203.0.113.9' where id = ${id}`;
  await expect(dialog.getByText("1 request in the last hour")).toBeVisible({ timeout: 10_000 });
  await expect(dialog.getByText("nightly/1.0")).toBeVisible();
  await expect(dialog.getByText("203.0.113.9")).toBeVisible();
});

test("a pasted key is named by its id alone: nothing else of it leaves the browser", async ({
  signIn,
  pageOf,
  workspace,
  call,
}) => {
  const { person, page } = await signIn({ name: "Ada Lovelace" });
  const acme = await workspace(person);
  const made = await call(person, "keys.create", { workspace: acme.slug, name: "Backend", expiration: "30" });
  const { id, secret } = (await made.json()).result.data as { id: string; secret: string };
  const sent: string[] = [];
  page.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));
  await page.goto(`/w/${acme.slug}/keys`);
  const panel = page.getByRole("region", { name: "What is this key?" });
  const field = panel.getByLabel("Key to look up");
  await field.fill(`${secret.slice(0, -1)}~`);
  await expect(panel.getByText("This is not a complete Atelier key")).toBeVisible();
  await field.fill(`ATELIER_API_KEY="${secret}"`);
  await expect(panel).toContainText("Backend, a key of Ada Lovelace. It works.");
  await panel.getByRole("link", { name: "Show it in the list" }).click();
  await expect(page).toHaveURL(new RegExp(`/keys\\?q=${id}$`));
  await expect(rowOf(page, "Backend")).toBeVisible();
  for (const request of sent) {
    expect(request).not.toContain(secret.slice(17));
    expect(decodeURIComponent(request)).not.toContain(secret.slice(17, 40));
  }
  expect(sent.some((request) => request.includes(id))).toBe(true);
  const bare = await pageOf(person, { javaScriptEnabled: false });
  await bare.goto(`/w/${acme.slug}/keys`);
  const said = bare.getByRole("region", { name: "What is this key?" });
  await expect(said.getByText("This needs JavaScript")).toBeVisible();
  await expect(said.getByRole("textbox")).toHaveCount(0);
});

test("a policy limits the choices, and shows keys that live longer", async ({ signIn, workspace, join, call }) => {
  const { person, page } = await signIn({ name: "Ada Lovelace" });
  const acme = await workspace(person);
  await call(person, "keys.create", { workspace: acme.slug, name: "Old", expiration: "never" });
  await page.goto(`/w/${acme.slug}/settings`);
  const policy = page.getByRole("region", { name: "API keys" }).getByRole("form", { name: "Maximum lifetime" });
  await policy.getByRole("combobox", { name: "Maximum lifetime" }).selectOption("30");
  await policy.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.goto(`/w/${acme.slug}/keys?dialog=create`);
  const options = page.getByRole("dialog").getByLabel("Expiration").getByRole("option");
  await expect(options).toHaveText(["30 days"]);
  await page.goto(`/w/${acme.slug}/keys`);
  await expect(page.getByRole("region", { name: "Key health" })).toContainText("1 key lives longer than the policy");
  const { person: grace, page: hers } = await signIn({ name: "Grace Hopper" });
  await join(acme, grace, "developer");
  const refused = await call(grace, "keys.create", { workspace: acme.slug, name: "No", expiration: "90" });
  expect(refused.status()).toBe(403);
  await hers.goto(`/w/${acme.slug}/settings`);
  await expect(hers.getByRole("region", { name: "API keys" })).toContainText("Keys live 30 days at most.");
});

test("a leak report is accepted from a program, only at our own address, and only with a valid signature", async ({
  request,
  baseURL,
}) => {
  const post = (headers: Record<string, string> = {}) =>
    request.post("/api/leaked-keys", { headers: { "content-type": "application/json", ...headers }, data: [] });
  const answer = await post();
  expect([answer.status(), (await answer.json()).error]).toEqual([401, "The report is not signed."]);
  expect((await post({ host: "evil.example" })).status()).toBe(421);
  expect((await request.get(`${baseURL}/api/leaked-keys`)).status()).toBe(405);
});

test("on a phone the keys page does not scroll sideways", async ({ signIn, pageOf, workspace, call }) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  await call(person, "keys.create", { workspace: acme.slug, name: "x".repeat(60), expiration: "never" });
  const page = await pageOf(person, { viewport: { width: 360, height: 740 } });
  for (const path of ["/keys", "/keys?dialog=create", "/keys?state=no-expiry&dialog=fix"]) {
    await page.goto(`/w/${acme.slug}${path}`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    // While a dialog is open, the page has no space for a scrollbar.
    expect([path, overflow <= 0]).toEqual([path, true]);
  }
});
