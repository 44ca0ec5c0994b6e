import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

const line = (answer: string) =>
  JSON.stringify({
    messages: [
      { role: "user", content: "What is the sea?" },
      { role: "assistant", content: answer },
    ],
  });
const good = `${line("Much water.")}\n${line("Salt.")}\n`;

const file = (text: string, name = "samples.jsonl") => ({
  name,
  mimeType: "application/jsonl",
  buffer: Buffer.from(text),
});

const rowOf = (page: Page, name: string) =>
  page.getByRole("table", { name: "Files" }).getByRole("row").filter({ hasText: name });

const uploadDialog = (page: Page) => page.getByRole("dialog", { name: "Upload file" });

async function choose(page: Page, text: string, name?: string) {
  await page.getByRole("button", { name: "Upload file" }).click();
  await uploadDialog(page).getByLabel("File", { exact: true }).setInputFiles(file(text, name));
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : "without JavaScript ";

  test(`${how}a file is uploaded, shown, downloaded and deleted`, async ({ signIn, pageOf, workspace, database }) => {
    const { person } = await signIn({ name: "Ada Lovelace" });
    const acme = await workspace(person);
    const page = await pageOf(person, { javaScriptEnabled });
    await page.goto(`/w/${acme.slug}/models/files`);
    await expect(page.getByText("No files yet")).toBeVisible();
    await choose(page, good);
    await uploadDialog(page).getByLabel("Delete after").selectOption({ label: "30 days" });
    await uploadDialog(page).getByRole("button", { name: "Upload", exact: true }).click();
    await expect(page.getByText("File uploaded.")).toBeVisible();
    const row = rowOf(page, "samples.jsonl");
    for (const text of [`${good.length} bytes`, "2", "Conversations", "Workspace", "by you", "in 4 weeks"])
      await expect(row).toContainText(text);

    await page.getByRole("button", { name: "Actions for samples.jsonl" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: "Download" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("samples.jsonl");
    expect(await readFile(await download.path(), "utf8")).toBe(good);

    await page.goto(`/w/${acme.slug}/models/files`);
    await page.getByRole("button", { name: "Actions for samples.jsonl" }).click();
    await page.getByRole("menuitem", { name: "Details" }).click();
    await expect(page.getByRole("dialog", { name: "samples.jsonl" }).getByText("None so far.")).toBeVisible();

    await page.goto(`/w/${acme.slug}/models/files`);
    await page.getByRole("button", { name: "Actions for samples.jsonl" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete samples.jsonl?" });
    await dialog.getByRole("button", { name: "Delete" }).click();
    await expect(page.getByText("File deleted.")).toBeVisible();
    await expect(row).toHaveCount(0);
    const audit = await database`
      select action, actor_id from audit_events where workspace_id = ${acme.id} and target_type = 'file' order by at`;
    expect(audit).toMatchObject([
      { action: "file.uploaded", actor_id: person.id },
      { action: "file.deleted", actor_id: person.id },
    ]);
  });

  test(`${how}a file with bad lines is refused at its field, with their numbers`, async ({
    signIn,
    pageOf,
    workspace,
    database,
  }) => {
    // The browser notes the answer 422.
    test.info().annotations.push({ type: "expects-console-error" });
    const { person } = await signIn();
    const acme = await workspace(person);
    const page = await pageOf(person, { javaScriptEnabled });
    await page.goto(`/w/${acme.slug}/models/files`);
    await choose(page, `${line("a")}\nno sample\n\n{"messages":[]}\n`);
    await uploadDialog(page).getByRole("button", { name: "Upload", exact: true }).click();
    const dialog = uploadDialog(page);
    await expect(dialog.getByText("Line 2 is not JSON.")).toBeVisible();
    await expect(dialog.getByText('Line 4: "messages" must be a list with at least one message.')).toBeVisible();
    await expect(dialog.getByLabel("File", { exact: true })).toHaveAttribute("aria-invalid", "true");
    await expect(dialog.getByLabel("File", { exact: true })).toHaveAccessibleDescription(/lines that cannot be used/);
    expect(await database`select from files where workspace_id = ${acme.id}`).toHaveLength(0);
    await dialog.getByLabel("File", { exact: true }).setInputFiles(file(good));
    await dialog.getByRole("button", { name: "Upload", exact: true }).click();
    await expect(page.getByText("File uploaded.")).toBeVisible();
  });
}

test("with JavaScript an upload shows its progress, and can be cancelled", async ({ signIn, workspace, database }) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await page.goto(`/w/${acme.slug}/models/files`);
  const { client } = await slowly(page);
  await choose(page, good.repeat(20_000), "large.jsonl");
  const dialog = uploadDialog(page);
  await dialog.getByRole("button", { name: "Upload", exact: true }).click();
  await expect(dialog.getByRole("progressbar", { name: "Upload" })).toBeVisible();
  await expect(dialog.getByText(/ of \d+(\.\d)? MB$/)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel upload" }).click();
  await expect(dialog.getByText("Upload cancelled.")).toBeVisible();
  const left = async () => (await database`select from file_uploads where workspace_id = ${acme.id}`).length;
  await expect.poll(left).toBe(0);
  expect(await database`select from files where workspace_id = ${acme.id}`).toHaveLength(0);
  await client.detach();
  await dialog.getByRole("button", { name: "Upload", exact: true }).click();
  await expect(page.getByText("File uploaded.")).toBeVisible();
  await expect(rowOf(page, "large.jsonl")).toContainText("40,000");
});

async function slowly(page: Page) {
  const client = await page.context().newCDPSession(page);
  await client.send("Network.enable");
  await client.send("Network.emulateNetworkConditions", {
    ...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 200_000 },
  });
  return { client };
}

test("a file larger than the pages' megabyte is uploaded without JavaScript too", async ({
  signIn,
  pageOf,
  workspace,
}) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  const page = await pageOf(person, { javaScriptEnabled: false });
  await page.goto(`/w/${acme.slug}/models/files`);
  await choose(page, good.repeat(40_000), "large.jsonl");
  await uploadDialog(page).getByRole("button", { name: "Upload", exact: true }).click();
  await expect(rowOf(page, "large.jsonl")).toContainText("80,000");
});

test("a private file is shown only to its uploader, and one in use cannot be deleted", async ({
  team,
  database,
  request,
  cookieOf,
}) => {
  const { acme, page, grace, hers } = await team("developer");
  await page.goto(`/w/${acme.slug}/models/files`);
  await choose(page, good, "mine.jsonl");
  await uploadDialog(page).getByLabel("Visible to").selectOption({ label: "Only me" });
  await uploadDialog(page).getByRole("button", { name: "Upload", exact: true }).click();
  await expect(rowOf(page, "mine.jsonl")).toContainText("Only you");
  await hers.goto(`/w/${acme.slug}/models/files`);
  await expect(hers.getByText("No files yet")).toBeVisible();
  const [row] = await database`select id from files where workspace_id = ${acme.id}`;
  const at = (id: string) => `/w/${acme.slug}/models/files/${id}/download`;
  const headers = { cookie: await cookieOf(grace) };
  for (const id of [String(row?.id), randomUUID()]) {
    const answer = await request.get(at(id), { headers, maxRedirects: 0 });
    expect([answer.status(), answer.headers().location]).toEqual([303, `/w/${acme.slug}/models/files?refused=gone`]);
  }
  await hers.goto(`/w/${acme.slug}/models/files?refused=gone`);
  await expect(hers.getByRole("alert").filter({ hasText: "This file does not exist" })).toBeVisible();

  await database`
    with job as (
      insert into fine_tuning_jobs (workspace_id, model, hyperparameters) values (${acme.id}, 'atelier-base', '{}') returning id
    )
    insert into fine_tuning_files (workspace_id, job_id, file_id, use) select ${acme.id}, id, ${row?.id}, 'training' from job`;
  await page.getByRole("button", { name: "Actions for mine.jsonl" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete mine.jsonl?" });
  await expect(dialog.getByText("A running fine-tuning job uses this file.")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Delete" })).toHaveCount(0);
});

test("a member who may not upload reads who can, and a posted form is refused", async ({
  signIn,
  workspace,
  join,
  request,
  cookieOf,
  baseURL,
  database,
}) => {
  const { person: ada } = await signIn({ name: "Ada Lovelace" });
  const acme = await workspace(ada);
  const { person: grace, page } = await signIn({ name: "Grace Hopper" });
  await join(acme, grace, "viewer");
  await page.goto(`/w/${acme.slug}/models/files?dialog=upload`);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Upload file" })).toHaveAccessibleDescription(/Ask Ada Lovelace/);
  const post = (cookie: string, more: Record<string, string>) =>
    request.post(`/w/${acme.slug}/models/files/upload`, {
      ...{ headers: { cookie, accept: "application/json", ...more }, multipart: { file: file(good) }, maxRedirects: 0 },
    });
  const origin = String(baseURL);
  const { person: outsider } = await signIn({ name: "Outsider" });
  expect((await post(await cookieOf(grace), { origin })).status()).toBe(403);
  expect((await post(await cookieOf(outsider), { origin })).status()).toBe(404);
  expect((await post("", { origin })).status()).toBe(401);
  expect((await post(await cookieOf(ada), { origin: "https://evil.example" })).status()).toBe(403);
  expect((await post(await cookieOf(ada), {})).status()).toBe(403);
  const html = await post(await cookieOf(grace), { origin, accept: "text/html" });
  expect([html.status(), html.headers().location]).toEqual([
    303,
    `/w/${acme.slug}/models/files?dialog=upload&refused=not_permitted`,
  ]);
  expect(await database`select from files where workspace_id = ${acme.id}`).toHaveLength(0);
  expect((await post(await cookieOf(ada), { origin })).status()).toBe(201);
});

test("axe finds nothing on the page, empty, refused and with a file", async ({ signIn, workspace }) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  const path = `/w/${acme.slug}/models/files`;
  await page.goto(path);
  await check("empty", page);
  await page.goto(`${path}?dialog=upload&refused=flawed&lines=3.not_json,7.no_answer,x.__proto__,9.toString`);
  await expect(uploadDialog(page).getByRole("listitem")).toHaveText([
    "Line 3 is not JSON.",
    "Line 7 has no message by the assistant, so there is nothing to learn from it.",
  ]);
  await check("refused", page);
  await page.goto(path);
  await choose(page, good, longName);
  await uploadDialog(page).getByRole("button", { name: "Upload", exact: true }).click();
  await expect(rowOf(page, longName)).toBeVisible();
  await page.goto(path);
  await check("with a file", page);
});

test("the page fits a phone, and axe finds nothing there", async ({ signIn, pageOf, workspace }) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  const path = `/w/${acme.slug}/models/files`;
  const phone = await pageOf(person, { viewport: { width: 390, height: 844 } });
  await phone.goto(path);
  await choose(phone, good, longName);
  await uploadDialog(phone).getByRole("button", { name: "Upload", exact: true }).click();
  await expect(rowOf(phone, longName)).toBeVisible();
  await phone.goto(path);
  await check("on a phone", phone);
  await phone.getByRole("button", { name: /^Actions for/ }).click();
  await phone.getByRole("menuitem", { name: "Details" }).click();
  await expect(phone.getByRole("dialog")).toBeVisible();
  await check("details on a phone", phone);
});

const longName = `${"a-long-name-".repeat(15)}.jsonl`;

/** Fails for violations that axe finds, and for a page that is wider than its window. */
async function check(what: string, page: Page) {
  await expectNoViolations(page, what);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, what).toBeLessThanOrEqual(0);
}
