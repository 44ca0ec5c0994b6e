import type { Page } from "@playwright/test";
import { modelHref } from "@/app/w/[workspace]/_shared/model-href";
import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";
import { ownModel, shareModel, trainedJob } from "../support/factories/models";
import { use } from "../support/factories/usage";

const rowOf = (page: Page, name: string) =>
  page.getByRole("table", { name: "Models" }).getByRole("row").filter({ hasText: name });

/** Opens a dialog from the menu of a model's row. */
async function choose(page: Page, name: string, item: string) {
  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

const expectNoSidewaysScroll = async (page: Page) =>
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
  ).toBeLessThanOrEqual(0);

test("a workspace without tuned models shows what they are, and the base models", async ({ signIn, workspace }) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await page.goto(`/w/${acme.slug}/models`);
  await expect(page.getByText("your team members will be able to use this model.")).toBeVisible();
  const base = page.getByRole("table", { name: "Base models" });
  await base.getByRole("link", { name: "atelier-base" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("atelier-base");
  await expect(page.getByRole("group", { name: "How to call it" })).toContainText('"model": "atelier-base"');
  await expect(page.getByRole("link", { name: "Open in playground" })).toHaveAttribute(
    "href",
    `/w/${acme.slug}/models/playground?model=atelier-base`,
  );
  await expect(page.getByText("Danger zone")).toHaveCount(0);
});

test("models are listed with their properties, searched, filtered, edited, archived and restored", async ({
  team,
  workspace,
  database,
}) => {
  const { acme, ada, page, grace } = await team("developer");
  const other = await workspace(ada, "Other Lab");
  const id = await ownModel(database, acme.id, { name: "Support bot", base: "atelier-base", createdBy: grace.id });
  await ownModel(database, acme.id, {
    name: "Sales bot",
    origin: "registered",
    visibility: "private",
    createdBy: ada.id,
  });
  const lent = await ownModel(database, other.id, { name: "Lent bot" });
  await shareModel(database, { from: other.id, to: acme.id, id: lent, by: ada.id });
  await use(database, acme.id, [{ model: id, memberId: grace.id }]);
  await page.goto(`/w/${acme.slug}/models`);
  await expect(rowOf(page, "Support bot")).toContainText("Fine-tuned");
  await expect(rowOf(page, "Support bot")).toContainText("Grace Hopper");
  await expect(rowOf(page, "Support bot")).not.toContainText("never");
  await expect(rowOf(page, "Sales bot")).toContainText("Its maker");
  await expect(rowOf(page, "Lent bot")).toContainText("Other Lab");
  await expectNoViolations(page);

  await page.getByLabel("Kind").selectOption("Shared with us");
  await expect(rowOf(page, "Support bot")).toHaveCount(0);
  await expect(rowOf(page, "Lent bot")).toBeVisible();
  await page.getByLabel("Kind").selectOption("All");
  await expect(rowOf(page, "Support bot")).toBeVisible();
  await page.getByRole("searchbox", { name: "Search models" }).fill("sales");
  await expect(rowOf(page, "Support bot")).toHaveCount(0);
  await page.getByRole("searchbox", { name: "Search models" }).fill("");
  await expect(rowOf(page, "Support bot")).toBeVisible();

  await page.getByRole("button", { name: "Actions for Lent bot" }).click();
  await expect(page.getByRole("menuitem", { name: "Edit" })).toContainText("It belongs to Other Lab.");
  await page.keyboard.press("Escape");

  await choose(page, "Support bot", "Edit");
  const dialog = page.getByRole("dialog", { name: "Edit Support bot" });
  await dialog.getByLabel("Model name").fill("Help bot");
  await dialog.getByLabel("Description").fill("Answers\nquestions.");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(rowOf(page, "Help bot")).toBeVisible();

  await choose(page, "Help bot", "Archive");
  await page.getByRole("dialog").getByRole("button", { name: "Archive" }).click();
  await expect(page.getByText("Model archived. It cannot be used until it is restored.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Open in playground" })).toBeDisabled();
  await page.goto(`/w/${acme.slug}/models?state=archived`);
  await choose(page, "Help bot", "Restore");
  await page.getByRole("dialog").getByRole("button", { name: "Restore" }).click();
  await expect(page.getByText("Model restored. It can be used again.")).toBeVisible();
});

