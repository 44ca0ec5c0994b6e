import { randomBytes } from "node:crypto";
import type postgres from "postgres";
import { expectNoViolations } from "../support/browser/axe";
import type { Person, Workspace } from "../support/browser/test";
import { expect, test } from "../support/browser/test";
import { storedFile, storedJob } from "../support/factories/fine-tuning";
import { ownModel } from "../support/factories/models";
import { insertMembers } from "../support/factories/workspaces";

/** Makes two keys, a running job, a private model, a private file and an invitation of a member. */
async function leaveBehind(database: postgres.Sql, { id }: Workspace, person: Person) {
  const keys = { web: randomBytes(6).toString("hex"), batch: randomBytes(6).toString("hex") };
  for (const [name, keyId] of Object.entries(keys))
    await database`
      insert into api_keys (workspace_id, id, name, secret_mac, pepper_version, last_four, created_by, last_used_at)
      values (${id}, ${keyId}, ${name}, ${randomBytes(32)}, 1, 'abcd', ${person.id}, now())`;
  const job = await storedJob(database, id, { createdBy: person.id });
  // No model server has this job, so none may be asked about it during the test.
  await database`update fine_tuning_jobs set next_look_at = now() + interval '1 hour' where id = ${job}`;
  await ownModel(database, id, { name: "Closed book", visibility: "private", createdBy: person.id });
  await storedFile(database, id, { uploadedBy: person.id, visibility: "user" });
  await database`
    insert into invitations (workspace_id, email, role, token_hash, invited_by, expires_at)
    values (${id}, 'joan@example.com', 'viewer', ${randomBytes(32)}, ${person.id}, now() + interval '1 day')`;
  return { keys, job };
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : "without JavaScript ";

  test(`${how}an Admin removes a member and decides about each thing they leave behind`, async ({
    team,
    pageOf,
    database,
  }) => {
    const { acme, ada, grace } = await team("admin");
    const { keys, job } = await leaveBehind(database, acme, grace);
    const page = await pageOf(ada, { javaScriptEnabled });
    await page.goto(`/w/${acme.slug}/members`);
    await page.getByRole("button", { name: "Actions for Grace Hopper" }).click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    const dialog = page.getByRole("dialog", { name: "Remove Grace Hopper?" });
    await expect(dialog.getByRole("group", { name: "API keys (2)" })).toBeVisible();
    await expect(dialog).toContainText("Closed book");
    await expect(dialog).toContainText("joan@example.com");
    await expect(dialog.getByRole("radio", { name: "Revoke all" })).toBeChecked();
    await dialog.getByRole("radio", { name: "Keep all" }).check();
    await dialog.getByLabel("Action for batch").selectOption("Revoke");
    await dialog.getByRole("checkbox").check();
    await dialog.getByRole("radio", { name: "Delete files" }).check();
    await dialog.getByRole("button", { name: "Remove" }).click();
    await expect(page.getByText("Member removed.")).toBeVisible();

    await page.goto(`/w/${acme.slug}/keys`);
    const table = page.getByRole("table", { name: "API keys" });
    await expect(table.getByRole("row").filter({ hasText: "web" })).toContainText("kept from Grace Hopper");
    const rows =
      await database`select id, revoked_at is not null as is_revoked from api_keys where workspace_id = ${acme.id}`;
    expect(Object.fromEntries(rows.map((row) => [row.id, row.is_revoked]))).toEqual({
      [keys.web]: false,
      [keys.batch]: true,
    });
    const [cancelled] = await database`select cancel_requested_at from fine_tuning_jobs where id = ${job}`;
    expect(cancelled?.cancel_requested_at).not.toBeNull();
    const [file] = await database`select deleted_at from files where workspace_id = ${acme.id} and visibility = 'user'`;
    expect(file?.deleted_at).not.toBeNull();
  });

  test(`${how}a member who leaves decides about their own, and the choices are kept when they may not go`, async ({
    team,
    pageOf,
    database,
  }) => {
    const { acme, ada, grace } = await team("developer");
    const { keys } = await leaveBehind(database, acme, ada);
    const page = await pageOf(ada, { javaScriptEnabled });
    await page.goto(`/w/${acme.slug}/members`);
    await page.getByRole("button", { name: "Leave" }).click();
    const dialog = page.getByRole("dialog", { name: `Leave ${acme.name}?` });
    await dialog.getByRole("radio", { name: "Keep all" }).check();
    await dialog.getByLabel("Action for web").selectOption("Revoke");
    await dialog.getByRole("button", { name: "Leave workspace" }).click();
    await expect(dialog.getByRole("alert")).toContainText("A workspace needs at least one Admin.");
    await expect(dialog.getByLabel("Action for web")).toHaveValue(`revoke:${keys.web}`);
    await expect(dialog.getByLabel("Action for batch")).toHaveValue("");
    await database`update memberships set role = 'admin' where workspace_id = ${acme.id} and user_id = ${grace.id}`;
    await dialog.getByRole("button", { name: "Leave workspace" }).click();
    await expect(page.getByRole("heading", { name: "Welcome to Atelier" })).toBeVisible();
    const rows = await database`
      select id, is_service, revoked_at is not null as is_revoked from api_keys where workspace_id = ${acme.id} order by name`;
    expect(rows.map((row) => [row.is_service, row.is_revoked])).toEqual([
      [true, false],
      [false, true],
    ]);
  });
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : "without JavaScript ";

  test(`${how}a key is rotated while its maker is removed, and its new secret is shown once`, async ({
    team,
    pageOf,
    database,
  }) => {
    const { acme, ada, grace } = await team("developer");
    const { keys } = await leaveBehind(database, acme, grace);
    const page = await pageOf(ada, { javaScriptEnabled, viewport: { width: 390, height: 844 } });
    await page.goto(`/w/${acme.slug}/members?dialog=remove:${grace.id}`);
    const sheet = page.getByRole("dialog", { name: "Remove Grace Hopper?" });
    await sheet.getByLabel("Action for web").selectOption("Rotate");
    await sheet.getByLabel("The old secrets of rotated keys keep working").selectOption("No overlap: they end now");
    await sheet.getByRole("button", { name: "Remove", exact: true }).focus();
    await page.keyboard.press("Enter");

    const dialog = page.getByRole("dialog", { name: "No longer a member" });
    const field = dialog.getByLabel("New key of web");
    await expect(field).toHaveValue(/^atl_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/);
    await expect(dialog.getByLabel(/^New key of/)).toHaveCount(1);
    const secret = await field.inputValue();
    expect(page.url()).not.toContain("atl_");
    expect(JSON.stringify(await page.context().cookies())).not.toContain(secret.slice(17));
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    if (javaScriptEnabled) {
      await expectNoViolations(page);
      await page.screenshot({ path: test.info().outputPath("secrets-390.png"), fullPage: true });
      await page.keyboard.press("Escape");
      await expect(field, "it is not closed by accident").toBeVisible();
    }
    // The old one has ended, the new one works.
    const [old] =
      await database`select expires_at <= now() as is_over, is_service from api_keys where id = ${keys.web}`;
    expect(old).toEqual({ is_over: true, is_service: true });
    const answer = await page.request.get("/v1/models", { headers: { authorization: `Bearer ${secret}` } });
    expect(answer.status()).toBe(200);

    await dialog.getByRole("button", { name: "Done" }).click();
    await expect(dialog).toBeHidden();
    expect(await page.content()).not.toContain(secret);
    await page.reload();
    expect(await page.content()).not.toContain(secret);
    await expect(page.getByRole("table", { name: "Members" })).not.toContainText("Grace Hopper");
  });
}

