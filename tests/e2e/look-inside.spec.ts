import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

test("OP-20 an operator asks to look inside, an Admin allows it, all members see it, and either side ends it", async ({
  signIn,
  workspace,
  database,
}) => {
  test.info().annotations.push({ type: "expects-console-error" });
  const { person: grace, page: hers } = await signIn({ name: "Grace Hopper" });
  const { person: olga, page } = await signIn({ name: "Olga Operator" });
  await database`insert into operators (user_id, source) values (${olga.id}, 'environment')`;
  const acme = await workspace(grace);
  const ask = async () => {
    await page.goto(`/instance/workspaces/${acme.slug}`);
    await page.getByLabel("Why you ask").fill("Requests fail.");
    await page.getByRole("button", { name: "Ask to look inside" }).click();
    await expect(page.getByText("No Admin has answered yet.")).toBeVisible();
    await hers.goto(`/w/${acme.slug}`);
    await hers.getByRole("link", { name: "See the request" }).click();
    await hers.getByRole("button", { name: "Let them for an hour" }).click();
    await expect(hers.getByRole("region", { name: "Operators who look inside" })).toContainText("looks inside");
  };
  await ask();
  await expectNoViolations(hers);
  await page.goto(`/w/${acme.slug}/members`);
  const banner = page.getByRole("region", { name: "Look inside" });
  await expect(banner).toContainText("with an Admin's consent");
  await expect(page.getByRole("table", { name: "Members" })).toContainText("Grace Hopper");
  await expectNoViolations(page);
  await banner.getByRole("button", { name: "Stop" }).click();
  await expect(page).toHaveURL(new RegExp(`/instance/workspaces/${acme.slug}`));
  expect((await page.goto(`/w/${acme.slug}`))?.status()).toBe(404);

  await ask();
  await hers.getByRole("region", { name: "Operators who look inside" }).getByRole("button", { name: "End it" }).click();
  await expect(hers.getByRole("region", { name: "Operators who look inside" })).toBeHidden();
  expect((await page.goto(`/w/${acme.slug}`))?.status()).toBe(404);
});
