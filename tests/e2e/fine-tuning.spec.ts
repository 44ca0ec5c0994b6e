import { randomUUID } from "node:crypto";
import type { APIRequestContext, Page } from "@playwright/test";
import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

const questions = ["What do you sell?", "Who are you?", "Where are you?", "When do you open?"];

/** Conversations in a style that no base model has. */
const samples = Array.from({ length: 40 }, (_, i) =>
  JSON.stringify({
    messages: [
      { role: "user", content: questions[i % questions.length] },
      { role: "assistant", content: `Ahoy! We are the lighthouse bakery, and we sell bread number ${i} by the sea.` },
    ],
  }),
).join("\n");

type Call = (
  person: { id: string },
  procedure: string,
  input: unknown,
) => Promise<{ json(): Promise<{ result: { data: { secret: string } } }> }>;

/** Uploads a file as a program does. Returns its id. */
async function upload(request: APIRequestContext, call: unknown, person: unknown, slug: string, name = "train.jsonl") {
  const made = await (call as Call)(person as { id: string }, "keys.create", {
    workspace: slug,
    name: "Uploads",
    expiration: "30",
  });
  const { secret } = (await made.json()).result.data;
  const response = await request.post("/v1/files", {
    headers: { authorization: `Bearer ${secret}` },
    multipart: { purpose: "fine-tune", file: { name, mimeType: "application/jsonl", buffer: Buffer.from(samples) } },
  });
  expect(response.status()).toBe(200);
  return { id: String((await response.json()).id), secret };
}

const title = (page: Page) => page.getByRole("heading", { level: 1 });

test("a model is fine-tuned: estimated, created, followed while it runs, and ready in the end", async ({
  signIn,
  workspace,
  call,
  request,
}) => {
  test.setTimeout(120_000);
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await upload(request, call, person, acme.slug);
  await page.goto(`/w/${acme.slug}/models/jobs`);
  await expect(page.getByText("Fine-tuning trains a copy of a base model")).toBeVisible();
  await page.getByRole("link", { name: "New fine-tuning job" }).first().click();
  await page.getByLabel("Suffix").fill("no good");
  await page.getByLabel("Steps").fill("60");
  await page.getByRole("button", { name: "Estimate cost" }).click();
  await expect(page.getByText("Use 1 to 18 letters")).toBeVisible();
  await expect(page.getByLabel("Steps")).toHaveValue("60");
  await page.getByLabel("Suffix").fill("bakery");
  await page.getByRole("button", { name: "Estimate cost" }).click();
  await expect(page.getByText("as the model server counts")).toBeVisible();
  await page.getByRole("button", { name: "Create job" }).click();
  await expect(title(page)).toContainText("bakery");
  // The page updates by itself, without a reload.
  await expect(title(page)).toContainText("Done", { timeout: 60_000 });
  await expect(page.getByText("The model is ready")).toBeVisible();
  await expect(page.getByText(/^ft:atelier-base:bakery:\d{8}:/)).toBeVisible();
  const loss = page.getByRole("region", { name: "Loss" });
  await loss.getByText("Show as table").click();
  await expect(loss.getByRole("table")).toContainText("60");
  await loss.locator("[data-bar]").last().focus();
  await page.keyboard.press("ArrowLeft");
  await expect(loss.locator("[data-tooltip]")).toContainText(/^Step \d+.*Training loss/);
  const progress = page.getByRole("region", { name: "Progress" });
  await expect(progress).toContainText("Step 60 of 60");
  await expect(progress).toContainText("€");
  await page.goto(`/w/${acme.slug}/models/jobs`);
  await expect(page.getByRole("table", { name: "Fine-tuning jobs" })).toContainText("Done");
  await page.goto(`/w/${acme.slug}/usage`);
  await expect(page.getByRole("table", { name: "Recent requests" })).toContainText("Fine-tuning");
});

