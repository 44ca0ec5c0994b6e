import http from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "../support/browser/test";

/** Starts an empty page at another origin. */
async function foreignPage(): Promise<{ origin: string; close(): void }> {
  const server = http.createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><html lang=en><title>A page</title>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { origin: `http://localhost:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

test("a page at another origin calls with a key that names it, reads answers, streams and errors, and no other page does", async ({
  baseURL,
  signIn,
  workspace,
}) => {
  // The browser's message about the call that it blocks.
  test.info().annotations.push({ type: "expects-console-error" });
  const { person, page } = await signIn();
  const acme = await workspace(person);
  const [named, other] = [await foreignPage(), await foreignPage()];
  await page.goto(`/w/${acme.slug}/keys`);
  await page.getByRole("button", { name: "Create new key" }).click();
  const dialog = page.getByRole("dialog", { name: "Create new key" });
  await dialog.getByLabel("Key name").fill("Page");
  await dialog.getByText("Advanced settings").click();
  await dialog.getByLabel("Pages that may call from a browser (CORS)").fill(named.origin);
  await dialog.getByRole("button", { name: "Create new key" }).click();
  const key = await page.getByLabel("Your new key").inputValue();

  const call = (body: object) =>
    page.evaluate(
      async ({ url, key, body }) => {
        try {
          const response = await fetch(url, {
            method: "POST",
            headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
            body: JSON.stringify(body),
          });
          return { status: response.status, id: response.headers.get("x-request-id"), text: await response.text() };
        } catch {
          return "unreadable";
        }
      },
      { url: `${baseURL}/v1/chat/completions`, key, body },
    );
  const hello = { model: "atelier-base", messages: [{ role: "user", content: "Hello" }] };
  await page.goto(named.origin);
  expect(await call(hello)).toMatchObject({
    status: 200,
    id: expect.any(String),
    text: expect.stringContaining("Hello"),
  });
  expect(await call({ ...hello, stream: true })).toMatchObject({
    status: 200,
    text: expect.stringContaining("[DONE]"),
  });
  expect(await call({ ...hello, model: "none" })).toMatchObject({ status: 404, text: expect.stringContaining("none") });
  await page.goto(other.origin);
  expect(await call(hello)).toBe("unreadable");
  for (const each of [named, other]) each.close();
});
