import { randomBytes } from "node:crypto";
import type postgres from "postgres";
import { expectNoViolations } from "../support/axe";
import { storedFile, storedJob } from "../support/fine-tuning";
import { ownModel } from "../support/own-models";
import type { Person, Workspace } from "../support/test";
import { expect, test } from "../support/test";

/** Two keys, a running job, a private model, a private file and an invitation of somebody's. */
async function leaveBehind(database: postgres.Sql, { id }: Workspace, person: Person) {
  const keys = { web: randomBytes(6).toString("hex"), batch: randomBytes(6).toString("hex") };
  for (const [name, keyId] of Object.entries(keys))
    await database`
      insert into api_keys (workspace_id, id, name, secret_mac, pepper_version, last_four, created_by, last_used_at)
      values (${id}, ${keyId}, ${name}, ${randomBytes(32)}, 1, 'abcd', ${person.id}, now())`;
  const job = await storedJob(database, id, { createdBy: person.id });
  // No model server knows this job: it is not to be asked about it meanwhile.
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

  test(`${how}an Admin removes somebody and decides about each thing they leave behind`, async ({
    signIn,
    pageOf,
    workspace,
    join,
    database,
  }) => {
    const { person: ada } = await signIn({ name: "Ada Lovelace" });
    const acme = await workspace(ada);
    const { person: grace } = await signIn({ name: "Grace Hopper" });
    await join(acme, grace, "admin");
    const { keys, job } = await leaveBehind(database, acme, grace);
    const page = await pageOf(ada, { javaScriptEnabled });
    await page.goto(`/w/${acme.slug}/members`);
    await page.getByRole("button", { name: "Actions for Grace Hopper" }).click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    const dialog = page.getByRole("dialog", { name: "Remove Grace Hopper?" });
    await expect(dialog.getByRole("group", { name: "API keys (2)" })).toBeVisible();
    await expect(dialog).toContainText("Closed book");
    await expect(dialog).toContainText("joan@example.com");
    await expect(dialog.getByRole("radio", { name: "Keep all" })).toBeChecked();
    await dialog.getByLabel("What becomes of batch").selectOption("Revoke");
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

  test(`${how}whoever leaves decides about their own, and what they chose is kept when they may not go`, async ({
    signIn,
    pageOf,
    workspace,
    join,
    database,
  }) => {
    const { person: ada } = await signIn({ name: "Ada Lovelace" });
    const acme = await workspace(ada);
    const { person: grace } = await signIn({ name: "Grace Hopper" });
    await join(acme, grace, "developer");
    const { keys } = await leaveBehind(database, acme, ada);
    const page = await pageOf(ada, { javaScriptEnabled });
    await page.goto(`/w/${acme.slug}/members`);
    await page.getByRole("button", { name: "Leave" }).click();
    const dialog = page.getByRole("dialog", { name: `Leave ${acme.name}?` });
    await dialog.getByLabel("What becomes of web").selectOption("Revoke");
    await dialog.getByRole("button", { name: "Leave workspace" }).click();
    await expect(dialog.getByRole("alert")).toContainText("A workspace needs at least one Admin.");
    await expect(dialog.getByLabel("What becomes of web")).toHaveValue(`revoke:${keys.web}`);
    await expect(dialog.getByLabel("What becomes of batch")).toHaveValue("");
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

test("the sheet fits on a phone, and axe has nothing to say about it", async ({
  signIn,
  pageOf,
  workspace,
  join,
  database,
}) => {
  const { person: ada } = await signIn({ name: "Ada Lovelace" });
  const acme = await workspace(ada);
  const { person: grace } = await signIn({ name: "Grace Hopper" });
  await join(acme, grace, "admin");
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
