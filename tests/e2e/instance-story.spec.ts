import type { Page } from "@playwright/test";
import { expectNoViolations } from "../support/browser/axe";
import { signInByMail } from "../support/browser/sign-in";
import { expect, test } from "../support/browser/test";
import { type FakeModelServer, startModelServer } from "../support/fakes/model-server";
import { type Installation, install } from "../support/installation";

test.describe.configure({ mode: "serial" });

let here: Installation;
let models: FakeModelServer;

test.beforeEach(async () => {
  [here, models] = await Promise.all([install({ gateways: 1 }), startModelServer()]);
  models.list = [{ id: "by-hand" }];
});
test.afterEach(async () => {
  await here?.close();
  await models?.close();
});

const mailedLink = (to: string, where: string) => here.mailedLink(to, where);

/** Requests a chat with a key. Repeats it while requests of another instance have reserved the rest of the limit. */
async function chat(gateway: string, key: string): Promise<{ status: number; text: string }> {
  const send = () =>
    fetch(`${gateway}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "by-hand", messages: [{ role: "user", content: "Hello" }], max_tokens: 5 }),
    });
  let response = await send();
  await expect
    .poll(async () => {
      if (response.status === 429) response = await send();
      return response.status;
    })
    .not.toBe(429);
  return { status: response.status, text: await response.text() };
}

const statusOf = async (gateway: string, key: string) => (await chat(gateway, key)).status;

/** Requests the list of models, which costs nothing and can be repeated. */
const listed = async (gateway: string, key: string) =>
  (await fetch(`${gateway}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status;

for (const [how, options] of [
  ["with JavaScript", { javaScriptEnabled: true }],
  ["without JavaScript, on a phone", { javaScriptEnabled: false, viewport: { width: 360, height: 740 } }],
] as const)
  test(`OP-16 ${how}: an installation gets an owner, who bounds what a colleague's workspace may spend`, async ({
    browser,
  }) => {
    test.info().annotations.push({ type: "expects-console-error" });
    test.setTimeout(300_000);
    const personAt = async () => (await browser.newContext({ ...options, baseURL: here.origin })).newPage();
    const fits = async (page: Page) => {
      if ("viewport" in options)
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    };
    const check = async (page: Page) => {
      await fits(page);
      if (options.javaScriptEnabled) await expectNoViolations(page);
    };

    // The first person finds "Instance settings".
    const ada = await personAt();
    await ada.goto("/");
    await signInByMail(ada, "ada@acme.example", mailedLink);
    await expect(ada.getByText("You run this instance")).toBeVisible();
    await ada.getByRole("link", { name: "Instance settings" }).click();
    await expect(ada.getByRole("heading", { name: "Instance settings", level: 1 })).toBeVisible();
    await check(ada);

    // Sign-up is closed except for one domain, and a new workspace has a ceiling of 20 per month.
    await ada.goto("/instance/sign-up");
    const signUp = ada.getByRole("region", { name: "Who may sign up" });
    await signUp.getByLabel("These domains", { exact: false }).check();
    await signUp.getByLabel("Domains that may sign up").fill("acme.example");
    await signUp.getByRole("button", { name: "Save who may sign up" }).click();
    await expect(ada.getByText("Saved. It applies from now on.")).toBeVisible();
    await ada.goto("/instance/sign-up");
    const defaults = ada.getByRole("region", { name: "New workspaces", exact: true });
    await defaults.getByLabel("Ceiling per month").fill("20");
    await defaults.getByRole("button", { name: "Save settings of new workspaces" }).click();
    await expect(ada.getByText("Saved. It applies from now on.")).toBeVisible();
    await check(ada);

    // A second provider, added in the form, with a price.
    await ada.goto("/instance/providers/new");
    await ada.getByLabel("Name").fill("by hand");
    await ada.getByLabel("Address").fill(models.url);
    await ada.getByRole("button", { name: "Test and add provider" }).click();
    await expect(ada.getByText("Provider added. Its test worked.")).toBeVisible();
    await ada.goto("/instance/prices");
    const price = ada.getByRole("region", { name: "Set a price" });
    await price.getByLabel("Model").fill("by-hand");
    await price.getByText("Prices of other classes").click();
    await price.getByLabel("One request").fill("5");
    await price.getByRole("button", { name: "Set price" }).click();
    await expect(ada.getByText("Price set.")).toBeVisible();
    await check(ada);

    // A stranger gets no account; a colleague gets one and creates a workspace.
    const stranger = await personAt();
    await stranger.goto("/sign-in");
    await stranger.getByLabel("Email").fill("mallory@elsewhere.example");
    await stranger.getByRole("button", { name: "Continue with email" }).click();
    await expect.poll(async () => (await here.mailsTo("mallory@elsewhere.example")).length).toBe(1);
    expect((await here.mailsTo("mallory@elsewhere.example"))[0]).not.toContain("/sign-in/confirm");
    const grace = await personAt();
    await grace.goto("/");
    await signInByMail(grace, "grace@acme.example", mailedLink);
    await grace.getByRole("button", { name: "Create workspace" }).click();
    await grace.getByLabel("Workspace name").fill("Lab");
    await grace.getByLabel("For my organization").check();
    await grace.getByRole("button", { name: "Create workspace" }).click();
    await expect(grace).toHaveURL(/\/w\/lab$/);
    await grace.goto("/w/lab/billing");
    await expect(grace.getByText("ceiling, set by the people who run this Atelier")).toBeVisible();
    await fits(grace);
    await grace.goto("/w/lab/keys?dialog=create");
    await grace.getByRole("dialog").getByLabel("Key name").fill("Backend");
    await grace.getByRole("dialog").getByRole("button", { name: "Create new key" }).click();
    const key = await grace.getByLabel("Your new key").inputValue();

    // The ceiling of 20 allows four requests, at any instance; then both refuse, and say where to ask for more.
    const [first = "", second = ""] = here.gateways;
    const outcomes: number[] = [];
    for (const gateway of [first, second, first, second]) outcomes.push(await statusOf(gateway, key));
    expect(outcomes).toEqual([200, 200, 200, 200]);
    const refused = await chat(second, key);
    expect([refused.status, await statusOf(first, key)]).toEqual([402, 402]);
    const asking = /See (http\S+?\/limits\/spending\?of=ceiling\S*?)["\s\\]/.exec(refused.text)?.[1] ?? "";
    await grace.goto(asking);
    await expect(grace.getByLabel("Raised to")).toHaveValue("40.00");
    await check(grace);
    await grace.getByRole("button", { name: "Send request" }).click();
    await expect(grace.getByText("Request sent.")).toBeVisible();

    // One click on the page of the mail's link grants it, on both instances.
    await ada.goto(await mailedLink("ada@acme.example", "/instance/workspaces/lab"));
    const waiting = ada.getByRole("region", { name: "Requests for higher ceilings" });
    await waiting.getByRole("button", { name: "Grant", exact: true }).click();
    await expect(ada.getByLabel("Per month")).toHaveValue("40.00");
    for (const gateway of here.gateways) await expect.poll(() => statusOf(gateway, key)).toBe(200);

    // Suspended and resumed, on both instances.
    await ada.goto("/instance/workspaces/lab");
    await ada.getByLabel("Reason").fill("Unpaid");
    await check(ada);
    await ada.getByRole("button", { name: "Suspend workspace" }).click();
    await expect(ada.getByRole("button", { name: "Resume workspace" })).toBeVisible();
    for (const gateway of here.gateways) await expect.poll(() => listed(gateway, key)).toBe(401);
    await grace.goto("/w/lab/keys");
    await expect(grace.getByRole("region", { name: "Suspended" })).toContainText("“Unpaid”");
    await ada.getByRole("button", { name: "Resume workspace" }).click();
    await expect(ada.getByText("Workspace resumed.")).toBeVisible();
    for (const gateway of here.gateways) await expect.poll(() => listed(gateway, key)).toBe(200);

    // All of this is in the instance's audit log, and the instance's owner cannot open anything in the workspace.
    await ada.goto("/instance/audit");
    for (const sentence of [
      "became the operator of this instance",
      "changed who may sign up",
      "changed what a new workspace starts with",
      "added the model provider",
      "set a price of",
      "granted a higher ceiling to the workspace",
      "suspended the workspace",
      "resumed the workspace",
    ])
      await expect(ada.getByText(sentence).first()).toBeVisible();
    await check(ada);
    expect((await ada.goto("/w/lab"))?.status()).toBe(404);
  });
