import { randomBytes } from "node:crypto";
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../support/browser/test";

const mostClicks = 18;

test("the README's five minutes take a newcomer no more than 18 clicks, from the sign-in to a limit that holds", async ({
  page,
  request,
  database,
}) => {
  let clicks = 0;
  const click = async (what: Locator) => {
    clicks += 1;
    await what.click();
  };
  const link = (at: Page, name: string | RegExp) => at.getByRole("link", { name, exact: true });
  const button = (at: Page | Locator, name: string) => at.getByRole("button", { name, exact: true });
  const tag = randomBytes(4).toString("hex");
  const email = `ada-${tag}@example.com`;

  await test.step("1: an address, and the link from the mailbox", async () => {
    await page.goto("/");
    await page.getByLabel("Email").fill(email);
    await click(button(page, "Continue with email"));
    await expect(page.getByText(`to ${email}.`)).toBeVisible();
    const isOnItsWay = async () => (await database`select from mail_outbox where status = 'queued'`).length > 0;
    await expect.poll(isOnItsWay).toBe(false);
    await click(link(page, "Open the mailbox"));
    await click(page.getByRole("link", { name: email }));
    await click(page.getByRole("link", { name: "/sign-in/confirm" }).first());
    await click(button(page, "Continue"));
  });

  await test.step("2: a workspace", async () => {
    await click(button(page, "Create workspace"));
    await page.getByLabel("Workspace name").fill(`Acme ${tag}`);
    await click(button(page, "Create workspace"));
    await expect(page.getByRole("region", { name: "First steps" })).toBeVisible();
  });

  await test.step("3: two invitations", async () => {
    await click(page.getByRole("link", { name: /^Invite a colleague/ }));
    const dialog = page.getByRole("dialog", { name: "Invite a new member" });
    await dialog.getByLabel("Email addresses").fill(`grace-${tag}@example.com, alan-${tag}@example.com`);
    await click(button(dialog, "Send invitations"));
    await click(button(dialog, "Done"));
  });

  let key = "";
  await test.step("4: a key", async () => {
    await click(link(page, "API Keys"));
    await click(button(page, "Create new key"));
    const dialog = page.getByRole("dialog", { name: "Create new key" });
    await dialog.getByLabel("Key name").fill("Laptop");
    await click(button(dialog, "Create new key"));
    await click(button(dialog, "Copy key"));
    key = await page.getByLabel("Your new key").inputValue();
  });

  const send = async () => {
    const text = { role: "user", content: "Hello" };
    const data = { model: "atelier-base", messages: [text], max_tokens: 20 };
    return request.post("/v1/chat/completions", { headers: { authorization: `Bearer ${key}` }, data });
  };
  let usage = page;
  await test.step("5: the first request, and where it is", async () => {
    expect((await send()).status()).toBe(200);
    // The dialog with the secret stays open: usage opens beside it.
    const opened = page.waitForEvent("popup");
    await click(link(page, "See the request"));
    usage = await opened;
    await expect(usage.getByRole("heading", { name: "Usage" })).toBeVisible();
    await expect(usage.getByRole("table", { name: "Recent requests" })).toContainText("atelier-base");
  });

  await test.step("6: a limit, which the next request meets", async () => {
    await click(link(usage, "Billing"));
    await click(button(usage, "Set limit"));
    const dialog = usage.getByRole("dialog");
    await dialog.getByRole("textbox").fill("0.000001");
    await click(button(dialog, "Save limit"));
    await expect(dialog).toHaveCount(0);
    await expect.poll(async () => (await send()).status()).toBe(402);
  });

  expect(clicks).toBeLessThanOrEqual(mostClicks);
});
