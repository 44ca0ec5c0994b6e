import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import type { Sql } from "postgres";
import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

const events = (page: Page) => page.getByRole("table", { name: "Events" });
const row = (page: Page, text: string | RegExp) => events(page).getByRole("row").filter({ hasText: text });

/** Resolves once everything in a workspace's log is sealed. */
const sealed = (database: Sql, workspaceId: string) =>
  expect
    .poll(async () => (await database`select from audit_unsealed where workspace_id = ${workspaceId}`).length, {
      timeout: 30_000,
    })
    .toBe(0);

for (const javaScriptEnabled of [true, false]) {
  test(`an Admin reads who did what, narrows it and verifies it, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async ({
    signIn,
    pageOf,
    workspace,
    join,
    call,
    database,
  }) => {
    const { person: ada } = await signIn({ name: "Ada Lovelace" });
    const { person: grace } = await signIn({ name: "Grace Hopper" });
    const acme = await workspace(ada);
    await join(acme, grace, "viewer");
    const page = await pageOf(ada, { javaScriptEnabled });
    // With JavaScript the list changes with every choice.
    const applied = async () => {
      if (!javaScriptEnabled) await page.getByRole("button", { name: "Apply" }).click();
    };
    await page.goto(`/w/${acme.slug}`);
    await page.getByRole("link", { name: "Audit log" }).click();
    await expect(page.getByRole("heading", { name: "Audit log" })).toBeVisible();
    await expect(page.getByText("No events yet")).toBeVisible();

    await call(ada, "keys.create", { workspace: acme.slug, name: "Production" });
    await call(ada, "members.changeRole", { workspace: acme.slug, userId: grace.id, role: "billing" });
    await call(ada, "workspaces.rename", { workspace: acme.slug, name: "Renamed" });
    expect((await call(grace, "workspaces.rename", { workspace: acme.slug, name: "Mine" })).status()).toBe(403);
    await sealed(database, acme.id);
    await page.reload();
    await expect(events(page).getByRole("row")).toHaveCount(5);
    await expect(row(page, "was refused workspaces.rename")).toContainText("Grace Hopper");
    const changed = row(page, "changed the role of");
    await expect(changed).toContainText("Ada Lovelace changed the role of Grace Hopper");
    await changed.getByText("Details").click();
    await expect(changed.locator("del")).toHaveText("viewer");
    await expect(changed.locator("ins")).toHaveText("billing");
    await expect(changed).toContainText(/\d+: [0-9a-f]{64}/);

    await row(page, "created the key").getByRole("link", { name: "Production" }).click();
    await expect(page).toHaveURL(/\/keys\?q=/);
    await expect(page.getByRole("table", { name: "API keys" })).toContainText("Production");
    await page.goBack();

    await page.getByLabel("Who").selectOption({ label: "Grace Hopper" });
    await applied();
    await expect(events(page).getByRole("row")).toHaveCount(2);
    await expect(page).toHaveURL(new RegExp(`person=${grace.id}`));
    await expect(page.getByLabel("Who")).toHaveValue(grace.id);
    await page.getByRole("link", { name: "Clear all" }).click();
    await expect(page.getByLabel("Who")).toHaveValue("");
    await expect(events(page).getByRole("row")).toHaveCount(5);
    await page.getByLabel("What", { exact: true }).selectOption({ label: "Members" });
    await applied();
    await expect(events(page).getByRole("row")).toHaveCount(2);
    await expect(events(page)).toContainText("changed the role of");
    await row(page, "changed the role of").getByText("Details").click();
    await page.getByRole("link", { name: "Everything about this" }).click();
    await expect(page.getByLabel("Object id")).toHaveValue(grace.id);
    await expect(events(page).getByRole("row")).toHaveCount(2);
    await page.goto(`/w/${acme.slug}/audit`);
    await page.getByRole("link", { name: "When", exact: true }).click();
    await expect(page).toHaveURL(/order=asc/);
    await expect(page.getByRole("columnheader", { name: "When" })).toHaveAttribute("aria-sort", "ascending");
    await expect(events(page).getByRole("row").nth(1)).toContainText("created the key");
    await page.goto(`/w/${acme.slug}/audit?q=nothing-like-it`);
    await expect(page.getByText("No matching events")).toBeVisible();
    await page.goto(`/w/${acme.slug}/audit?from=2026-02-02&to=2026-02-01`);
    await expect(page.getByText("The end date is before the start date.")).toBeVisible();

    const card = page.getByRole("region", { name: "Verify" });
    await card.getByRole("button", { name: "Verify" }).click();
    await expect(card).toContainText("4 events whole");
    await expect(card).toContainText("Sealed until");
    await expect(row(page, "verified the audit log")).toHaveCount(1);
    await sealed(database, acme.id);
    const [second] = await database`
      select event_id from audit_seals where workspace_id = ${acme.id} and sequence = 2`;
    await database.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`update audit_events set after = '{"role":"admin"}' where id = ${second?.event_id}`;
    });
    await card.getByRole("button", { name: "Verify" }).click();
    await expect(card).toContainText("The log does not match its seals");
    await expect(card).toContainText("Event 2 (member.role_changed,");
    await expect(card).toContainText(String(second?.event_id));
  });
}

test("the page is without violations, empty, with events and verified, in light and dark", async ({
  signIn,
  workspace,
  call,
}) => {
  test.slow();
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await page.goto(`/w/${acme.slug}/audit`);
  await expectNoViolations(page, "nothing yet");
  await call(person, "workspaces.rename", { workspace: acme.slug, name: "Renamed" });
  await page.reload();
  await page.getByText("Details").click();
  await page.getByRole("button", { name: "Verify" }).click();
  await expect(row(page, "verified the audit log")).toHaveCount(1);
  await expectNoViolations(page, "with events, verified");
});

test("a person who deleted their account has no name, and Atelier's own events are named Atelier", async ({
  signIn,
  workspace,
  join,
  call,
  database,
}) => {
  const { person: ada, page } = await signIn();
  const { person: grace } = await signIn({ name: "Grace Hopper" });
  const acme = await workspace(ada);
  await join(acme, grace, "admin");
  await call(grace, "workspaces.rename", { workspace: acme.slug, name: "Hers" });
  await database`
    insert into audit_events (workspace_id, action, target_type, target_id) values (${acme.id}, 'file.expired', 'file', 'f1')`;
  expect((await call(grace, "account.remove", { confirmation: grace.email })).status()).toBe(200);
  await page.goto(`/w/${acme.slug}/audit`);
  await expect(row(page, "renamed the workspace")).toContainText("A removed person");
  await expect(row(page, "file f1")).toContainText("Atelier deleted the file f1");
  await expect(page.locator("body")).not.toContainText("Grace Hopper");
});

test("the downloads have the page's filters and no cell that a spreadsheet would run, and are in the log", async ({
  signIn,
  workspace,
  call,
  request,
  cookieOf,
  database,
}) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await call(person, "keys.create", { workspace: acme.slug, name: "=1+1" });
  await call(person, "workspaces.rename", { workspace: acme.slug, name: "Renamed" });
  await database`
    insert into audit_events (workspace_id, at, action, target_type, target_id)
    select ${acme.id}, now() - interval '1 day' - i * interval '1 second', 'model.archived', 'model', i::text
    from generate_series(1, 2500) i`;
  await page.goto(`/w/${acme.slug}/audit?action=key.*`);
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download CSV" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe(`audit-${acme.slug}.csv`);
  const lines = readFileSync(await download.path(), "utf8").split("\r\n");
  expect(lines).toHaveLength(3);
  // A byte order mark first, for Excel.
  expect(lines[0]).toMatch(/^\ufeffat,actor_id,actor,action,/);
  expect(lines[1]).toContain(`key.created,key,`);
  expect(lines[1]).toContain(`,"'=1+1",`);
  const whole = await request.get(`/w/${acme.slug}/audit/export?format=jsonl`, {
    headers: { cookie: await cookieOf(person) },
  });
  expect(whole.headers()["content-type"]).toContain("application/x-ndjson");
  const all = (await whole.text())
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(all).toHaveLength(2504);
  expect(new Set(all.map(({ id }) => id)).size).toBe(2504);
  expect(all[0]).toMatchObject({ action: "audit.exported", actorId: person.id, after: { format: "jsonl" } });
  expect(all[1]).toMatchObject({ action: "audit.exported", after: { format: "csv", action: "key.*" } });
});

test("only Admins read and download it; a member reads whom to ask, an outsider finds nothing", async ({
  signIn,
  workspace,
  join,
  request,
  cookieOf,
  database,
}) => {
  const { person: ada } = await signIn({ name: "Ada Lovelace" });
  const { person: grace, page } = await signIn({ name: "Grace Hopper" });
  const { person: mallory } = await signIn({ name: "Mallory" });
  const acme = await workspace(ada);
  await join(acme, grace, "developer");
  await page.goto(`/w/${acme.slug}/audit`);
  await expect(page.getByText("Needs the role Admin. Ask Ada Lovelace.")).toBeVisible();
  await expect(events(page)).toHaveCount(0);
  const get = (path: string, cookie?: string) =>
    request.get(`/w/${acme.slug}/audit${path}`, { maxRedirects: 0, headers: cookie ? { cookie } : {} });
  expect((await get("/export", await cookieOf(grace))).status()).toBe(403);
  const [noted] = await database`select target_id from audit_events where workspace_id = ${acme.id}`;
  expect(noted?.target_id).toBe("audit.startExport");
  for (const path of ["", "/export"]) {
    expect((await get(path, await cookieOf(mallory))).status()).toBe(404);
    const anonymous = await get(path);
    expect(anonymous.status()).toBe(307);
    expect(anonymous.headers().location).toContain("/sign-in?callbackUrl=");
  }
  const cookie = await cookieOf(ada);
  for (const query of ["?person=nonsense", "?action=a;b", `?person=${mallory.id}`])
    expect((await get(`/export${query}`, cookie)).status()).toBe(404);
});

test("nothing scrolls sideways on a phone", async ({ signIn, pageOf, workspace, database }) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  await database`
    insert into audit_events (workspace_id, actor_id, action, target_type, target_id, before, after, ip, user_agent, request_id)
    values (${acme.id}, ${person.id}, 'model.updated', 'model', ${"ft:open-mistral-7b:ab12cd34:20261124:9f8e7d6c".repeat(3)},
      ${database.json({ description: "x".repeat(300) })}, ${database.json({ description: "a word ".repeat(60) })},
      '2001:db8:1:2:ffff:ffff:ffff:ffff', ${"Mozilla/5.0 (X11; Linux x86_64) ".repeat(8)}, ${"r".repeat(80)})`;
  for (const width of [360, 390]) {
    const page = await pageOf(person, { viewport: { width, height: 800 } });
    await page.goto(`/w/${acme.slug}/audit`);
    await page.getByLabel("The rest of this row").first().click();
    await page.getByText("Details").first().click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }
});
