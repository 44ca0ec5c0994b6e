import { expectNoViolations } from "../support/axe";
import { expect, type Person, test } from "../support/test";

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
  // Without JavaScript and on a phone: the log says who, and an operator is removed.
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
