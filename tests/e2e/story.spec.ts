import { randomBytes } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/browser/test";

type Mailed = (to: string, path: string) => Promise<string>;

/** Signs in as a person does: address, mail, link, button. */
async function signInByMail(page: Page, email: string, mailedLink: Mailed) {
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Continue with email" }).click();
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeVisible();
  await page.goto(await mailedLink(email, "/sign-in/confirm"));
  await page.getByRole("button", { name: "Continue" }).click();
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("sign up, create, invite, accept, switch, and a key that works until it is revoked", async ({
      page: ada,
      browser,
      baseURL,
      mailedLink,
      request,
    }) => {
      const tag = randomBytes(4).toString("hex");
      const company = `Acme ${tag}`;

      await ada.goto("/");
      await expect(ada.getByRole("heading", { name: "Sign in to Atelier" })).toBeVisible();
      await signInByMail(ada, `ada-${tag}@example.com`, mailedLink);
      await expect(ada.getByRole("heading", { name: "Welcome to Atelier" })).toBeVisible();
      await ada.getByRole("button", { name: "Create workspace" }).click();
      await ada.getByLabel("Workspace name").fill(company);
      await ada.getByLabel("For my organization").check();
      await ada.getByRole("button", { name: "Create workspace" }).click();
      await expect(ada).toHaveURL(new RegExp(`/w/acme-${tag}$`));

      await ada.getByRole("link", { name: "Members", exact: true }).click();
      await expect(ada.getByText("1 member", { exact: true })).toBeVisible();
      await ada.getByRole("button", { name: "Invite a new member" }).click();
      const dialog = ada.getByRole("dialog", { name: "Invite a new member" });
      await dialog.getByLabel("Email addresses").fill(`grace-${tag}@example.com, nonsense`);
      await dialog.getByRole("button", { name: "Send invitations" }).click();
      await expect(dialog.getByRole("list", { name: "Results" })).toContainText("Not an address");
      await dialog.getByRole("button", { name: "Done" }).click();
      await ada.getByRole("link", { name: "Invitations 1" }).click();
      await expect(ada.getByRole("region", { name: "Pending invitations" })).toContainText(`grace-${tag}@example.com`);

      const context = await browser.newContext({ javaScriptEnabled, ...(baseURL ? { baseURL } : {}) });
      const grace = await context.newPage();
      await grace.goto(await mailedLink(`grace-${tag}@example.com`, "/invite/"));
      await signInByMail(grace, `grace-${tag}@example.com`, mailedLink);
      await expect(grace.getByRole("heading", { name: `Join workspace ${company}` })).toBeVisible();
      await grace.getByRole("button", { name: "Accept invitation" }).click();
      await expect(grace).toHaveURL(new RegExp(`/w/acme-${tag}$`));

      await grace.getByRole("button", { name: "Account menu" }).click();
      await grace.getByRole("menuitem", { name: "Create or join workspace" }).click();
      await grace.getByRole("button", { name: "Create workspace" }).click();
      await grace.getByLabel("Workspace name").fill(`Own ${tag}`);
      await grace.getByLabel("For myself").check();
      await grace.getByRole("button", { name: "Create workspace" }).click();
      await expect(grace).toHaveURL(new RegExp(`/w/own-${tag}$`));

      await grace.getByRole("link", { name: "API Keys" }).click();
      await expect(grace.getByRole("heading", { name: "API Keys" })).toBeVisible();
      const other = await context.newPage();
      await other.goto(`/w/acme-${tag}/members`);
      await grace.getByRole("button", { name: "Account menu" }).click();
      await grace.getByRole("menuitem", { name: `Switch to ${company}` }).click();
      await expect(grace).toHaveURL(new RegExp(`/w/acme-${tag}/keys$`));
      await grace.getByRole("button", { name: "Account menu" }).click();
      await grace.getByRole("menuitem", { name: `Switch to Own ${tag}` }).click();
      await expect(grace).toHaveURL(new RegExp(`/w/own-${tag}/keys$`));
      await other.reload();
      await expect(other).toHaveURL(new RegExp(`/w/acme-${tag}/members$`));
      await expect(other.getByRole("button", { name: "Account menu" })).toContainText(company);

      await grace.getByRole("button", { name: "Create new key" }).click();
      await grace.getByRole("dialog").getByLabel("Key name").fill("Backend");
      await grace.getByRole("dialog").getByRole("button", { name: "Create new key" }).click();
      const key = await grace.getByLabel("Your new key").inputValue();
      await grace.getByRole("button", { name: "Done" }).click();
      await expect(grace.getByRole("table", { name: "API keys" })).toContainText("Backend");
      await expect(grace.locator("body")).not.toContainText(key);

      const models = () => request.get("/v1/models", { headers: { authorization: `Bearer ${key}` } });
      const answer = await models();
      expect(answer.status()).toBe(200);
      expect((await answer.json()).data.length).toBeGreaterThan(0);

      await grace.getByRole("button", { name: "Actions for Backend" }).click();
      await grace.getByRole("menuitem", { name: "Revoke" }).click();
      await grace.getByRole("dialog", { name: "Revoke Backend?" }).getByRole("button", { name: "Revoke" }).click();
      await expect(grace.getByText("Key revoked. It no longer works.")).toBeVisible();
      expect((await models()).status()).toBe(401);
      await context.close();
    });
  });
}
