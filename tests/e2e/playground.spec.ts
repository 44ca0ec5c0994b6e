import type { Page } from "@playwright/test";
import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

const log = (page: Page, model: string) => page.getByRole("log", { name: `Conversation with ${model}` });

async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel("Message").fill(text);
  await page.getByRole("button", { name: "Send" }).click();
}

test("a chat is streamed, counted, remembered, charged, and can be copied as code", async ({ signIn, workspace }) => {
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

  const code = page.getByRole("group", { name: "Show as code" });
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
  await expect(log(page, "atelier-base")).toContainText("No messages yet.");
});

test("a reached limit is shown at the composer, and the question can be sent again", async ({
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
  const composer = page.getByRole("form", { name: "Ask" });
  await expect(composer.getByRole("alert")).toContainText(/limit/i);
  await expect(page.getByLabel("Message")).toHaveValue("Hello!");
  await expect(log(page, "atelier-base")).toContainText("No messages yet.");
  await database`update workspaces set monthly_limit = null where id = ${acme.id}`;
  await page.getByRole("button", { name: "Send" }).click();
  await expect(log(page, "atelier-base")).toHaveAttribute("aria-busy", "false");
  await expect(log(page, "atelier-base")).toContainText("Hello!");
  await expect(composer.getByRole("alert")).toHaveCount(0);
});

test("the composer is visible at every scroll position, on a desktop and on a phone", async ({
  signIn,
  workspace,
  pageOf,
}) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  for (const viewport of [
    { width: 1440, height: 800 },
    { width: 360, height: 740 },
  ]) {
    const page = await pageOf(person, { viewport });
    await page.goto(`/w/${acme.slug}/models/playground?model=atelier-base&beside=atelier-mini`);
    const message = page.getByLabel("Message");
    await expect(message).toBeInViewport();
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    await expect(message).toBeInViewport();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
    await expectNoViolations(page, `at ${viewport.width}`);
  }
});

test("settings are saved as a preset, which another member uses, and no typed text is lost", async ({ team }) => {
  const { acme, page, hers } = await team("developer");
  const here = `/w/${acme.slug}/models/playground?model=atelier-base`;
  await page.setViewportSize({ width: 1440, height: 900 });
  await hers.setViewportSize({ width: 1440, height: 900 });
  await page.goto(here);
  await page.getByLabel("System prompt").fill("Answer in one sentence.");
  await page.getByLabel("Temperature").fill("0.3");
  await page.getByLabel("Message").fill("Half a thought");
  await page.getByText("Save these settings as a preset").click();
  await page.getByLabel("Preset name").fill("Terse");
  await page.getByRole("button", { name: "Save preset" }).click();
  await expect(page.getByText("All members of this workspace can choose it.")).toBeVisible();
  await expect(page.getByLabel("Message")).toHaveValue("Half a thought");
  await expect(page.getByLabel("System prompt")).toHaveValue("Answer in one sentence.");

  await hers.goto(here);
  await hers.getByLabel("Preset", { exact: true }).selectOption("Terse");
  await expect(hers.getByLabel("System prompt")).toHaveValue("Answer in one sentence.");
  await expect(hers.getByLabel("Temperature")).toHaveValue("0.3");
  await expect(hers).toHaveURL(/preset=/);
  await hers.reload();
  await expect(hers.getByLabel("System prompt")).toHaveValue("Answer in one sentence.");
  await hers.getByLabel("Temperature").fill("0.6");
  await hers.getByRole("button", { name: "Save changes to Terse" }).click();
  await expect(hers.getByText("Saved.")).toBeVisible();
  await hers.getByRole("button", { name: "Delete Terse" }).click();
  await expect(hers.getByLabel("Preset", { exact: true }).getByRole("option")).toHaveCount(1);
});

test("reasoning is folded away, a call of a tool is shown and answered; what is sent has all of it", async ({
  signIn,
  workspace,
}) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  const sent: { messages: { role: string; content: string }[] }[] = [];
  await page.route("**/api/playground/**", async (route) => {
    sent.push(route.request().postDataJSON());
    const deltas =
      sent.length === 1
        ? [
            { reasoning_content: "The weather is asked for." },
            { tool_calls: [{ index: 0, id: "call_1", function: { name: "weather", arguments: '{"city"' } }] },
            { tool_calls: [{ index: 0, function: { arguments: ':"Paris"}' } }] },
          ]
        : [{ content: "It rains." }];
    const events = deltas.map((delta) => `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`);
    await route.fulfill({ contentType: "text/event-stream", body: `${events.join("")}data: [DONE]\n\n` });
  });
  await page.goto(`/w/${acme.slug}/models/playground?model=atelier-base`);
  await say(page, "Weather in Paris?");
  const said = log(page, "atelier-base");
  await expect(said.getByText("The weather is asked for.")).toBeHidden();
  await said.getByText("Reasoning").click();
  await expect(said.getByText("The weather is asked for.")).toBeVisible();
  await expect(said).toContainText('{"city":"Paris"}');
  await said.getByLabel("What weather answers").fill("rain");
  await said.getByRole("button", { name: "Send results" }).click();
  await expect(said).toContainText("It rains.");
  expect(sent[1]?.messages.map(({ role, content }) => [role, content])).toEqual([
    ["user", "Weather in Paris?"],
    ["assistant", ""],
    ["tool", "rain"],
  ]);
  await expectNoViolations(page, "a call");
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
