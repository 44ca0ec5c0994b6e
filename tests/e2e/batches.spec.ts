import type { APIRequestContext } from "@playwright/test";
import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

const requests = (count: number, model = "atelier-mini") =>
  Array.from({ length: count }, (_, i) =>
    JSON.stringify({
      ...{ custom_id: `request-${i + 1}`, method: "POST", url: "/v1/chat/completions" },
      body: { model, max_tokens: 5, messages: [{ role: "user", content: `Hello, number ${i + 1}` }] },
    }),
  ).join("\n");

type Call = (
  person: { id: string },
  procedure: string,
  input: unknown,
) => Promise<{ json(): Promise<{ result: { data: { secret: string } } }> }>;

/** Uploads a file of requests as a program does. */
async function upload(request: APIRequestContext, call: unknown, person: unknown, slug: string, content: string) {
  const made = await (call as Call)(person as { id: string }, "keys.create", { workspace: slug, name: "Uploads" });
  const { secret } = (await made.json()).result.data;
  const response = await request.post("/v1/files", {
    headers: { authorization: `Bearer ${secret}` },
    multipart: {
      purpose: "batch",
      file: { name: "requests.jsonl", mimeType: "application/jsonl", buffer: Buffer.from(content) },
    },
  });
  expect(response.status()).toBe(200);
}

test("a batch is created from a file, followed while it runs, and its results are downloaded", async ({
  signIn,
  workspace,
  call,
  request,
}) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await page.setViewportSize({ width: 360, height: 800 });
  await page.goto(`/w/${acme.slug}/models/batches`);
  await expect(page.getByText("No batches yet")).toBeVisible();
  await expectNoViolations(page);
  await page.getByRole("link", { name: "New batch" }).first().click();
  await expect(page.getByText("No files with requests")).toBeVisible();
  await upload(request, call, person, acme.slug, requests(5));
  await page.reload();
  await expectNoViolations(page);
  await page.getByRole("button", { name: "Create batch" }).click();
  const title = page.getByRole("heading", { level: 1 });
  await expect(title).toContainText("requests.jsonl");
  // The page updates by itself, without a reload.
  await expect(title).toContainText("Completed", { timeout: 30_000 });
  const progress = page.getByRole("region", { name: "Progress" });
  await expect(progress).toContainText("5 of 5 requests");
  await expect(progress).toContainText("€");
  await expectNoViolations(page);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(360);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download results" }).click();
  expect((await download).suggestedFilename()).toMatch(/^batch_.*_output\.jsonl$/);
  await page.goto(`/w/${acme.slug}/models/batches`);
  await expect(page.getByRole("table", { name: "Batches" })).toContainText("Completed");
  await page.goto(`/w/${acme.slug}/usage`);
  await expect(page.getByRole("table", { name: "Recent requests" })).toContainText("in a batch");
});

test("without JavaScript a batch is created, and its wrong lines are named", async ({
  signIn,
  pageOf,
  workspace,
  call,
  request,
}) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  await upload(request, call, person, acme.slug, `${requests(1)}\n${requests(2, "no-such-model").split("\n")[1]}`);
  const page = await pageOf(person, { javaScriptEnabled: false });
  await page.goto(`/w/${acme.slug}/models/batches/new`);
  await page.getByRole("button", { name: "Create batch" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("requests.jsonl");
  await expect
    .poll(
      async () => {
        await page.reload();
        return page.getByRole("heading", { level: 1 }).textContent();
      },
      { timeout: 30_000 },
    )
    .toContain("Failed");
  await expect(page.getByRole("table", { name: "Errors of the batch" })).toContainText("no-such-model");
});
