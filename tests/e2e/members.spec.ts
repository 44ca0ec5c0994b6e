import type { Page } from "@playwright/test";
import type { Person, Workspace } from "../support/browser/test";
import { expect, test } from "../support/browser/test";
import { insertMembers } from "../support/factories/workspaces";

const rowOf = (page: Page, text: string) =>
  page.getByRole("table", { name: "Members" }).getByRole("row").filter({ hasText: text });

async function choose(page: Page, name: string, item: string) {
  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

test("an Admin changes a member's role", async ({ signIn, workspace, join }) => {
  const { person: ada, page } = await signIn();
  const acme = await workspace(ada);
  const { person: grace } = await signIn({ name: "Grace Hopper" });
  await join(acme, grace, "developer");
  await page.goto(`/w/${acme.slug}/members`);
  await expect(page.getByText("2 members", { exact: true })).toBeVisible();
  await expect(rowOf(page, grace.email)).toContainText("Developer");
  await choose(page, "Grace Hopper", "Change role");
  const dialog = page.getByRole("dialog", { name: "Change role" });
  await dialog.getByLabel("Role").selectOption({ label: "Billing" });
  await dialog.getByRole("button", { name: "Change role" }).click();
  await expect(rowOf(page, grace.email)).toContainText("Billing");
  await expect(dialog).toBeHidden();
});

test("a removed member has no access from their next click", async ({ signIn, workspace, join }) => {
  test.info().annotations.push({ type: "expects-console-error" });
  const { person: ada, page } = await signIn();
  const acme = await workspace(ada);
  const { person: grace, page: hers } = await signIn({ name: "Grace Hopper" });
  await join(acme, grace, "developer");
  await hers.goto(`/w/${acme.slug}`);
  await page.goto(`/w/${acme.slug}/members`);
  await choose(page, "Grace Hopper", "Remove");
  await page.getByRole("dialog", { name: "Remove Grace Hopper?" }).getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("Member removed.")).toBeVisible();
  await expect(rowOf(page, grace.email)).toHaveCount(0);

  await hers.getByRole("link", { name: "Members", exact: true }).click();
  await expect(hers.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
  expect((await hers.goto(`/w/${acme.slug}`))?.status()).toBe(404);
});

test("a member leaves, and gets another page", async ({ signIn, workspace, join, database }) => {
  const { person: ada } = await signIn();
  const acme = await workspace(ada);
  const { person: grace, page } = await signIn({ name: "Grace Hopper" });
  await join(acme, grace, "viewer");
  await page.goto(`/w/${acme.slug}/members`);
  await expect(rowOf(page, grace.email)).toContainText("You");
  await page.getByRole("button", { name: "Leave" }).click();
  const dialog = page.getByRole("dialog", { name: `Leave ${acme.name}?` });
  await dialog.getByRole("button", { name: "Leave workspace" }).click();
  await expect(page.getByRole("heading", { name: "Welcome to Atelier" })).toBeVisible();
  expect(await database`select 1 from memberships where user_id = ${grace.id}`).toHaveLength(0);
});

test("the last Admin can neither leave nor step down, and reads in the dialog what to do", async ({
  team,
  database,
}) => {
  const { acme, ada, page } = await team("developer");
  const sentence = "A workspace needs at least one Admin. Make another member Admin first.";
  await page.goto(`/w/${acme.slug}/members`);
  await page.getByRole("button", { name: "Leave" }).click();
  const leave = page.getByRole("dialog", { name: `Leave ${acme.name}?` });
  await leave.getByRole("button", { name: "Leave workspace" }).click();
  await expect(leave.getByRole("alert")).toHaveText(sentence);
  await leave.getByRole("button", { name: "Cancel" }).click();

  await choose(page, "Ada Lovelace", "Change role");
  const change = page.getByRole("dialog", { name: "Change role" });
  await change.getByLabel("Role").selectOption("viewer");
  await change.getByRole("button", { name: "Change role" }).click();
  await expect(change.getByRole("alert")).toHaveText(sentence);
  await expect(change.getByLabel("Role")).toHaveValue("viewer");
  const [row] = await database`select role from memberships where workspace_id = ${acme.id} and user_id = ${ada.id}`;
  expect(row?.role).toBe("admin");
});

test("CR-01 two Admins who demote each other at the same time leave one Admin", async ({
  signIn,
  pageOf,
  workspace,
  join,
  database,
}) => {
  const { person: ada, page: hers } = await signIn({ name: "Ada Lovelace" });
  const { person: grace } = await signIn({ name: "Grace Hopper" });
  const acme = await workspace(ada);
  await join(acme, grace, "admin");
  const his = await pageOf(grace);
  const prepare = async (page: Page, name: string) => {
    await page.goto(`/w/${acme.slug}/members`);
    await choose(page, name, "Change role");
    const dialog = page.getByRole("dialog", { name: "Change role" });
    await dialog.getByLabel("Role").selectOption("viewer");
    return dialog.getByRole("button", { name: "Change role" });
  };
  const buttons = [await prepare(hers, "Grace Hopper"), await prepare(his, "Ada Lovelace")];
  await Promise.all(buttons.map((button) => button.click()));
  const done = (page: Page) =>
    page.getByText("Role changed.").or(page.getByRole("dialog", { name: "Change role" }).getByRole("alert"));
  await Promise.all([expect(done(hers)).toBeVisible(), expect(done(his)).toBeVisible()]);
  const rows = await database`select role from memberships where workspace_id = ${acme.id} order by role`;
  expect(rows.map(({ role }) => role)).toEqual(["admin", "viewer"]);
});

test("120 members are found by search and paged through", async ({ signIn, workspace, database }) => {
  const { person: ada, page } = await signIn();
  const acme = await workspace(ada);
  await insertMembers(database, acme.id, 119, { first: 2 });
  const rows = page.getByRole("table", { name: "Members" }).getByRole("row");
  const pages = page.getByRole("navigation", { name: "Pages" });
  await page.goto(`/w/${acme.slug}/members`);
  await expect(page.getByText("120 members", { exact: true })).toBeVisible();
  await expect(rows).toHaveCount(51);
  await expect(pages.getByRole("link", { name: "Previous" })).toHaveCount(0);
  await expect(pages).toContainText("1–50 of 120");
  await pages.getByRole("link", { name: "Next" }).click();
  await expect(rows.nth(1)).toContainText("Person 51");
  await expect(pages).toContainText("51–100 of 120");
  await pages.getByRole("link", { name: "Next" }).click();
  await expect(rows).toHaveCount(21);
  await expect(rows.last()).toContainText("Person 120");
  await expect(pages.getByRole("link", { name: "Next" })).toHaveCount(0);
  await pages.getByRole("link", { name: "Previous" }).click();
  await expect(rows.nth(1)).toContainText("Person 51");
  await expect(rows).toHaveCount(51);

  await page.getByRole("searchbox", { name: "Search members" }).pressSequentially("PERSON 11");
  await expect(page.getByText("11 of 120 members")).toBeVisible();
  await expect(page.getByRole("searchbox", { name: "Search members" })).toBeFocused();
  await page.getByRole("searchbox", { name: "Search members" }).fill("100%");
  await expect(page.getByText("No members found")).toBeVisible();
  await expect(pages).toHaveCount(0);
});

for (const javaScriptEnabled of [true, false]) {
  test(`members are sorted by the heads of the table and narrowed to a role, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async ({
    signIn,
    pageOf,
    workspace,
    database,
  }) => {
    const { person: ada } = await signIn({ name: "Zora Neale" });
    const acme = await workspace(ada);
    await insertMembers(database, acme.id, 60, { first: 2 });
    const page = await pageOf(ada, { javaScriptEnabled });
    const table = page.getByRole("table", { name: "Members" });
    const head = (name: string) => table.getByRole("columnheader", { name });
    const first = table.getByRole("row").nth(1);
    await page.goto(`/w/${acme.slug}/members`);
    await expect(head("Member")).not.toHaveAttribute("aria-sort");
    await head("Member").getByRole("link").click();
    await expect(head("Member")).toHaveAttribute("aria-sort", "ascending");
    await head("Member").getByRole("link").click();
    await expect(head("Member")).toHaveAttribute("aria-sort", "descending");
    await expect(first).toContainText("Zora Neale");
    // The next page continues in that order, and the third click restores the default order.
    await page.getByRole("link", { name: "Next" }).click();
    await expect(page).toHaveURL(/order=desc/);
    await expect(table.getByRole("row")).toHaveCount(12);
    await head("Member").getByRole("link").click();
    await expect(head("Member")).not.toHaveAttribute("aria-sort");

    await page.getByRole("form", { name: "Filter members" }).getByLabel("Role").selectOption("admin");
    if (!javaScriptEnabled) await page.getByRole("button", { name: "Apply" }).click();
    await expect(table.getByRole("row")).toHaveCount(2);
    await expect(page.getByText("1 of 61 members")).toBeVisible();
    await page.getByRole("link", { name: "Clear all" }).click();
    await expect(table.getByRole("row")).toHaveCount(51);
  });

  test(`on a phone fifty members are four screens, and a tap shows the rest of one, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async ({
    signIn,
    pageOf,
    workspace,
    database,
  }) => {
    const { person: ada } = await signIn();
    const acme = await workspace(ada);
    await insertMembers(database, acme.id, 60, { first: 2 });
    const page = await pageOf(ada, { javaScriptEnabled, viewport: { width: 390, height: 844 } });
    await page.goto(`/w/${acme.slug}/members`);
    const table = page.getByRole("table", { name: "Members" });
    expect((await table.boundingBox())?.height).toBeLessThan(4 * 844);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    const row = rowOf(page, "Person 7");
    await expect(row).toContainText("Viewer");
    const active = row.getByRole("cell", { name: "not yet" });
    await expect(active).toBeHidden();
    await row.getByLabel("The rest of this row").click();
    await expect(active).toBeVisible();
    await table.getByRole("link", { name: "Last active" }).click();
    await expect(page).toHaveURL(/sort=active/);
  });
}

test("invitations and requests have their own tabs, with the number of open ones", async ({
  team,
  invite,
  database,
}) => {
  const { acme, ada, grace, page } = await team("viewer");
  await invite(acme, ada, "waiting@example.com");
  await database`insert into role_requests (workspace_id, user_id, role) values (${acme.id}, ${grace.id}, 'developer')`;
  await page.goto(`/w/${acme.slug}/members`);
  const tabs = page.getByRole("navigation", { name: "People" });
  await expect(tabs.getByRole("link")).toHaveText(["Members 2", "Invitations 1", "Requests 1", "Reviews"]);
  await expect(tabs.getByRole("link", { name: "Members 2" })).toHaveAttribute("aria-current", "page");
  await tabs.getByRole("link", { name: "Invitations 1" }).click();
  await expect(page.getByRole("region", { name: "Pending invitations" })).toContainText("waiting@example.com");
  await tabs.getByRole("link", { name: "Requests 1" }).click();
  await page.getByRole("button", { name: "Decline the role of Grace Hopper" }).click();
  await expect(page.getByText("No requests", { exact: true })).toBeVisible();
  await expect(tabs.getByRole("link", { name: "Requests", exact: true })).toBeVisible();
});

for (const role of ["developer", "billing", "viewer"] as const) {
  test(`a ${role} cannot invite or manage, and reads which Admin to ask`, async ({ signIn, workspace, join, call }) => {
    const { person: ada } = await signIn({ name: "Ada Lovelace" });
    const acme = await workspace(ada);
    const { person: grace, page } = await signIn({ name: "Grace Hopper" });
    await join(acme, grace, role);
    await page.goto(`/w/${acme.slug}/members?dialog=invite`);
    const button = page.getByRole("button", { name: "Invite a new member" });
    await expect(button).toBeDisabled();
    await expect(button).toHaveAccessibleDescription("Needs the role Admin. Ask Ada Lovelace.");
    await button.click({ force: true });
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(page.getByRole("region", { name: "Pending invitations" })).toHaveCount(0);
    await page.getByRole("button", { name: "Actions for Ada Lovelace" }).click();
    await expect(page.getByRole("menuitem", { name: "Remove" })).toBeDisabled();
    const answer = await call(grace, "members.remove", { workspace: acme.slug, userId: ada.id });
    expect(answer.status()).toBe(403);
  });
}

test("a personal workspace has one member, and says why it can have no other", async ({
  signIn,
  workspace,
  database,
}) => {
  const { person: ada, page } = await signIn();
  const own = await workspace(ada, "Own");
  await database`update workspaces set kind = 'personal' where id = ${own.id}`;
  await page.goto(`/w/${own.slug}/members`);
  const button = page.getByRole("button", { name: "Invite a new member" });
  await expect(button).toBeDisabled();
  await expect(button).toHaveAccessibleDescription(/A personal workspace has one member\./);
  await expect(page.getByText("1 member", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Leave" })).toHaveCount(0);
});

test("names with markup or reordering characters are shown as plain text", async ({
  signIn,
  workspace,
  join,
  database,
  call,
}) => {
  const { person: ada, page } = await signIn();
  const names = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "עדה \"&amp;' לאבלייס", "‮evol‬"];
  const acme: Workspace = await workspace(ada, "<b>Acme</b>");
  const made: Person[] = [];
  for (const name of names) {
    const { person } = await signIn({ name: "Placeholder" });
    await database`update users set name = ${name} where id = ${person.id}`;
    await join(acme, person, "viewer");
    made.push(person);
  }
  page.on("dialog", () => {
    throw new Error("a name ran as a script");
  });
  await page.goto(`/w/${acme.slug}/members`);
  for (const [index, person] of made.entries())
    await expect(rowOf(page, person.email)).toContainText(names[index] ?? "");
  await expect(page.locator("table img, table script, table b")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Account menu" })).toContainText("<b>Acme</b>");
  // The direction of a name does not reverse the e-mail address beside it.
  const direction = await rowOf(page, made[3]?.email ?? "")
    .getByText(made[3]?.email ?? "")
    .evaluate((element) => getComputedStyle(element).direction);
  expect(direction).toBe("ltr");
  expect((await call(ada, "account.update", { name: "‮evol‬" })).status()).toBe(400);
});

for (const javaScriptEnabled of [true, false]) {
  test(`ticked members get a role together, and who cannot be changed is named, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async ({
    team,
    pageOf,
    database,
  }) => {
    const { acme, ada } = await team("viewer");
    await insertMembers(database, acme.id, 2, { first: 2 });
    const page = await pageOf(ada, { javaScriptEnabled });
    await page.goto(`/w/${acme.slug}/members`);
    const bar = page.getByRole("form", { name: "Selected rows" });
    await expect(bar).toBeHidden();
    await expect(page.getByLabel("Select Ada Lovelace")).toHaveCount(0);
    if (javaScriptEnabled) {
      await page.getByLabel("Select all on this page").check();
      await expect(bar).toContainText("3 selected");
      await page.getByLabel("Select Grace Hopper").uncheck();
      await expect(bar).toContainText("2 selected");
    } else {
      await page.getByLabel("Select Person 2").check();
      await page.getByLabel("Select Person 3").check();
    }
    await bar.getByRole("button", { name: "Change role" }).click();
    const dialog = page.getByRole("dialog", { name: "Change the role of the selected members" });
    await expect(dialog.getByRole("list", { name: "Chosen" }).getByRole("listitem")).toHaveCount(2);
    await expect(dialog).not.toContainText("Grace Hopper");
    // One of them is removed before the form is sent.
    await database`
      delete from memberships where workspace_id = ${acme.id} and user_id in (select id from users where name = 'Person 3')`;
    await dialog.getByLabel("New role").selectOption("billing");
    await dialog.getByRole("button", { name: "Change role" }).click();
    await expect(dialog.getByText("1 changed, 1 not changed.")).toBeVisible();
    await expect(dialog.getByRole("list", { name: "Not changed" }).getByRole("listitem")).toHaveCount(1);
    await dialog
      .getByRole("button", { name: "Done" })
      .or(dialog.getByRole("link", { name: "Done" }))
      .click();
    await expect(rowOf(page, "Person 2")).toContainText("Billing");
    await expect(rowOf(page, "Grace Hopper")).toContainText("Viewer");
    if (javaScriptEnabled) await expect(bar).toBeHidden();
  });
}
