import { expect, test } from "../support/browser/test";

test("responses are stored after an Admin allows it, and a program continues from one", async ({
  baseURL,
  call,
  signIn,
  workspace,
}) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  const made = await call(person, "keys.create", { workspace: acme.slug, name: "Agents" });
  const key = (await made.json()).result.data.secret as string;
  const ask = async (body: object) => {
    const response = await fetch(`${baseURL}/v1/responses`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
      body: JSON.stringify({ model: "atelier-base", temperature: 0, max_output_tokens: 8, ...body }),
    });
    return { status: response.status, said: await response.json() };
  };
  const before = await ask({ input: "Hello" });
  expect([before.status, before.said.store]).toEqual([200, false]);

  await page.goto(`/w/${acme.slug}/settings`);
  const form = page.getByRole("form", { name: "Keep responses" });
  await form.getByLabel("Keep responses for").selectOption({ label: "7 days" });
  await form.getByRole("button", { name: "Save how long responses are kept" }).click();
  await expect(page.getByText("Saved.").first()).toBeVisible();
  await page.reload();
  await expect(form.getByLabel("Keep responses for")).toHaveValue("7");

  await expect.poll(async () => (await ask({ input: "Hello" })).said.store).toBe(true);
  const first = await ask({ input: "Hello" });
  const next = await ask({ input: "And then?", previous_response_id: first.said.id });
  expect([next.status, next.said.previous_response_id]).toEqual([200, first.said.id]);
  const listed = await fetch(`${baseURL}/v1/responses/${next.said.id}/input_items`, {
    headers: { authorization: `Bearer ${key}` },
  });
  expect((await listed.json()).data.map(({ role }: { role: string }) => role)).toEqual(["user", "assistant", "user"]);

  await form.getByLabel("Keep responses for").selectOption({ label: "Do not keep responses" });
  await form.getByRole("button", { name: "Save how long responses are kept" }).click();
  await expect(page.getByText("Saved.").first()).toBeVisible();
  await expect.poll(async () => (await ask({ input: "x", previous_response_id: first.said.id })).status).toBe(422);
});