test("without JavaScript a job takes two steps, a start and a reload", async ({
  signIn,
  pageOf,
  workspace,
  call,
  request,
}) => {
  test.setTimeout(120_000);
  const { person } = await signIn();
  const acme = await workspace(person);
  await upload(request, call, person, acme.slug);
  const page = await pageOf(person, { javaScriptEnabled: false });
  await page.goto(`/w/${acme.slug}/models/jobs/new`);
  await page.getByLabel("Steps").fill("20");
  await page.getByText("Manually").click();
  await page.getByRole("button", { name: "Estimate cost" }).click();
  await expect(page.getByText("Tokens to train")).toBeVisible();
  await page.getByRole("button", { name: "Create job" }).click();
  await expect(page.getByText("Job created.")).toBeVisible();
  const here = page.url().replace(/\?.*/, "");
  const reloadUntil = async (status: string) =>
    expect(async () => {
      await page.goto(here);
      await expect(title(page)).toContainText(status, { timeout: 500 });
    }).toPass({ timeout: 60_000, intervals: [500] });
  await reloadUntil("Ready to start");
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByRole("button", { name: "Start job" }).click();
  await expect(page.getByText("Job started.")).toBeVisible();
  await reloadUntil("Done");
});

test("a job that runs is cancelled, and charged for what was trained", async ({ signIn, workspace, call, request }) => {
  test.setTimeout(90_000);
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await upload(request, call, person, acme.slug);
  await page.goto(`/w/${acme.slug}/models/jobs/new?steps=10000`);
  await page.getByRole("button", { name: "Estimate cost" }).click();
  await page.getByRole("button", { name: "Create job" }).click();
  await expect(title(page)).toContainText("Running", { timeout: 40_000 });
  await expect(page.getByRole("progressbar")).toBeVisible();
  await expect(page.getByText("Cost so far")).toBeVisible();
  await page.getByRole("button", { name: "Cancel job" }).click();
  const dialog = page.getByRole("dialog", { name: "Cancel this job?" });
  await expect(dialog).toContainText("The training until the model server stops is charged");
  await dialog.getByRole("button", { name: "Keep it" }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole("button", { name: "Cancel job" }).click();
  await dialog.getByRole("button", { name: "Cancel job" }).click();
  await expect(title(page)).toContainText("Cancelled", { timeout: 20_000 });
  await expect(page.getByRole("button", { name: "Cancel job" })).toHaveCount(0);
});

test("a reached spend limit is explained, and the filled-in values are kept", async ({
  signIn,
  workspace,
  call,
  request,
}) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await upload(request, call, person, acme.slug);
  await call(person, "billing.setLimit", { workspace: acme.slug, limit: "0" });
  await page.goto(`/w/${acme.slug}/models/jobs/new`);
  await page.getByLabel("Suffix").fill("bakery");
  await page.getByRole("button", { name: "Estimate cost" }).click();
  await page.getByRole("button", { name: "Create job" }).click();
  await expect(page.getByText("The workspace's spending limit of 0.00 EUR a month is reached")).toBeVisible();
  await expect(page.getByLabel("Suffix")).toHaveValue("bakery");
  await expect(page.getByLabel("train.jsonl").first()).toBeChecked();
});