test("a model's page shows its origin and its users; its audience, shares and end are set there", async ({
  signIn,
  workspace,
  join,
  database,
}) => {
  const { person: ada, page } = await signIn({ name: "Ada Lovelace" });
  const acme = await workspace(ada);
  const other = await workspace(ada, "Other Lab");
  const { person: grace } = await signIn({ name: "Grace Hopper" });
  await join(acme, grace, "developer");
  const { jobId } = await trainedJob(database, acme.id, { by: grace.id, filename: "tickets.jsonl" });
  const id = await ownModel(database, acme.id, { base: "atelier-base", createdBy: grace.id, jobId });
  await use(database, acme.id, [{ model: id, memberId: grace.id }]);
  await page.goto(modelHref(acme.slug, id));
  const lineage = page.getByRole("region", { name: "Where it comes from" });
  for (const text of ["atelier-base", "tickets.jsonl", "SHA-256", jobId, "Grace Hopper", id])
    await expect(lineage).toContainText(text);
  await expect(page.getByRole("table", { name: "Used by" })).toContainText("Grace Hopper");
  await expect(page.getByText("Its model server does not run it")).toBeVisible();
  await expectNoViolations(page);

  const audience = page.getByRole("region", { name: "Who may use it" });
  await audience.getByRole("button", { name: "Change" }).click();
  const who = page.getByRole("dialog", { name: "Who may use Support bot" });
  await expect(who.getByRole("group", { name: "Members" })).toBeHidden();
  await who.getByRole("radio", { name: "Some members" }).check();
  await expectNoViolations(page);
  await who.getByRole("button", { name: "Save" }).click();
  await expect(who.getByText("Choose at least one member.")).toBeVisible();
  await who.getByLabel(/^Grace Hopper/).check();
  await who.getByRole("button", { name: "Save" }).click();
  await expect(audience).toContainText("Grace Hopper.");
  await expect(page.getByText("You cannot use this model.")).toBeVisible();

  const shares = page.getByRole("region", { name: "Shared with other workspaces" });
  await shares.getByRole("button", { name: "Share" }).click();
  const share = page.getByRole("dialog", { name: "Share Support bot" });
  await share.getByLabel("Workspace").selectOption("Other Lab");
  await share.getByLabel("Last day").fill("2999-01-31");
  await share.getByRole("button", { name: "Share" }).click();
  await expect(shares.getByRole("list", { name: "Shares" })).toContainText("Other Lab");
  await page.goto(modelHref(other.slug, id));
  await expect(page.getByRole("region", { name: "About it" })).toContainText("Acme Research");
  await expect(page.getByText("Danger zone")).toHaveCount(0);
  await page.goto(modelHref(acme.slug, id));
  await shares.getByRole("button", { name: "End share with Other Lab" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End share" }).click();
  await expect(shares).toContainText("With none.");

  await page.getByRole("region", { name: "Danger zone" }).getByRole("button", { name: "Delete" }).click();
  const remove = page.getByRole("dialog", { name: "Delete Support bot?" });
  await expect(remove).toContainText("refused 1 call: Grace Hopper in the browser");
  await remove.getByLabel(/^Type “/).fill("Support");
  await remove.getByRole("button", { name: "Delete" }).click();
  await expect(remove.getByText("Type the model's name exactly as shown.")).toBeVisible();
  await remove.getByLabel(/^Type “/).fill("Support bot");
  await remove.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("Model deleted. It can no longer be used.")).toBeVisible();
  expect((await page.request.get(modelHref(acme.slug, id))).status()).toBe(404);
});

test("moving a model first shows the changes; its id works in the other workspace", async ({
  signIn,
  workspace,
  database,
}) => {
  const { person: ada, page } = await signIn({ name: "Ada Lovelace" });
  const acme = await workspace(ada);
  const other = await workspace(ada, "Other Lab");
  const { jobId } = await trainedJob(database, acme.id, { by: ada.id, filename: "tickets.jsonl" });
  const id = await ownModel(database, acme.id, { base: "atelier-base", createdBy: ada.id, jobId });
  await page.goto(`/w/${acme.slug}/models`);
  await choose(page, "Support bot", "Move");
  const first = page.getByRole("dialog", { name: "Move Support bot" });
  await first.getByLabel("Workspace").selectOption("Other Lab");
  await first.getByRole("button", { name: "See what changes" }).click();
  const dialog = page.getByRole("dialog", { name: "Move Support bot to Other Lab?" });
  await expect(dialog).toContainText("No key of this workspace is affected");
  await expect(dialog).toContainText("All members of Other Lab may use it.");
  await expectNoViolations(page);
  await dialog.getByLabel(/^Type “/).fill("Support bot");
  await dialog.getByRole("button", { name: "Move" }).click();
  await expect(page.getByText("Model moved.")).toBeVisible();
  await page.goto(modelHref(other.slug, id));
  const lineage = page.getByRole("region", { name: "Where it comes from" });
  await expect(lineage).toContainText("Acme Research, before it came here");
  await expect(lineage).toContainText("tickets.jsonl");
});

test("a Developer changes their own models, reads who may change the others, and does not see private ones", async ({
  signIn,
  workspace,
  join,
  database,
}) => {
  const { person: ada } = await signIn({ name: "Ada Lovelace" });
  const acme = await workspace(ada);
  const { person: grace, page } = await signIn({ name: "Grace Hopper" });
  await join(acme, grace, "developer");
  const mine = await ownModel(database, acme.id, { name: "Mine", createdBy: grace.id });
  const theirs = await ownModel(database, acme.id, { name: "Theirs", createdBy: ada.id });
  const hidden = await ownModel(database, acme.id, { name: "Hidden", visibility: "private", createdBy: ada.id });
  await page.goto(`/w/${acme.slug}/models`);
  await expect(rowOf(page, "Hidden")).toHaveCount(0);
  const register = page.getByRole("button", { name: "Register a model" });
  await expect(register).toBeDisabled();
  await expect(register).toHaveAccessibleDescription("Needs the role Admin. Ask Ada Lovelace.");
  await page.goto(modelHref(acme.slug, theirs));
  await expect(page.getByRole("button", { name: "Delete" })).toHaveAccessibleDescription(
    "Its maker may. Needs the role Admin. Ask Ada Lovelace.",
  );
  await page.goto(modelHref(acme.slug, theirs, { dialog: "remove" }));
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.goto(modelHref(acme.slug, mine));
  await expect(page.getByRole("button", { name: "Delete" })).toBeEnabled();
  await expect(page.getByRole("button", { name: "Move" })).toBeDisabled();
  expect((await page.request.get(modelHref(acme.slug, hidden))).status()).toBe(404);
});

test("a tuned model that does not run cannot be registered, which its field says", async ({ signIn, workspace }) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await page.goto(`/w/${acme.slug}/models`);
  await page.getByRole("button", { name: "Register a model" }).click();
  const dialog = page.getByRole("dialog", { name: "Register a model" });
  await expectNoViolations(page);
  await dialog.getByLabel("Name at the model server").fill("atelier-base");
  await dialog.getByLabel("Model name").fill("Mine now");
  await dialog.getByRole("button", { name: "Register" }).click();
  await expect(dialog.getByText("No tuned model with this name can be registered")).toBeVisible();
  await expect(dialog.getByLabel("Model name")).toHaveValue("Mine now");
});

