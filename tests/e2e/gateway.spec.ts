import { expect, test } from "../support/browser/test";

const messages = [{ role: "user", content: "Hello" }];

test("a key from the page chats, streams and embeds immediately, and only from its allowed addresses", async ({
  baseURL,
  database,
  signIn,
  workspace,
}) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await page.goto(`/w/${acme.slug}/keys`);
  await page.getByRole("button", { name: "Create new key" }).click();
  const dialog = page.getByRole("dialog", { name: "Create new key" });
  await dialog.getByLabel("Key name").fill("Backend");
  await dialog.getByRole("button", { name: "Create new key" }).click();
  const key = await page.getByLabel("Your new key").inputValue();
  const post = (path: string, body: object, headers: object = {}) =>
    fetch(`${baseURL}/v1/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${key}`, ...headers },
      body: JSON.stringify(body),
    });

  const whole = await post("chat/completions", { model: "atelier-base", messages, temperature: 0 });
  expect(whole.status).toBe(200);
  expect((await whole.json()).choices[0].message.content).toContain("Hello");
  expect(whole.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  expect(whole.headers.get("x-content-type-options")).toBe("nosniff");

  const stream = await post("chat/completions", { model: "atelier-base", messages, temperature: 0, stream: true });
  expect(stream.headers.get("content-type")).toContain("text/event-stream");
  expect(await stream.text()).toMatch(/^data: .*\n\n(data: .*\n\n)+data: \[DONE\]\n\n$/);

  const embedded = await post("embeddings", { model: "atelier-embed", input: "Hello" });
  expect((await embedded.json()).data).toHaveLength(1);

  const refused = await post("chat/completions", { model: "atelier-base", messages, max_tokens: 0 });
  expect([refused.status, (await refused.json()).param]).toEqual([422, "max_tokens"]);
  const unknown = await post("chat/completions", { model: "nothing", messages });
  expect([unknown.status, (await unknown.json()).code]).toEqual([404, "model_not_found"]);

  // Headers that only the front may set are ignored when a client sends them.
  await database`update api_keys set ip_ranges = '{198.51.100.0/24}' where id = ${key.slice(4, 16)}`;
  const spoofed = { "x-client-address": "198.51.100.9", "x-forwarded-for": "198.51.100.9" };
  await expect
    .poll(async () => (await post("embeddings", { model: "atelier-embed", input: "Hello" }, spoofed)).status)
    .toBe(401);
});
