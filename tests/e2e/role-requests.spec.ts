import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : "without JavaScript ";

  test(`${how}a member asks for the role they miss, and an Admin gives it`, async ({ team, pageOf, mailedLink }) => {
    const { acme, ada, grace } = await team("viewer");
    const hers = await pageOf(grace, { javaScriptEnabled });
    await hers.goto(`/w/${acme.slug}/keys`);
    await hers.getByRole("link", { name: "Request access" }).click();
    const dialog = hers.getByRole("dialog", { name: "Ask for another role" });
    await expect(dialog.getByLabel("Role")).toHaveValue("developer");
    await dialog.getByRole("button", { name: "Send request" }).click();
    await expect(hers.getByText("Your request to be Developer is waiting for an Admin.")).toBeVisible();

    const page = await pageOf(ada, { javaScriptEnabled });
    await page.goto(await mailedLink(ada.email, `/w/${acme.slug}/members/requests`));
    const requests = page.getByRole("region", { name: "Role requests" });
    await expect(requests).toContainText("Grace Hopper");
    await requests.getByRole("button", { name: "Approve the role of Grace Hopper" }).click();
    await expect(page.getByText("The member has the new role and has been told.")).toBeVisible();
    await expect(requests).toHaveCount(0);

    await hers.goto(await mailedLink(grace.email, `/w/${acme.slug}`));
    await hers.goto(`/w/${acme.slug}/keys`);
    await expect(hers.getByRole("button", { name: "Create new key" })).toBeEnabled();
    await expect(hers.getByRole("link", { name: "Request access" })).toHaveCount(0);
  });
}

test("on every page that needs another role, a member can ask for one", async ({ signIn, workspace, join }) => {
  const { person: ada } = await signIn({ name: "Ada Lovelace" });
  const acme = await workspace(ada);
  const { person: grace, page } = await signIn({ name: "Grace Hopper" });
  await join(acme, grace, "viewer");
  const asked = {
    keys: "developer",
    models: "admin",
    "models/jobs": "developer",
    "models/jobs/new": "developer",
    "models/files": "developer",
    "models/playground": "developer",
    "models/view/atelier-base": "developer",
    limits: "billing",
    billing: "billing",
    audit: "admin",
    settings: "admin",
    "members/invite": "admin",
  };
  for (const [place, role] of Object.entries(asked)) {
    await page.goto(`/w/${acme.slug}/${place}`);
    await expect(page.getByRole("link", { name: "Request access" })).toHaveAttribute(
      "href",
      `/w/${acme.slug}/members?dialog=ask:${role}`,
    );
  }
});

test("a request is withdrawn or declined, fits on a phone, and axe finds no violations", async ({ team, pageOf }) => {
  const { acme, ada, grace } = await team("viewer");
  const viewport = { width: 390, height: 844 };
  const [hers, page] = [await pageOf(grace, { viewport }), await pageOf(ada, { viewport })];
  const ask = async () => {
    await hers.goto(`/w/${acme.slug}/members`);
    await hers.getByRole("button", { name: "Ask for another role" }).click();
    await hers.getByRole("dialog").getByRole("button", { name: "Send request" }).click();
    await expect(hers.getByText("is waiting for an Admin")).toBeVisible();
  };
  await ask();
  await hers.getByRole("button", { name: "Take it back" }).click();
  await expect(hers.getByText("Your request was withdrawn.")).toBeVisible();
  await ask();
  await page.goto(`/w/${acme.slug}/members/requests`);
  await hers.goto(`/w/${acme.slug}/members?dialog=ask`);
  for (const each of [page, hers]) {
    expect(await each.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await expectNoViolations(each);
  }
  await page.screenshot({ path: test.info().outputPath("requests-390.png"), fullPage: true });
  await page.getByRole("button", { name: "Decline the role of Grace Hopper" }).click();
  await expect(page.getByText("Request declined. The person has been told.")).toBeVisible();
  await hers.goto(`/w/${acme.slug}/members`);
  await expect(hers.getByText(/Your request to be Developer was declined/)).toBeVisible();
});