test("programs chat with a workspace's model by its id, and programs that may not use it do not find it", async ({
  signIn,
  workspace,
  call,
  request,
  database,
}) => {
  const { person: ada } = await signIn();
  const [acme, other] = [await workspace(ada), await workspace(ada, "Other Lab")];
  await database`update models set deleted_at = now() where upstream = 'atelier-base' and deleted_at is null`;
  const id = await ownModel(database, acme.id, { base: "atelier-base", upstream: "atelier-base", createdBy: ada.id });
  const secretOf = async (slug: string) =>
    (await (await call(ada, "keys.create", { workspace: slug, name: "Backend" })).json()).result.data.secret as string;
  const [key, foreign] = [await secretOf(acme.slug), await secretOf(other.slug)];
  const chat = (secret: string) =>
    request.post("/v1/chat/completions", {
      headers: { authorization: `Bearer ${secret}` },
      data: { model: id, messages: [{ role: "user", content: "Hello" }], max_tokens: 8 },
    });
  const answer = await chat(key);
  expect([answer.status(), (await answer.json()).model]).toEqual([200, id]);
  expect((await chat(foreign)).status()).toBe(404);
  await call(ada, "models.share", { workspace: acme.slug, modelId: id, target: other.slug });
  await expect.poll(async () => (await chat(foreign)).status(), { timeout: 1_000 }).toBe(200);
  await call(ada, "models.endShare", { workspace: acme.slug, modelId: id, target: other.slug });
  await expect.poll(async () => (await chat(foreign)).status(), { timeout: 1_000 }).toBe(404);
});

