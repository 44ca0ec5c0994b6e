import { randomBytes } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/browser/test";

const pendingOf = (page: Page) => page.getByRole("region", { name: "Pending invitations" });

test("several addresses are invited together, each with its own result", async ({ signIn, workspace, invite }) => {
  const { person: ada, page } = await signIn();
  const acme = await workspace(ada);
  const tag = randomBytes(4).toString("hex");
  await invite(acme, ada, `known-${tag}@example.com`);
  await page.goto(`/w/${acme.slug}/members/invitations`);
  await page.getByRole("button", { name: "Invite a new member" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite a new member" });
  await dialog
    .getByLabel("Email addresses")
    .fill(
      `one-${tag}@example.com, TWO-${tag}@Example.com\nthree-${tag}@example.com;known-${tag}@example.com ${ada.email} nonsense`,
    );
  await dialog.getByLabel("Role").selectOption({ label: "Viewer" });
  await dialog.getByRole("button", { name: "Send invitations" }).click();
  await expect(dialog.getByText("3 invitations are on their way.")).toBeVisible();
  const result = (address: string) =>
    dialog.getByRole("list", { name: "Results" }).getByRole("listitem").filter({ hasText: address });
  for (const name of ["one", "two", "three"])
    await expect(result(`${name}-${tag}@example.com`)).toContainText("Invited");
  await expect(result(`known-${tag}@example.com`)).toContainText("Already invited");
  await expect(result(ada.email)).toContainText("Already a member");
  await expect(result("nonsense")).toContainText("Not an address");
  await dialog.getByRole("button", { name: "Done" }).click();
  const row = pendingOf(page)
    .getByRole("row")
    .filter({ hasText: `two-${tag}@example.com` });
  await expect(row).toContainText("Viewer");
  await expect(row).toContainText("in 7 days");
  await expect(pendingOf(page).getByRole("row")).toHaveCount(5);

  await page.getByRole("button", { name: "Invite a new member" }).click();
  await expect(dialog.getByLabel("Email addresses")).toHaveValue("");
  await dialog.getByLabel("Email addresses").fill("nothing to read");
  await dialog.getByRole("button", { name: "Send invitations" }).click();
  await expect(dialog.getByText("Enter addresses like name@company.com.")).toBeVisible();
  await expect(dialog.getByLabel("Email addresses")).toHaveValue("nothing to read");
});

test("Copy link puts a new link on the clipboard, and the old one stops working", async ({
  signIn,
  pageOf,
  workspace,
  invite,
}) => {
  test.info().annotations.push({ type: "expects-console-error" });
  const { person: ada } = await signIn();
  const acme = await workspace(ada);
  const { person: grace, page: hers } = await signIn({ name: "Grace Hopper" });
  const old = await invite(acme, ada, grace.email);
  const page = await pageOf(ada, { permissions: ["clipboard-read", "clipboard-write"] });
  await page.goto(`/w/${acme.slug}/members/invitations`);
  await page.getByRole("button", { name: `Copy link for ${grace.email}` }).click();
  await expect(page.getByText("Link copied. The one in the e-mail no longer works.")).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await expect(page.getByLabel(`Link for ${grace.email}`, { exact: true })).toHaveValue(link);
  expect((await hers.goto(`/invite/${old}`))?.status()).toBe(404);
  await hers.goto(link);
  await expect(hers.getByRole("heading", { name: `Join workspace ${acme.name}` })).toBeVisible();
});

test("without JavaScript the new link is shown in a field", async ({ signIn, pageOf, workspace, invite, baseURL }) => {
  const { person: ada } = await signIn();
  const acme = await workspace(ada);
  const { person: grace, page: hers } = await signIn({ name: "Grace Hopper" });
  await invite(acme, ada, grace.email);
  const page = await pageOf(ada, { javaScriptEnabled: false });
  await page.goto(`/w/${acme.slug}/members/invitations`);
  await page.getByRole("button", { name: `Copy link for ${grace.email}` }).click();
  const link = await page.getByLabel(`Link for ${grace.email}`, { exact: true }).inputValue();
  expect(new URL(link).origin).toBe(baseURL);
  await hers.goto(link);
  await expect(hers.getByRole("button", { name: "Accept invitation" })).toBeVisible();
});

test("Resend mails a new link, and the earlier one stops working", async ({
  signIn,
  workspace,
  invite,
  mailedLink,
}) => {
  test.info().annotations.push({ type: "expects-console-error" });
  const { person: ada, page } = await signIn();
  const acme = await workspace(ada);
  const { person: grace, page: hers } = await signIn({ name: "Grace Hopper" });
  const old = await invite(acme, ada, grace.email);
  await page.goto(`/w/${acme.slug}/members/invitations`);
  await page.getByRole("button", { name: `Resend to ${grace.email}` }).click();
  await expect(page.getByText("Sent again. The earlier link no longer works.")).toBeVisible();
  expect((await hers.goto(`/invite/${old}`))?.status()).toBe(404);
  await hers.goto(await mailedLink(grace.email, "/invite/"));
  await expect(hers.getByRole("heading", { name: `Join workspace ${acme.name}` })).toBeVisible();
});

test("Revoke withdraws an invitation, also while the person has its page open", async ({
  signIn,
  workspace,
  invite,
}) => {
  const { person: ada, page } = await signIn();
  const acme = await workspace(ada);
  const { person: grace, page: hers } = await signIn({ name: "Grace Hopper" });
  await hers.goto(`/invite/${await invite(acme, ada, grace.email)}`);
  await page.goto(`/w/${acme.slug}/members/invitations`);
  await page.getByRole("button", { name: `Revoke invitation to ${grace.email}` }).click();
  await expect(page.getByText("Invitation revoked.")).toBeVisible();
  await expect(pendingOf(page)).not.toContainText(grace.email);
  await hers.getByRole("button", { name: "Accept invitation" }).click();
  await expect(hers.getByRole("alert").filter({ hasText: "This invitation was revoked." })).toBeVisible();
});
