import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";
import { spend } from "../support/factories/spending";

const today = () => new Date().toISOString().slice(0, 10);

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : "without JavaScript ";

  test(`${how}a limit a day of a key: set, asked to be raised by its owner, raised for a time, ended`, async ({
    team,
    pageOf,
    call,
    database,
    mailedLink,
  }) => {
    const { acme, ada, grace } = await team("developer");
    const made = await call(grace, "keys.create", { workspace: acme.slug, name: "Nightly", expiration: "30" });
    const { id } = (await made.json()).result.data;

    const page = await pageOf(ada, { javaScriptEnabled });
    await page.goto(`/w/${acme.slug}/keys`);
    await page.getByRole("button", { name: "Actions for Nightly" }).click();
    await page.getByRole("menuitem", { name: "Limits" }).click();
    const row = (of: typeof page, name: string) =>
      of.getByRole("table", { name: "Spending limits" }).getByRole("row").filter({ hasText: name });
    await expect(row(page, "Daily")).toContainText("No limit");
    await page.getByRole("button", { name: "Set the limit: Daily" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Limit").fill("twenty");
    await dialog.getByRole("button", { name: "Save limit" }).click();
    await expect(dialog.getByText("Enter an amount in digits")).toBeVisible();
    await dialog.getByLabel("Limit").fill("20");
    await dialog.getByRole("button", { name: "Save limit" }).click();
    await expect(page.getByText("Limit saved.")).toBeVisible();
    await spend(database, acme.id, { cost: 19_980_000, keyId: id, memberId: grace.id });

    const hers = await pageOf(grace, { javaScriptEnabled });
    await hers.goto(`/w/${acme.slug}/limits/spending?of=key:${id}&span=day`);
    await expect(row(hers, "Daily")).toContainText("€19.98 of €20.00");
    await expect(hers.getByLabel("Raised to")).toHaveValue("40.00");
    await hers.getByLabel("Why").fill("The evaluation runs until Friday.");
    await hers.getByRole("button", { name: "Send request" }).click();
    await expect(hers.getByText("Request sent.")).toBeVisible();

    await page.goto(await mailedLink(ada.email, `/w/${acme.slug}/limits/requests`));
    const asked = page.getByRole("region", { name: "Grace Hopper asks for a higher limit" });
    await expect(asked.getByLabel("New limit")).toHaveValue("40.00");
    await expect(asked).toContainText("The evaluation runs until Friday.");
    await asked.getByLabel("Until").fill(today());
    await asked.getByRole("button", { name: "Approve" }).click();
    await expect(page.getByText("Approved.")).toBeVisible();
    await hers.goto(await mailedLink(grace.email, `/w/${acme.slug}/limits`));
    await expect(hers.getByRole("region", { name: "Your requests" })).toContainText("Approved");
    await page.goto(`/w/${acme.slug}/limits/spending?of=key:${id}`);
    await expect(row(page, "Daily")).toContainText("Raised to €40.00 until");
    await page.getByRole("button", { name: "End raise" }).click();
    await expect(page.getByText("The raise was ended.")).toBeVisible();
    await expect(row(page, "Daily")).not.toContainText("Raised");
  });
}

test("a limit is tried over each span and saved; Billing, members, keys, a model and the rate limits lead to it", async ({
  signIn,
  workspace,
  call,
  database,
}) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await call(person, "keys.create", { workspace: acme.slug, name: "Nightly job" });
  await spend(database, acme.id, { cost: 3_000_000, model: "atelier-base" });
  await page.goto(`/w/${acme.slug}/billing`);
  await page.getByRole("link", { name: "Limits by day, by week and in total" }).click();
  await page.getByRole("combobox", { name: "Span" }).selectOption("week");
  await page.getByLabel("Limit to try").fill("2");
  await page.getByRole("button", { name: "Try", exact: true }).click();
  await expect(page.getByText("With €2.00 a week, calls would have been refused")).toBeVisible();
  await page.getByRole("button", { name: "Save €2.00 a week" }).click();
  await expect(page.getByText("Limit saved.")).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "Weekly" })).toContainText("€3.00 of €2.00");
  await page.goto(`/w/${acme.slug}/models/view/atelier-base`);
  await page.getByRole("link", { name: "Spending limits" }).click();
  await expect(page.getByText("What the model atelier-base may spend")).toBeVisible();
  await page.goto(`/w/${acme.slug}/keys`);
  await page.getByRole("button", { name: "Actions for Nightly job" }).click();
  await page.getByRole("menuitem", { name: "Limits" }).click();
  await expect(page.getByText("What the key Nightly job may spend")).toBeVisible();
  await page.goto(`/w/${acme.slug}/members`);
  await page.getByRole("button", { name: `Actions for ${person.name}` }).click();
  await page.getByRole("menuitem", { name: "Spending limits" }).click();
  await expect(page.getByText(`What ${person.name} may spend`)).toBeVisible();
  await page.goto(`/w/${acme.slug}/limits`);
  await page.getByRole("link", { name: "Your own limits" }).click();
  await expect(page.getByText(`What ${person.name} may spend`)).toBeVisible();
  test.info().annotations.push({ type: "expects-console-error" });
  await page.goto(`/w/${acme.slug}/limits/spending?of=nothing`);
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText("Spending limits");
});

test("a refusal's link leads a member to the limit per minute, with a request for more that is ready to send", async ({
  signIn,
  workspace,
  join,
  call,
  mailedLink,
  pageOf,
}) => {
  const { person: ada } = await signIn({ name: "Ada Lovelace" });
  const acme = await workspace(ada);
  await call(ada, "limits.setRate", { workspace: acme.slug, model: "atelier-base", requestsPerMinute: "60" });
  const { person: grace, page: hers } = await signIn({ name: "Grace Hopper" });
  await join(acme, grace, "developer");
  await hers.goto(`/w/${acme.slug}/limits?of=model:atelier-base&measure=requests`);
  await expect(hers.getByLabel("Limit of")).toHaveValue("model:atelier-base");
  await expect(hers.getByLabel("Raised to")).toHaveValue("120");
  await hers.getByRole("button", { name: "Send request" }).click();
  await expect(hers.getByText("Request sent.")).toBeVisible();
  const page = await pageOf(ada);
  await page.goto(await mailedLink(ada.email, `/w/${acme.slug}/limits/requests`));
  await page.getByRole("button", { name: "Approve" }).click();
  await expect(page.getByText("Approved.")).toBeVisible();
});

for (const colorScheme of ["light", "dark"] as const)
  test(`the page of spending limits is accessible, ${colorScheme}, and fits 360 pixels`, async ({
    signIn,
    pageOf,
    workspace,
    call,
  }) => {
    const { person } = await signIn();
    const acme = await workspace(person);
    await call(person, "budgets.set", { workspace: acme.slug, of: "workspace", span: "day", limit: "20" });
    await call(person, "budgets.raise", {
      ...{ workspace: acme.slug, of: "workspace", span: "day", limit: "40", until: today() },
    });
    const page = await pageOf(person, { colorScheme, viewport: { width: 360, height: 800 } });
    await page.goto(`/w/${acme.slug}/limits/spending?of=workspace&span=day&try=1`);
    await expectNoViolations(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.goto(`/w/${acme.slug}/limits/spending?of=workspace&dialog=raise:day`);
    await expect(page.getByRole("dialog")).toBeVisible();
    await expectNoViolations(page, "the dialog");
  });
