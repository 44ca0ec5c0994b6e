import { randomBytes } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/browser/test";

async function create(page: Page, name: string, expiration?: string): Promise<string> {
  await page.getByRole("button", { name: "Create new key" }).click();
  const dialog = page.getByRole("dialog", { name: "Create new key" });
  await dialog.getByLabel("Key name").fill(name);
  if (expiration) await dialog.getByLabel("Expiration").selectOption({ label: expiration });
  await dialog.getByRole("button", { name: "Create new key" }).click();
  return page.getByLabel("Your new key").inputValue();
}

const rowOf = (page: Page, name: string) =>
  page.getByRole("table", { name: "API keys" }).getByRole("row").filter({ hasText: name });

test("AK-02 the secret is shown once, cannot be closed by accident, and is removed with Done", async ({
  signIn,
  workspace,
}) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await page.goto(`/w/${acme.slug}/keys`);
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  const key = await create(page, "Backend", "30 days");
  expect(key).toMatch(/^atl_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/);
  expect((await answered).headers()["cache-control"]).toContain("no-store");

  const field = page.getByLabel("Your new key");
  const first = page.getByRole("group", { name: "A first request" });
  await expect(first).toContainText(`export ATELIER_API_KEY="${key}"`);
  for (const language of ["Python", "TypeScript", "Go"]) {
    await first.getByText(language, { exact: true }).click();
    await expect(first.locator("pre:visible")).toContainText(`"${key}"`);
  }
  await first.getByText("curl", { exact: true }).click();
  await expect(page.getByText("Waiting for the first request")).toBeVisible();
  const [, url, body] =
    /curl (\S+)[\s\S]* -d '(.*)'/.exec((await first.locator("pre:visible").textContent()) ?? "") ?? [];
  const reply = await page.request.post(String(url), {
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    data: body,
  });
  expect(reply.status()).toBe(200);
  await expect(page.getByText(/^Request received and answered in/)).toBeVisible();
  expect(await page.getByRole("link", { name: "See the request" }).getAttribute("href")).not.toContain(key);
  await page.getByText("Connect a program").click();
  await page.getByText("Open WebUI").click();
  await expect(page.getByRole("group", { name: "Open WebUI" })).toContainText(`OPENAI_API_KEY=${key}`);
  await page.getByText("Codex, config.toml").click();
  await expect(page.getByRole("group", { name: "Codex, config.toml" })).toContainText(
    `${new URL(page.url()).origin}/v1`,
  );
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(field).toBeVisible();
  await page.mouse.click(5, 5);
  await expect(field).toBeVisible();
  await expect(page.getByRole("button", { name: "Close", exact: true })).toHaveCount(0);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(field).toHaveCount(0);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(await page.content()).not.toContain(key);

  await page.getByRole("button", { name: "Create new key" }).click();
  await expect(page.getByRole("dialog").getByLabel("Key name")).toHaveValue("");
  await expect(field).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await page.reload();
  await expect(rowOf(page, "Backend")).toBeVisible();
  expect(await page.content()).not.toContain(key);
  expect(await page.content()).not.toContain(key.slice(18, -4));
});

test("without JavaScript the secret is shown once too, and the next load does not show it", async ({
  signIn,
  pageOf,
  workspace,
}) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  const page = await pageOf(person, { javaScriptEnabled: false });
  await page.goto(`/w/${acme.slug}/keys`);
  const key = await create(page, "Backend");
  await expect(page.getByRole("group", { name: "A first request" })).toContainText(key);
  await expect(page.getByRole("link", { name: "Check whether it arrived" })).toHaveAttribute(
    "href",
    /usage\?range=24h&key=/,
  );
  await page.getByText("Connect a program").click();
  await page.getByText("Claude Code").click();
  await expect(page.getByRole("group", { name: "Claude Code" })).toContainText(`ANTHROPIC_AUTH_TOKEN=${key}`);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(rowOf(page, "Backend")).toBeVisible();
  expect(await page.content()).not.toContain(key);
});

test("the list shows each key masked, with its owner, permissions, spend, end and last use", async ({
  signIn,
  workspace,
  database,
  request,
}) => {
  const { person, page } = await signIn({ name: "Ada Lovelace" });
  const acme = await workspace(person);
  await page.goto(`/w/${acme.slug}/keys`);
  await expect(page.getByText("No keys yet")).toBeVisible();
  const key = await create(page, "Backend", "30 days");
  await page.getByRole("button", { name: "Done" }).click();
  const row = rowOf(page, "Backend");
  await expect(row).toContainText(`atl_${key.slice(4, 8)}…${key.slice(-4)}`);
  await expect(row).toContainText("Ada Lovelace");
  await expect(row).toContainText("You");
  await expect(row).toContainText("All");
  await expect(row).toContainText("€0.00");
  await expect(row).toContainText("never");
  const end = await row.getByRole("cell").nth(5).getByRole("time").getAttribute("datetime");
  expect(Math.round((Date.parse(end ?? "") - Date.now()) / 86_400_000)).toBe(30);

  const models = await request.get("/v1/models", { headers: { authorization: `Bearer ${key}` } });
  expect(models.status()).toBe(200);
  const isUsed = async () =>
    (await database`select 1 from api_keys where workspace_id = ${acme.id} and last_used_at is not null`).length;
  await expect.poll(isUsed).toBe(1);
  await page.reload();
  await expect(row).not.toContainText("never");
});