test("without JavaScript models are filtered, changed and moved, and keys are made for some of them", async ({
  signIn,
  pageOf,
  workspace,
  database,
}) => {
  const { person: ada } = await signIn();
  const acme = await workspace(ada);
  await workspace(ada, "Other Lab");
  const id = await ownModel(database, acme.id, { createdBy: ada.id });
  const page = await pageOf(ada, { javaScriptEnabled: false });
  await page.goto(`/w/${acme.slug}/models`);
  await page.getByLabel("Kind").selectOption("Registered");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByText("No model found").first()).toBeVisible();

  await page.goto(modelHref(acme.slug, id));
  await page.getByRole("region", { name: "Who may use it" }).getByRole("button", { name: "Change" }).click();
  const who = page.getByRole("dialog", { name: "Who may use Support bot" });
  await who.getByRole("radio", { name: "Only me" }).check();
  await who.getByRole("button", { name: "Save" }).click();
  await page.goto(modelHref(acme.slug, id));
  await expect(page.getByText("Only you.")).toBeVisible();

  await page.goto(`/w/${acme.slug}/keys?dialog=create`);
  const dialog = page.getByRole("dialog", { name: "Create new key" });
  await dialog.getByLabel("Key name").fill("Backend");
  await dialog.getByText("Advanced settings").click();
  await dialog.getByText("Choose models").click();
  await dialog.getByRole("checkbox", { name: /Support bot/ }).check();
  await dialog.getByRole("checkbox", { name: "atelier-base" }).check();
  await dialog.getByLabel("Other models, by id").fill("something-else");
  await dialog.getByRole("button", { name: "Create new key" }).click();
  await expect(page.getByLabel("Your new key")).toBeVisible();
  const [key] = await database`select models from api_keys where workspace_id = ${acme.id}`;
  expect(key?.models).toEqual(expect.arrayContaining([id, "atelier-base", "something-else"]));

  await page.goto(modelHref(acme.slug, id, { dialog: "move" }));
  await page.getByRole("dialog").getByLabel("Workspace").selectOption("Other Lab");
  await page.getByRole("button", { name: "See what changes" }).click();
  await page.getByLabel(/^Type “/).fill("Support bot");
  await page.getByRole("dialog").getByRole("button", { name: "Move" }).click();
  await expect(page.getByText("Model moved.")).toBeVisible();
});

test("a key's list of models is found, kept and changed", async ({ signIn, workspace, database }) => {
  const { person: ada, page } = await signIn();
  const acme = await workspace(ada);
  for (let i = 0; i < 12; i++) await ownModel(database, acme.id, { name: `Bot ${i}`, createdBy: ada.id });
  await page.goto(`/w/${acme.slug}/keys?dialog=create`);
  const dialog = page.getByRole("dialog", { name: "Create new key" });
  await dialog.getByText("Advanced settings").click();
  await dialog.getByText("Choose models").click();
  await dialog.getByRole("searchbox", { name: "Find a model" }).fill("bot 7");
  await expect(dialog.getByRole("checkbox", { name: /Bot 3/ })).toBeHidden();
  await dialog.getByRole("checkbox", { name: /Bot 7/ }).check();
  await expect(dialog.getByText("(1 chosen)")).toBeVisible();
  await dialog.getByLabel("Other models, by id").fill("no id at all");
  await dialog.getByRole("button", { name: "Create new key" }).click();
  await expect(dialog.getByText("“no id at all” is no model's id")).toBeVisible();
  await expect(dialog.getByLabel("Other models, by id")).toHaveValue("no id at all");
  await expect(dialog.getByRole("checkbox", { name: /Bot 7/ })).toBeChecked();
  await expectNoViolations(page);
});

test("both pages fit a phone", async ({ signIn, workspace, database, pageOf }) => {
  const { person: ada } = await signIn({ name: "Ada Lovelace" });
  const acme = await workspace(ada);
  const { jobId } = await trainedJob(database, acme.id, { by: ada.id, filename: `${"long-".repeat(30)}name.jsonl` });
  const id = await ownModel(database, acme.id, { name: "M".repeat(60), createdBy: ada.id, jobId });
  await use(database, acme.id, [{ model: id, memberId: ada.id }]);
  const page = await pageOf(ada, { viewport: { width: 390, height: 844 } });
  for (const path of [
    `/w/${acme.slug}/models`,
    modelHref(acme.slug, id),
    modelHref(acme.slug, id, { dialog: "visibility" }),
    modelHref(acme.slug, id, { dialog: "remove" }),
  ]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expectNoSidewaysScroll(page);
  }
  await page.goto(modelHref(acme.slug, id));
  await expectNoViolations(page);
});
