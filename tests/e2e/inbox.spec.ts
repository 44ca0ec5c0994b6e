import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

test("without JavaScript an Admin answers the requests of their workspaces in the inbox", async ({ team, pageOf }) => {
  const { acme, ada, grace } = await team("viewer");
  const hers = await pageOf(grace, { javaScriptEnabled: false });
  await hers.goto(`/w/${acme.slug}/keys`);
  await hers.getByRole("link", { name: "Request access" }).click();
  await hers.getByRole("button", { name: "Send request" }).click();

  const page = await pageOf(ada, { javaScriptEnabled: false, viewport: { width: 360, height: 800 } });
  await page.goto(`/w/${acme.slug}/members`);
  await page.goto("/account/inbox");
  const waiting = page.getByRole("region", { name: acme.name });
  await expect(waiting).toContainText("Grace Hopper asks for the role Developer");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await waiting.getByRole("button", { name: "Approve: the role of Grace Hopper" }).click();
  await expect(page.getByText("The member has the new role and has been told.")).toBeVisible();
  await expect(page.getByText("Your inbox is empty")).toBeVisible();
});

test("the account menu counts the items of the inbox and links to it", async ({ signIn, workspace, invite }) => {
  const { person, page } = await signIn({ name: "Ada Lovelace" });
  const acme = await workspace(person);
  const { person: grace } = await signIn({ name: "Grace Hopper" });
  const globex = await workspace(grace, "Globex");
  await invite(globex, grace, person.email);
  await page.goto(`/w/${acme.slug}`);
  await page.getByRole("button", { name: "1 in your inbox Account menu" }).click();
  await page.getByRole("menuitem", { name: "Inbox" }).click();
  await expect(page.getByRole("heading", { name: "Inbox" })).toBeVisible();
  await expectNoViolations(page, "the inbox");
  await page.getByRole("button", { name: "Accept invitation to Globex" }).click();
  await expect(page).toHaveURL(new RegExp(`/w/${globex.slug}$`));
});
