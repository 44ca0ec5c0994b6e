import { expectNoViolations } from "../support/browser/axe";
import { expect, type Person, test } from "../support/browser/test";

type Sql = Parameters<Parameters<typeof test>[2]>[0]["database"];

const makeOperator = (database: Sql, { id }: Person) =>
  database`insert into operators (user_id, source) values (${id}, 'environment')`;

test("OP-01 an operator finds Instance settings, adds an operator and reads who did it; a stranger finds nothing", async ({
  signIn,
  workspace,
  database,
  pageOf,
}) => {
  test.info().annotations.push({ type: "expects-console-error" });
  const { person: ada, page } = await signIn();
  const { person: grace, page: hers } = await signIn();
  await makeOperator(database, ada);
  const acme = await workspace(ada, "Acme");
  await page.goto(`/w/${acme.slug}`);
  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("menuitem", { name: "Instance settings" }).click();
  await expect(page.getByRole("heading", { name: "Instance settings", level: 1 })).toBeVisible();
  await expect(page.getByRole("region", { name: "Needs attention" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Health" })).toContainText("PostgreSQL");
  await expect(page.getByText("Spend this month")).toBeVisible();
  await expectNoViolations(page);
  expect((await hers.goto("/instance"))?.status()).toBe(404);
  await page.getByRole("button", { name: "Add operator" }).click();
  const dialog = page.getByRole("dialog", { name: "Add operator" });
  await dialog.getByLabel("Email").fill("no-such-person@example.com");
  await dialog.getByRole("button", { name: "Add operator" }).click();
  await expect(dialog.getByText("They must sign in once.")).toBeVisible();
  await dialog.getByLabel("Email").fill(grace.email);
  await dialog.getByRole("button", { name: "Add operator" }).click();
  await expect(page.getByText("Operator added.")).toBeVisible();
  expect((await hers.goto("/instance"))?.status()).toBe(200);
  // Without JavaScript and on a phone: the log shows who did it, and an operator is removed.
  const plain = await pageOf(grace, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
  await plain.goto("/instance/audit");
  await expect(plain.getByText(`made ${grace.name} an operator`)).toBeVisible();
  expect(await plain.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await plain.goto(`/instance?dialog=remove:${grace.id}`);
  await plain.getByRole("button", { name: "Remove operator" }).click();
  expect((await plain.goto("/instance"))?.status()).toBe(404);
  await page.goto("/instance/audit");
  await expectNoViolations(page);
});

test("OP-07 OP-09 an operator sets the defaults of new workspaces, suspends one and resumes it; with and without JavaScript", async ({
  signIn,
  database,
  pageOf,
}) => {
  test.setTimeout(120_000);
  const { person: ada, page } = await signIn();
  const { person: grace, page: hers } = await signIn();
  await makeOperator(database, ada);
  await page.goto("/instance/sign-up");
  await expectNoViolations(page);
  const defaults = page.getByRole("region", { name: "New workspaces" });
  await defaults.getByLabel("Ceiling per month", { exact: true }).fill("20");
  await defaults.getByRole("button", { name: "Save settings of new workspaces" }).click();
  await expect(page.getByText("Saved. It applies from now on.")).toBeVisible();
  try {
    await hers.goto("/welcome/create");
    await hers.getByLabel("Workspace name").fill(`Acme ${grace.id.slice(0, 8)}`);
    await hers.getByRole("button", { name: "Create workspace" }).click();
    await hers.waitForURL(/\/w\//);
    const slug = new URL(hers.url()).pathname.split("/")[2] ?? "";
    await hers.goto(`/w/${slug}/billing`);
    await expect(hers.getByText("ceiling, set by the people who run this Atelier")).toBeVisible();
    // On a phone, without JavaScript: found by its name, suspended with a reason.
    const plain = await pageOf(ada, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
    await plain.goto(`/instance/workspaces?q=acme ${grace.id.slice(0, 8)}`);
    expect(await plain.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await plain.getByRole("link", { name: /^Acme/ }).click();
    await plain.getByLabel("Reason").fill("Unpaid");
    await plain.getByRole("button", { name: "Suspend workspace" }).click();
    await expect(plain.getByRole("button", { name: "Resume workspace" })).toBeVisible();
    await hers.goto(`/w/${slug}/keys`);
    await expect(hers.getByRole("region", { name: "Suspended" })).toContainText("“Unpaid”");
    await expectNoViolations(hers);
    await page.goto(`/instance/workspaces/${slug}`);
    await expectNoViolations(page);
    await page.getByRole("button", { name: "Resume workspace" }).click();
    await expect(page.getByText("Workspace resumed.")).toBeVisible();
    await hers.reload();
    await expect(hers.getByRole("region", { name: "Suspended" })).toHaveCount(0);
    // The ceilings: members see them on their pages, and one more key is refused with the name of the ceiling.
    const use = page.getByRole("region", { name: "Ceilings on use" });
    await use.getByLabel("Requests per minute").fill("600");
    await use.getByLabel("Keys").fill("0");
    await use.getByRole("button", { name: "Save ceilings on use" }).click();
    await expect(use.getByText("Saved.")).toBeVisible();
    await hers.goto(`/w/${slug}/limits`);
    await expect(hers.getByRole("row", { name: /^Ceiling/ })).toContainText("600");
    await expectNoViolations(hers);
    await hers.goto(`/w/${slug}/keys?dialog=create`);
    await hers.getByRole("dialog").getByLabel("Key name").fill("One too many");
    await hers.getByRole("dialog").getByRole("button", { name: "Create new key" }).click();
    await expect(hers.getByText("let this workspace have at most 0 keys")).toBeVisible();
    // The allowed models: errors are shown at their field, and saved values are shown again.
    const models = page.getByRole("region", { name: "Models" });
    await models.getByLabel("Model providers").fill("no-such-provider");
    await models.getByRole("button", { name: "Save models" }).click();
    await expect(models.getByLabel("Model providers")).toHaveAttribute("aria-invalid", "true");
    await models.getByLabel("Model providers").fill("");
    await models.getByLabel("Models", { exact: true }).fill("no-model-is-called-so-*");
    await models.getByRole("button", { name: "Save models" }).click();
    await expect(models.getByText("Saved.")).toBeVisible();
    await expectNoViolations(page);
    await plain.goto(`/instance/workspaces/${slug}`);
    await expect(plain.getByRole("textbox", { name: "Models" })).toHaveValue("no-model-is-called-so-*");
  } finally {
    await database`update instance_settings set new_ceiling = null`;
  }
});

test("OP-13 an operator changes a limit against abuse and reads that in the log, with and without JavaScript", async ({
  signIn,
  database,
  pageOf,
}) => {
  test.setTimeout(120_000);
  const { person: ada } = await signIn();
  await makeOperator(database, ada);
  for (const javaScriptEnabled of [true, false]) {
    const page = await pageOf(ada, { javaScriptEnabled, viewport: { width: 360, height: 740 } });
    await page.goto("/instance/sign-up");
    const card = page.getByRole("region", { name: "Limits against abuse" });
    const field = card.getByLabel("By one person, from a list");
    const save = card.getByRole("button", { name: "Save limits against abuse" });
    await field.fill("5");
    await save.click();
    await expect(card.getByText("Enter a number from 100 to 100,000.")).toBeVisible();
    await field.fill("1,200");
    await save.click();
    await expect(page.getByText("Saved. It applies from now on.")).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    if (javaScriptEnabled) await expectNoViolations(page);
    await page.goto("/instance/audit");
    await expect(page.getByText("changed the limits against abuse").first()).toBeVisible();
    await page.goto("/instance/sign-up");
    await expect(field).toHaveValue("1200");
    await field.fill("");
    await save.click();
    await expect(page.getByText("Saved. It applies from now on.")).toBeVisible();
  }
});

for (const javaScriptEnabled of [true, false])
  test(`${javaScriptEnabled ? "" : "without JavaScript "}an operator suspends two workspaces at once, deletes one and restores it`, async ({
    signIn,
    workspace,
    database,
    pageOf,
  }) => {
    test.setTimeout(120_000);
    const { person: ada } = await signIn();
    const { person: op } = await signIn();
    await makeOperator(database, op);
    const [one, two] = [await workspace(ada, "Bulk One"), await workspace(ada, "Bulk Two")];
    const page = await pageOf(op, { javaScriptEnabled, viewport: { width: 360, height: 740 } });
    await page.goto("/instance/workspaces?sort=used");
    await expect(page.getByRole("table", { name: "Workspaces" })).toBeVisible();
    await page.goto("/instance/workspaces");
    for (const { slug } of [one, two]) await page.locator(`input[value="${slug}"]`).check();
    if (javaScriptEnabled) await expectNoViolations(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.getByRole("button", { name: "Suspend…" }).click();
    await expect(page.getByRole("region", { name: "2 workspaces" })).toContainText("Bulk Two: 0 keys");
    if (javaScriptEnabled) await expectNoViolations(page);
    await page.getByLabel("Reason").fill("Unpaid");
    await page.getByRole("button", { name: "Suspend 2 workspaces" }).click();
    await expect(page.getByText("Suspended. Requests with their keys are refused.")).toBeVisible();
    await page.goto(`/instance/workspaces/bulk?change=resume&slugs=${one.slug}&slugs=${two.slug}`);
    await page.getByRole("button", { name: "Resume 2 workspaces" }).click();
    await expect(page.getByText("Resumed.")).toBeVisible();
    await page.goto(`/instance/workspaces/${one.slug}`);
    await page.getByLabel("Type “Bulk One” to delete it").fill("Bulk One");
    await page.getByRole("button", { name: "Delete workspace" }).click();
    await expect(page.getByText("Workspace deleted.")).toBeVisible();
    await page.goto(`/instance/workspaces/${one.slug}`);
    await page.getByRole("button", { name: "Restore workspace" }).click();
    await expect(page.getByText("Workspace restored")).toBeVisible();
    await expect(page.getByText("Active", { exact: true })).toBeVisible();
  });

test("OP-08 an operator deactivates a person, who is signed out at once, and reactivates them", async ({
  signIn,
  database,
}) => {
  const { person: ada, page } = await signIn();
  const { person: grace, page: hers } = await signIn();
  await makeOperator(database, ada);
  await hers.goto("/account");
  await page.goto(`/instance/people?q=${encodeURIComponent(grace.email)}`);
  await expectNoViolations(page);
  await page.getByRole("button", { name: `Actions for ${grace.name}` }).click();
  await page.getByRole("menuitem", { name: "Deactivate" }).click();
  const dialog = page.getByRole("dialog", { name: `Deactivate ${grace.name}` });
  await expect(dialog).toContainText("Signs them out of 1 browser at once");
  await dialog.getByRole("button", { name: "Deactivate" }).click();
  await expect(page.getByText("Deactivated. They are signed out everywhere.")).toBeVisible();
  await hers.reload();
  await expect(hers).toHaveURL(/\/sign-in/);
  await page.goto(`/instance/people?q=${encodeURIComponent(grace.email)}&dialog=state:${grace.id}`);
  await page.getByRole("button", { name: "Reactivate" }).last().click();
  await expect(page.getByText("They can sign in again.")).toBeVisible();
  // A person is made an operator in the same list, and removed again.
  await page.goto(`/instance/people?q=${encodeURIComponent(grace.email)}`);
  await page.getByRole("button", { name: `Actions for ${grace.name}` }).click();
  await page.getByRole("menuitem", { name: "Make operator" }).click();
  const asked = page.getByRole("dialog", { name: `Make ${grace.name} an operator` });
  await asked.getByRole("button", { name: "Make operator" }).click();
  await expect(page.getByText("This person is now an operator.")).toBeVisible();
  await page.goto(`/instance/people?state=operators&dialog=operator:${grace.id}`);
  await page.getByRole("button", { name: "Remove operator" }).last().click();
  await expect(page.getByText("This person is no longer an operator.")).toBeVisible();
});