test("a key is kept after its creator has left, and its row names the creator", async ({
  signIn,
  workspace,
  join,
  call,
  request,
}) => {
  const { person: ada, page } = await signIn();
  const acme = await workspace(ada);
  const { person: grace } = await signIn({ name: "Grace Hopper" });
  await join(acme, grace, "developer");
  await call(ada, "members.setExpiredMemberKeyAction", { workspace: acme.slug, keys: "keep" });
  const created = await call(grace, "keys.create", { workspace: acme.slug, name: "Nightly", expiration: "never" });
  const key = (await created.json()).result.data.secret;
  await page.goto(`/w/${acme.slug}/keys`);
  await expect(rowOf(page, "Nightly")).toContainText("Grace Hopper");
  await expect(rowOf(page, "Nightly")).not.toContainText("kept from");
  await page.goto(`/w/${acme.slug}/members`);
  await page.getByRole("button", { name: "Actions for Grace Hopper" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await page.getByRole("dialog", { name: "Remove Grace Hopper?" }).getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("Member removed.")).toBeVisible();
  await page.goto(`/w/${acme.slug}/keys`);
  await expect(rowOf(page, "Nightly")).toContainText("kept from Grace Hopper");
  const models = () => request.get("/v1/models", { headers: { authorization: `Bearer ${key}` } });
  expect((await models()).status()).toBe(200);
});

for (const role of ["viewer", "billing"] as const) {
  test(`a ${role} cannot create a key, and reads who can`, async ({ signIn, workspace, join, call }) => {
    const { person: ada } = await signIn({ name: "Ada Lovelace" });
    const acme = await workspace(ada);
    const { person: grace, page } = await signIn({ name: "Grace Hopper" });
    await join(acme, grace, role);
    await page.goto(`/w/${acme.slug}/keys`);
    const button = page.getByRole("button", { name: "Create new key" });
    await expect(button).toBeDisabled();
    await expect(button).toHaveAccessibleDescription("Needs the role Admin or Developer. Ask Ada Lovelace.");
    await page.goto(`/w/${acme.slug}/keys?dialog=create`);
    await expect(page.getByRole("dialog")).toHaveCount(0);
    const answer = await call(grace, "keys.create", { workspace: acme.slug, name: "No", expiration: "30" });
    expect(answer.status()).toBe(403);
  });
}

test("a Developer revokes only their own keys", async ({ signIn, workspace, join, call, database }) => {
  const { person: ada } = await signIn({ name: "Ada Lovelace" });
  const acme = await workspace(ada);
  const { person: grace, page } = await signIn({ name: "Grace Hopper" });
  await join(acme, grace, "developer");
  const make = (who: typeof ada, name: string) =>
    call(who, "keys.create", { workspace: acme.slug, name, expiration: "30" });
  await make(ada, "Hers");
  await make(grace, "Mine");
  const [hers] = await database`select id from api_keys where workspace_id = ${acme.id} and name = 'Hers'`;
  await page.goto(`/w/${acme.slug}/keys`);
  await page.getByRole("button", { name: "Actions for Hers" }).click();
  const item = page.getByRole("menuitem", { name: "Revoke" });
  await expect(item).toBeDisabled();
  await expect(item).toContainText("Needs the role Admin. Ask Ada Lovelace.");
  await page.goto(`/w/${acme.slug}/keys?dialog=revoke:${hers?.id}`);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect((await call(grace, "keys.revoke", { workspace: acme.slug, keyId: hers?.id })).status()).toBe(403);
  await page.goto(`/w/${acme.slug}/keys`);
  await page.getByRole("button", { name: "Actions for Mine" }).click();
  await page.getByRole("menuitem", { name: "Revoke" }).click();
  await page.getByRole("dialog", { name: "Revoke Mine?" }).getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByText("Key revoked. It no longer works.")).toBeVisible();
  await expect(rowOf(page, "Mine")).toContainText(/Revoked – restore until \d\d:\d\d UTC/);
  await expect(rowOf(page, "Hers")).not.toContainText("Revoked");
});

test("a bad key name is explained at the field and kept", async ({ signIn, workspace, database }) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await page.goto(`/w/${acme.slug}/keys`);
  await page.getByRole("button", { name: "Create new key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Key name").evaluate((input) => input.removeAttribute("maxlength"));
  await dialog.getByLabel("Key name").fill("x".repeat(61));
  await dialog.getByLabel("Expiration").selectOption("365");
  await dialog.getByRole("button", { name: "Create new key" }).click();
  await expect(dialog.getByText("The key name is too long: at most 60 characters.")).toBeVisible();
  await expect(dialog.getByLabel("Key name")).toHaveValue("x".repeat(61));
  await expect(dialog.getByLabel("Expiration")).toHaveValue("365");
  expect(await database`select 1 from api_keys where workspace_id = ${acme.id}`).toHaveLength(0);
});

test("AK-08 unknown, mistyped, expired and revoked keys get the same 401", async ({
  signIn,
  workspace,
  call,
  database,
  request,
}) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  const secret = async (name: string) =>
    (await (await call(person, "keys.create", { workspace: acme.slug, name, expiration: "30" })).json()).result.data
      .secret as string;
  const [expired, revoked] = [await secret("Expired"), await secret("Revoked")];
  await database`update api_keys set expires_at = now() where workspace_id = ${acme.id} and name = 'Expired'`;
  await database`update api_keys set revoked_at = now() where workspace_id = ${acme.id} and name = 'Revoked'`;
  const answers = [];
  for (const key of [expired, revoked, `${revoked.slice(0, -1)}0`, `atl_${randomBytes(30).toString("hex")}`, ""]) {
    const answer = await request.get("/v1/models", { headers: { authorization: `Bearer ${key}` } });
    expect(answer.status()).toBe(401);
    answers.push(await answer.text());
  }
  expect(new Set(answers).size).toBe(1);
});
