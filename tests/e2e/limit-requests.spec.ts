import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : "without JavaScript ";

  test(`${how}a member reaches the ceiling and asks, an Admin puts it to the operators, and an operator grants it`, async ({
    team,
    signIn,
    pageOf,
    mailedLink,
    database,
  }) => {
    test.setTimeout(120_000);
    const { acme, ada, grace } = await team("developer");
    const { person: op } = await signIn({ name: "Olga Operator" });
    await database`insert into operators (user_id, source) values (${op.id}, 'environment')`;
    await database`
      insert into budgets (workspace_id, whose, subject, span, amount) values (${acme.id}, 'ceiling', 'ceiling', 'month', 20000000)`;
    const phone = { javaScriptEnabled, viewport: { width: 360, height: 740 } };
    // The page that a refusal of /v1 links to.
    const hers = await pageOf(grace, phone);
    await hers.goto(`/w/${acme.slug}/limits/spending?of=ceiling&span=month`);
    await expect(hers.getByLabel("Raised to")).toHaveValue("40.00");
    await hers.getByRole("button", { name: "Send request" }).click();
    await expect(hers.getByText("Request sent.")).toBeVisible();

    const page = await pageOf(ada, phone);
    await page.goto(await mailedLink(ada.email, `/w/${acme.slug}/limits/requests`));
    const asked = page.getByRole("region", { name: "Grace Hopper asks for a higher ceiling" });
    if (javaScriptEnabled) await expectNoViolations(page);
    await asked.getByRole("button", { name: "Ask the operators" }).click();
    await expect(page.getByText("The operators were asked.")).toBeVisible();
    await expect(asked.getByText("Waits for the operators")).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);

    const operators = await pageOf(op, phone);
    await operators.goto("/instance");
    await expect(operators.getByRole("region", { name: "Requests for higher ceilings" })).toContainText(acme.name);
    await operators.goto(await mailedLink(op.email, `/instance/workspaces/${acme.slug}`));
    const waiting = operators.getByRole("region", { name: "Requests for higher ceilings" });
    await expect(waiting.getByLabel("New ceiling")).toHaveValue("40.00");
    if (javaScriptEnabled) await expectNoViolations(operators);
    expect(await operators.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await waiting.getByRole("button", { name: "Grant", exact: true }).click();
    await expect(operators.getByLabel("Per month")).toHaveValue("40.00");
    await expect(waiting).toHaveCount(0);

    await hers.goto(await mailedLink(grace.email, `/w/${acme.slug}/limits`));
    await expect(hers.getByRole("region", { name: "Your requests" })).toContainText("Approved");
    await page.goto(`/w/${acme.slug}/audit`);
    await expect(page.getByText("granted a higher ceiling to the workspace")).toBeVisible();
  });

  test(`${how}an invited person meets a full workspace, asks for a seat, and an Admin adds one`, async ({
    signIn,
    workspace,
    invite,
    pageOf,
    database,
  }) => {
    const { person: ada } = await signIn({ name: "Ada Lovelace" });
    const acme = await workspace(ada);
    await database`update workspaces set seats = 1 where id = ${acme.id}`;
    const { person: grace } = await signIn({ name: "Grace Hopper" });
    const token = await invite(acme, ada, grace.email);
    const hers = await pageOf(grace, { javaScriptEnabled });
    await hers.goto(`/invite/${token}`);
    await expect(hers.getByText("Every seat of this workspace is taken")).toBeVisible();
    await hers.getByRole("button", { name: "Ask for a seat" }).click();
    await expect(hers.getByText("You have asked for a seat")).toBeVisible();
    const page = await pageOf(ada, { javaScriptEnabled });
    await page.goto(`/w/${acme.slug}/members/requests`);
    await page.getByRole("button", { name: "Add a seat and approve Grace Hopper" }).click();
    await expect(page.getByRole("button", { name: "Add a seat and approve Grace Hopper" })).toHaveCount(0);
    await page.goto(`/w/${acme.slug}/members`);
    await expect(page.getByRole("table", { name: "Members" })).toContainText("Grace Hopper");
    await hers.goto(`/w/${acme.slug}`);
    await expect(hers.getByRole("heading", { level: 1 })).toBeVisible();
  });
}

test("a developer asks for a model that is for others, takes the request back, and asks again", async ({
  team,
  pageOf,
}) => {
  const { acme, ada, grace } = await team("developer");
  const hers = await pageOf(grace);
  await hers.goto(`/w/${acme.slug}/models`);
  await hers.getByRole("button", { name: "Ask for a model" }).click();
  const dialog = hers.getByRole("dialog", { name: "Ask for a model" });
  await dialog.getByLabel("Model ID").fill("ft:small:bot:20261101:0a1b2c3d");
  await expectNoViolations(hers);
  await dialog.getByRole("button", { name: "Send request" }).click();
  await expect(hers.getByText("Request sent.")).toBeVisible();
  await hers.goto(`/w/${acme.slug}/limits`);
  await hers.getByRole("button", { name: "Take back: ft:small:bot:20261101:0a1b2c3d" }).click();
  await expect(hers.getByText("Request withdrawn.")).toBeVisible();
  await hers.goto(`/w/${acme.slug}/models?dialog=ask:ft:small:bot:20261101:0a1b2c3d`);
  await expect(dialog.getByLabel("Model ID")).toHaveValue("ft:small:bot:20261101:0a1b2c3d");
  await dialog.getByRole("button", { name: "Send request" }).click();
  await expect(hers.getByText("Request sent.")).toBeVisible();
  const page = await pageOf(ada);
  await page.goto(`/w/${acme.slug}/limits`);
  await page.getByRole("link", { name: "Answer" }).click();
  const asked = page.getByRole("region", { name: "Grace Hopper asks for a model" });
  await asked.getByRole("button", { name: "Approve" }).click();
  await expect(page.getByText("There is no model with this ID here.")).toBeVisible();
  await asked.getByRole("button", { name: "Decline" }).click();
  await expect(page.getByText("Declined.")).toBeVisible();
});
