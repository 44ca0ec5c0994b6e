import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : "without JavaScript ";

  test(`OP-11 ${how}an Admin who may make no more keys asks where that is said, and an operator grants it in the inbox`, async ({
    signIn,
    workspace,
    pageOf,
    database,
  }) => {
    test.setTimeout(120_000);
    const { person: ada } = await signIn({ name: "Ada Lovelace" });
    const { person: op } = await signIn({ name: "Olga Operator" });
    await database`insert into operators (user_id, source) values (${op.id}, 'environment')`;
    const name = `Acme ${javaScriptEnabled ? "with" : "without"} scripts`;
    const acme = await workspace(ada, name);
    await database`update workspaces set most_keys = 0, most_members = 5, most_file_bytes = 1048576 where id = ${acme.id}`;
    const phone = { javaScriptEnabled, viewport: { width: 360, height: 740 } };
    const page = await pageOf(ada, phone);
    await page.goto(`/w/${acme.slug}/keys?dialog=create`);
    const dialog = page.getByRole("dialog", { name: "Create new key" });
    await dialog.getByLabel("Key name").fill("One");
    await dialog.getByRole("button", { name: "Create new key" }).click();
    await expect(page.getByText("let this workspace have at most 0 keys")).toBeVisible();
    await expect(page.getByRole("link", { name: "Ask for more" })).toHaveAttribute(
      "href",
      `/w/${acme.slug}/limits?of=ceiling&measure=keys#more`,
    );
    await page.goto(`/w/${acme.slug}/limits?of=ceiling&measure=keys#more`);
    await expect(page.getByRole("region", { name: "Ceilings" })).toContainText("1 of 5 members");
    const asking = page.getByRole("region", { name: "Ask for a higher ceiling" });
    await asking.getByLabel("Raised to").fill("3");
    await asking.getByLabel("Why").fill("A launch.");
    if (javaScriptEnabled) await expectNoViolations(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await asking.getByRole("button", { name: "Send request" }).click();
    await expect(page.getByText("Request sent.")).toBeVisible();

    const operators = await pageOf(op, phone);
    await operators.goto("/instance");
    await expect(operators.getByRole("region", { name: "Requests for higher ceilings" })).toContainText(
      `${name} asks for 3 keys`,
    );
    await operators.goto("/account/inbox");
    const waiting = operators.getByRole("region", { name: "Instance" });
    await expect(waiting).toContainText(`${name} asks for a higher ceiling: 3 keys`);
    if (javaScriptEnabled) await expectNoViolations(operators);
    await waiting.getByRole("button", { name: `Grant: the request of ${name}` }).click();
    await expect(operators.getByText("Approved. It applies from now on")).toBeVisible();

    await page.goto(`/w/${acme.slug}/limits`);
    await expect(page.getByRole("region", { name: "Your requests" })).toContainText("3 keys");
    await expect(page.getByRole("region", { name: "Ceilings" })).toContainText("0 of 3 keys");
    await page.goto(`/w/${acme.slug}/audit`);
    await expect(page.getByText("granted a higher ceiling to the workspace")).toBeVisible();
  });
}
