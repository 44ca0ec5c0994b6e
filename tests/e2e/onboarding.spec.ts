import { randomBytes } from "node:crypto";
import { formFields } from "../support/browser/form-fields";
import { expect, test } from "../support/browser/test";

test("a double click on Create workspace makes one workspace", async ({ signIn, database }) => {
  const { person, page } = await signIn();
  await page.goto("/welcome/create");
  await page.getByLabel("Workspace name").fill("Twice");
  await page.getByRole("button", { name: "Create workspace" }).dblclick();
  await expect(page).toHaveURL(/\/w\/twice/);
  expect(await database`select 1 from workspaces where created_by = ${person.id}`).toHaveLength(1);
});

test("one form posted twice at once makes one workspace, and both answers lead there", async ({
  signIn,
  pageOf,
  cookieOf,
  database,
  baseURL,
}) => {
  const { person } = await signIn();
  const page = await pageOf(person, { javaScriptEnabled: false });
  await page.goto("/welcome/create");
  await page.getByLabel("Workspace name").fill("Twice");
  const body = await formFields(page.locator("form", { has: page.getByLabel("Workspace name") }));
  const headers = { cookie: await cookieOf(person), origin: String(baseURL) };
  const post = () => fetch(`${baseURL}/welcome/create`, { method: "POST", headers, body, redirect: "manual" });
  const answers = await Promise.all([post(), post(), post()]);
  const [row, ...others] = await database`select slug from workspaces where created_by = ${person.id}`;
  expect(others).toEqual([]);
  for (const answer of answers) expect(answer.headers.get("location")).toContain(`/w/${row?.slug}`);
});

test("a second personal workspace is refused at the field, and the name is kept", async ({ signIn }) => {
  const { page } = await signIn();
  const create = async (name: string) => {
    await page.goto("/welcome/create");
    await page.getByLabel("Workspace name").fill(name);
    await page.getByLabel("For myself").check();
    await page.getByRole("button", { name: "Create workspace" }).click();
  };
  const tag = randomBytes(4).toString("hex");
  await create(`First ${tag}`);
  await expect(page).toHaveURL(new RegExp(`/w/first-${tag}$`));
  await create(`Second ${tag}`);
  await expect(page.getByRole("group", { name: "Who is it for?" })).toContainText(
    "You already have a personal workspace.",
  );
  await expect(page.getByLabel("Workspace name")).toHaveValue(`Second ${tag}`);
  await expect(page.getByLabel("For myself")).toBeChecked();
  await page.getByLabel("For my organization").check();
  await page.getByRole("button", { name: "Create workspace" }).click();
  await expect(page).toHaveURL(new RegExp(`/w/second-${tag}$`));
});

for (const javaScriptEnabled of [true, false]) {
  test(`a bad name is explained at the field and kept there, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async ({
    signIn,
    pageOf,
    database,
  }) => {
    const { person } = await signIn();
    const page = await pageOf(person, { javaScriptEnabled });
    await page.goto("/welcome/create");
    const field = page.getByLabel("Workspace name");
    const bad: [string, string][] = [
      ["   ", "The name is missing."],
      ["Visit evil.com", "The name cannot contain a web address."],
      ["https://evil", "The name cannot contain a web address."],
      ["x".repeat(61), "The name is too long: at most 60 characters."],
    ];
    for (const [name, message] of bad) {
      await field.evaluate((input) => input.removeAttribute("maxlength"));
      await field.fill(name);
      await page.getByRole("button", { name: "Create workspace" }).click();
      await expect(page.getByText(message)).toBeVisible();
      await expect(field).toHaveAccessibleDescription(message);
      await expect(field).toHaveValue(name);
      // Leaves the page, so that the next answer cannot be confused with this one.
      await page.goto("/welcome/create");
    }
    expect(await database`select 1 from workspaces where created_by = ${person.id}`).toHaveLength(0);
  });
}

test("invitations wait at /welcome, to be accepted or declined there", async ({
  signIn,
  workspace,
  invite,
  database,
}) => {
  const { person: ada } = await signIn({ name: "Ada Lovelace" });
  const [acme, globex] = [await workspace(ada, "Acme"), await workspace(ada, "Globex")];
  const { person: grace, page } = await signIn({ name: "Grace Hopper" });
  await invite(acme, ada, grace.email, { role: "billing" });
  await invite(globex, ada, grace.email);
  await page.goto("/welcome");
  const cards = page.getByRole("list", { name: "Workspaces you can join" }).getByRole("listitem");
  await expect(cards).toHaveCount(2);
  await expect(cards.filter({ hasText: "Join workspace Acme" })).toContainText("Ada Lovelace invited you as Billing");
  await expect(cards.filter({ hasText: "Join workspace Globex" })).toContainText(
    "Ada Lovelace invited you as Developer",
  );
  await page.getByRole("button", { name: "Decline invitation to Globex" }).click();
  await expect(page.getByText(/declined the invitation/)).toBeVisible();
  await expect(cards).toHaveCount(1);
  await page.getByRole("button", { name: "Accept invitation to Acme" }).click();
  await expect(page).toHaveURL(new RegExp(`/w/${acme.slug}$`));
  const mine = await database`select workspace_id, role from memberships where user_id = ${grace.id}`;
  expect(mine.map(({ workspace_id, role }) => [workspace_id, role])).toEqual([[acme.id, "billing"]]);
});

test("/ leads to the workspace visited last, or to /welcome without one", async ({ signIn, workspace, database }) => {
  const { person, page } = await signIn();
  await page.goto("/");
  await expect(page).toHaveURL(/\/welcome$/);
  const [acme, globex] = [await workspace(person, "Acme"), await workspace(person, "Globex")];
  for (const { slug, id } of [globex, acme]) {
    await page.goto(`/w/${slug}/members`);
    // The visit is noted after the answer is sent.
    await expect
      .poll(
        async () => (await database`select last_active_at as at from memberships where workspace_id = ${id}`)[0]?.at,
      )
      .toBeTruthy();
    await page.goto("/");
    await expect(page).toHaveURL(new RegExp(`/w/${slug}$`));
  }
});
