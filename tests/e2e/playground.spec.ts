import type { Page } from "@playwright/test";
import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

const log = (page: Page, model: string) => page.getByRole("log", { name: `What was said with ${model}` });

async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel("Message").fill(text);
  await page.getByRole("button", { name: "Send" }).click();
}

test("a chat is written as one watches, counted, remembered, charged, and can be taken away as code", async ({
  signIn,
  workspace,
}) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await page.goto(`/w/${acme.slug}/models/playground?model=atelier-base`);
  await expect(page.getByRole("heading", { level: 1, name: "Playground" })).toBeVisible();
  await page.getByLabel("Temperature").fill("0");
  await say(page, "What is a workspace?");
  await expect(log(page, "atelier-base")).toHaveAttribute("aria-busy", "false");
  const said = await log(page, "atelier-base").innerText();
  expect(said).toContain("What is a workspace?");
  expect(said.length).toBeGreaterThan(60);
  await expect(page.getByTestId("used")).toContainText(/[1-9]\d* in · [1-9]\d* out/);

  const asked = page.waitForRequest((request) => request.url().includes("/api/playground/"));
  await page.getByLabel("Message").fill("Who is in it?");
  await page.getByLabel("Message").press("Enter");
  const { messages, temperature } = (await asked).postDataJSON();
  expect(messages.map(({ role }: { role: string }) => role)).toEqual(["user", "assistant", "user"]);
  expect(temperature).toBe(0);
  await expect(log(page, "atelier-base")).toHaveAttribute("aria-busy", "false");

  const code = page.getByRole("group", { name: "The same as code" });
  await expect(code).toContainText("chat/completions");
  await expect(code).toContainText("What is a workspace?");
  await page.goto(`/w/${acme.slug}/usage?group=member`);
  await expect(page.getByRole("main")).toContainText("atelier-base");
});

test("two models answer side by side, and the address says which", async ({ signIn, workspace }) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await page.goto(`/w/${acme.slug}/models/playground?model=atelier-base`);
  await page.getByLabel("Side by side with").selectOption("atelier-mini");
  await expect(page).toHaveURL(/model=atelier-base&beside=atelier-mini/);
  await say(page, "Hello!");
  for (const model of ["atelier-base", "atelier-mini"]) {
    await expect(log(page, model)).toHaveAttribute("aria-busy", "false");
    await expect(log(page, model)).toContainText("Model");
  }
  await page.reload();
  await expect(page.getByRole("log")).toHaveCount(2);
  await page.getByRole("button", { name: "Clear" }).click();
  await expect(log(page, "atelier-base")).toContainText("Nothing has been said yet.");
});

test("a limit that is reached is said where the answer would be, and the question can be asked again", async ({
  signIn,
  workspace,
  database,
}) => {
  test.info().annotations.push({ type: "expects-console-error" });
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await database`update workspaces set monthly_limit = 0 where id = ${acme.id}`;
  await page.goto(`/w/${acme.slug}/models/playground?model=atelier-base`);
  await say(page, "Hello!");
  await expect(log(page, "atelier-base")).toContainText(/limit/i);
  await database`update workspaces set monthly_limit = null where id = ${acme.id}`;
  await page.getByRole("button", { name: "Ask again" }).click();
  await expect(log(page, "atelier-base")).toHaveAttribute("aria-busy", "false");
  await expect(log(page, "atelier-base")).not.toContainText(/limit/i);
});

test("a role that may not use models reads why, on a phone as well, and nothing there fails axe", async ({
  signIn,
  pageOf,
  workspace,
  join,
}) => {
  const { person: admin } = await signIn();
  const acme = await workspace(admin);
  const { person } = await signIn();
  await join(acme, person, "viewer");
  const page = await pageOf(person, { viewport: { width: 390, height: 844 } });
  await page.goto(`/w/${acme.slug}/models/playground`);
  await expect(page.getByRole("button", { name: "Send" })).toHaveAttribute("aria-description", /Admin or Developer/);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await expectNoViolations(page);
});

test("another site's page cannot post here", async ({ signIn, workspace, request, cookieOf }) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  const response = await request.post(`/api/playground/${acme.slug}/chat/completions`, {
    headers: { origin: "https://evil.example", cookie: await cookieOf(person), "content-type": "application/json" },
    data: { model: "atelier-base", messages: [{ role: "user", content: "Hello" }] },
  });
  expect(response.status()).toBe(403);
});