test("a sheet about a former member says so", async ({ signIn, workspace }) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await page.goto(`/w/${acme.slug}/members?dialog=remove:${crypto.randomUUID()}`);
  const dialog = page.getByRole("dialog", { name: "No longer a member" });
  await dialog.getByRole("button", { name: "Back to members" }).click();
  await expect(dialog).toBeHidden();
});

test("a member who is found by a search, or stands on a later page, is removed from there", async ({
  signIn,
  workspace,
  join,
  database,
}) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await insertMembers(database, acme.id, 60, { name: "Crowd", joinedSecondsAgo: 86_400 });
  const { person: grace } = await signIn({ name: "Grace Hopper" });
  await join(acme, grace, "viewer");
  const { person: joan } = await signIn({ name: "Joan Clarke" });
  await join(acme, joan, "viewer");
  for (const [name, way] of [
    ["Grace Hopper", "next"],
    ["Joan Clarke", "search"],
  ] as const) {
    await page.goto(`/w/${acme.slug}/members${way === "search" ? "?q=Joan" : ""}`);
    if (way === "next") await page.getByRole("link", { name: "Next" }).click();
    await page.getByRole("button", { name: `Actions for ${name}` }).click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await page
      .getByRole("dialog", { name: `Remove ${name}?` })
      .getByRole("button", { name: "Remove", exact: true })
      .click();
    await expect(page.getByText("Member removed.")).toBeVisible();
  }
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : "without JavaScript ";

  test(`${how}a member is given a last day, at invite or later, and the workspace says what becomes of their keys`, async ({
    team,
    pageOf,
    database,
  }) => {
    const { acme, ada, grace } = await team("developer");
    const page = await pageOf(ada, { javaScriptEnabled });
    await page.goto(`/w/${acme.slug}/members`);
    const choose = async (name: string) => {
      await page.getByRole("button", { name: `Actions for ${name}` }).click();
      await page.getByRole("menuitem", { name: "Set end date" }).click();
      return page.getByRole("dialog", { name: "Set end date" });
    };
    const dialog = await choose("Grace Hopper");
    await dialog.getByLabel("Access until").fill("2020-01-01");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Choose today or a later day.")).toBeVisible();
    await page.getByRole("dialog").getByLabel("Access until").fill("2030-01-31");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    const row = page.getByRole("table", { name: "Members" }).getByRole("row").filter({ hasText: grace.email });
    await expect(row).toContainText("until Jan 31, 2030");

    await page.goto(`/w/${acme.slug}/members`);
    const own = await choose("Ada Lovelace");
    await own.getByLabel("Access until").fill("2030-01-31");
    await own.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("dialog").getByRole("alert")).toContainText("whose membership does not end");

    await page.goto(`/w/${acme.slug}/members?dialog=invite`);
    const invite = page.getByRole("dialog", { name: "Invite a new member" });
    await invite.getByLabel("Email addresses").fill("joan@example.com");
    await invite.getByLabel("Access until").fill("2030-03-31");
    await invite.getByRole("button", { name: "Send invitations" }).click();
    await expect
      .poll(async () => (await database`select ends_at from invitations where workspace_id = ${acme.id}`)[0]?.ends_at)
      .toEqual(new Date("2030-04-01T00:00:00Z"));

    await page.goto(`/w/${acme.slug}/settings`);
    const card = page.getByRole("region", { name: "Keys of members who leave" });
    await card.getByRole("radio", { name: "Keep" }).check();
    await card.getByRole("button", { name: "Save" }).click();
    await expect
      .poll(
        async () =>
          (await database`select expired_member_key_action from workspaces where id = ${acme.id}`)[0]
            ?.expired_member_key_action,
      )
      .toBe("keep");
  });
}