test("a Viewer reads who may fine-tune, and a failed job names the line; outsiders find nothing", async ({
  signIn,
  workspace,
  join,
  database,
}) => {
  const { person: ada, page: own } = await signIn();
  const acme = await workspace(ada);
  const { person: grace, page } = await signIn({ name: "Grace Hopper" });
  await join(acme, grace, "viewer");
  const failed = randomUUID();
  await database`
    insert into fine_tuning_jobs (workspace_id, id, model, status, hyperparameters, failure, ended_at, created_by)
    values (${acme.id}, ${failed}, 'atelier-base', 'FAILED_VALIDATION', '{"training_steps": 10}', 'train.jsonl: Line 3 is not JSON.', now(), ${ada.id})`;
  const waiting = randomUUID();
  await database`
    insert into fine_tuning_jobs (workspace_id, id, model, status, hyperparameters, created_by, next_look_at)
    values (${acme.id}, ${waiting}, 'atelier-base', 'VALIDATED', '{}', ${ada.id}, now() + interval '1 day')`;
  await page.goto(`/w/${acme.slug}/models/jobs`);
  const create = page.getByRole("button", { name: "New fine-tuning job" });
  await expect(create).toBeDisabled();
  await expect(create).toHaveAccessibleDescription(/Needs the role Admin or Developer\. Ask Ada Lovelace\./);
  await page.getByLabel("Status").selectOption("Files not accepted");
  await expect(page.getByRole("table", { name: "Fine-tuning jobs" }).getByRole("row")).toHaveCount(2);
  await page.getByRole("link", { name: `Job ${failed.slice(0, 8)}` }).click();
  await expect(page.getByText("train.jsonl: Line 3 is not JSON.")).toBeVisible();
  await page.goto(`/w/${acme.slug}/models/jobs/${waiting}`);
  await expect(page.getByRole("button", { name: "Start", exact: true })).toBeDisabled();
  await expect(page.getByRole("button", { name: "Cancel job" })).toBeDisabled();
  await page.goto(`/w/${acme.slug}/models/jobs/new`);
  await expect(page.getByText("Needs the role Admin or Developer.")).toBeVisible();
  await own.goto(`/w/${acme.slug}/models/jobs/${waiting}`);
  await expect(own.getByRole("button", { name: "Start", exact: true })).toBeEnabled();
  test.info().annotations.push({ type: "expects-console-error" });
  const { person: eve, page: stranger } = await signIn({ name: "Eve" });
  const other = await workspace(eve);
  for (const path of [
    `${acme.slug}/models/jobs/${waiting}`,
    `${other.slug}/models/jobs/${waiting}`,
    `${other.slug}/models/jobs/x`,
  ])
    expect((await stranger.goto(`/w/${path}`))?.status()).toBe(404);
});

test("on a phone nothing scrolls sideways, and axe finds no violations", async ({
  signIn,
  pageOf,
  workspace,
  call,
  request,
  database,
}) => {
  test.setTimeout(120_000);
  const { person } = await signIn();
  const acme = await workspace(person);
  const page = await pageOf(person, { viewport: { width: 390, height: 844 } });
  const look = async (path: string) => {
    await page.goto(`/w/${acme.slug}/models/jobs${path}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(390);
    await expectNoViolations(page, path);
  };
  await look("");
  await look("/new");
  const { id: fileId } = await upload(
    request,
    call,
    person,
    acme.slug,
    `a-file-with-a-long-name-${"x".repeat(60)}.jsonl`,
  );
  await look("/new");
  const [running, done] = [randomUUID(), randomUUID()];
  await database`
    insert into fine_tuning_jobs (workspace_id, id, model, status, hyperparameters, created_by, next_look_at, start_requested_at,
      started_at, step, steps, train_tokens, trained_tokens, estimated_cost, expected_seconds, attempts)
    values (${acme.id}, ${running}, 'atelier-base', 'RUNNING', '{"training_steps": 100}', ${person.id}, now() + interval '1 day',
      now(), now() - interval '30 seconds', 40, 100, 100000, 40000, 200000, 60, 3)`;
  await database`
    insert into fine_tuning_jobs (workspace_id, id, model, status, hyperparameters, created_by, ended_at, step, steps, cost, fine_tuned_model)
    values (${acme.id}, ${done}, ${`a-model-with-a-long-name-${"y".repeat(60)}`}, 'SUCCESS', '{}', ${person.id}, now(), 100, 100, 5,
      ${`ft:a-model-with-a-long-name-${"y".repeat(60)}:bot:20261124:9f8e7d6c`})`;
  for (const job of [running, done]) {
    await database`insert into fine_tuning_files (workspace_id, job_id, file_id, use) values (${acme.id}, ${job}, ${fileId}, 'training')`;
    await database`
      insert into fine_tuning_events (workspace_id, job_id, number, name, data) values (${acme.id}, ${job}, 1, 'status-updated', '{"status": "QUEUED"}')`;
    await database`
      insert into fine_tuning_checkpoints (workspace_id, job_id, step, train_loss, valid_loss)
      select ${acme.id}, ${job}, i * 2, 5.0 / i, case when i % 5 = 0 then 6.0 / i end from generate_series(1, 50) i`;
  }
  await look("");
  await look("?status=RUNNING");
  await look(`/${running}`);
  await look(`/${running}?dialog=cancel`);
  await look(`/${done}`);
});
