import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import OpenAI from "openai";
import { expect, test } from "../support/browser/test";

// Only with the embedded parts: the embedded model server, and the built-in prices of its models.

test("a key, the first request from the overview, its usage, and a limit: hit, explained, raised", async ({
  signIn,
  pageOf,
  workspace,
  baseURL,
}) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  const page = await pageOf(person);
  await page.goto(`/w/${acme.slug}/keys`);
  await page.getByRole("button", { name: "Create new key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Key name").fill("Backend");
  await dialog.getByRole("button", { name: "Create new key" }).click();
  const secret = await page.getByLabel("Your new key").inputValue();
  await page.getByRole("button", { name: "Done" }).click();

  await page.goto(`/w/${acme.slug}`);
  const code = await page.getByRole("group", { name: "A first request" }).locator("code").nth(2).innerText();
  await page.goto(`/w/${acme.slug}/usage`);
  expect((await run(code, secret)).trim().length).toBeGreaterThan(0);
  const requests = page.getByRole("table", { name: "Recent requests" });
  await expect(requests.getByRole("row").filter({ hasText: "Backend" })).toHaveCount(1, { timeout: 2_000 });

  const setLimit = async (limit: string) => {
    await page.goto(`/w/${acme.slug}/keys`);
    await page.getByRole("button", { name: "Actions for Backend" }).click();
    await page.getByRole("menuitem", { name: "Edit" }).click();
    await page.getByRole("dialog").getByLabel("Spend limit per month").fill(limit);
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("dialog")).toBeHidden();
  };
  const client = new OpenAI({ apiKey: secret, baseURL: `${baseURL}/v1`, maxRetries: 0 });
  const model = (await client.models.list()).data[0]?.id ?? "";
  const ask = () =>
    client.chat.completions.create({ model, messages: [{ role: "user", content: "Hello!" }], max_tokens: 20 });
  await setLimit("0.000001");
  const refused = await ask().catch((error) => error);
  expect(refused).toMatchObject({ status: 402, code: "spend_limit" });
  expect(refused.message).toMatch(/this key/i);
  expect(refused.headers.get("x-should-retry")).toBe("false");
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  await setLimit("5");
  expect((await ask()).choices[0]?.message.role).toBe("assistant");
});

/** Runs a copied program in a folder with the packages that it imports. */
async function run(code: string, secret: string): Promise<string> {
  const folder = mkdtempSync(path.join(process.cwd(), ".data/first-request-"));
  try {
    const file = path.join(folder, "request.mjs");
    writeFileSync(file, code);
    const { stdout } = await promisify(execFile)(process.execPath, [file], {
      env: { ...process.env, ATELIER_API_KEY: secret },
    });
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