test("a member whose membership has ended has no access from their next click", async ({
  signIn,
  workspace,
  join,
  database,
}) => {
  test.info().annotations.push({ type: "expects-console-error" });
  const { person: ada } = await signIn();
  const acme = await workspace(ada);
  const { person: grace, page } = await signIn({ name: "Grace Hopper" });
  await join(acme, grace, "developer");
  await page.goto(`/w/${acme.slug}`);
  await database`update memberships set ends_at = now() where workspace_id = ${acme.id} and user_id = ${grace.id}`;
  await page.getByRole("link", { name: "Members", exact: true }).click();
  await expect(page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
  await expect
    .poll(async () => (await database`select from memberships where user_id = ${grace.id}`).length, { timeout: 15_000 })
    .toBe(0);
});

test("the sheet fits on a phone, and axe finds no violations", async ({ team, pageOf, database }) => {
  const { acme, ada, grace } = await team("admin");
  await leaveBehind(database, acme, grace);
  const page = await pageOf(ada, { viewport: { width: 390, height: 844 } });
  await page.goto(`/w/${acme.slug}/members?dialog=remove:${grace.id}`);
  await expect(page.getByRole("dialog", { name: "Remove Grace Hopper?" })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.screenshot({ path: test.info().outputPath("sheet-390.png"), fullPage: true });
  await expectNoViolations(page);
  await page.setViewportSize({ width: 1440, height: 1400 });
  await page.screenshot({ path: test.info().outputPath("sheet-1440.png") });
});
