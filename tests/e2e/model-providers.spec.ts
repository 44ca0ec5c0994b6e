import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";
import { closedUrl } from "../support/fakes/http-server";
import { startModelServer } from "../support/fakes/model-server";

test("MP-01 an operator adds a provider that is tested first, drains and deletes it; with and without JavaScript", async ({
  signIn,
  workspace,
  database,
  pageOf,
}) => {
  test.setTimeout(120_000);
  const server = await startModelServer();
  server.list = [{ id: "from-the-page" }];
  const { person: ada, page } = await signIn();
  await database`insert into operators (user_id, source) values (${ada.id}, 'environment')`;
  const acme = await workspace(ada, "Acme");
  const name = `gpu ${ada.id.slice(0, 8)}`;
  await page.goto("/instance");
  await page.getByRole("link", { name: "Model providers" }).click();
  await expect(page.getByRole("heading", { name: "Model providers", level: 1 })).toBeVisible();
  await expect(page.getByRole("heading", { name: /^Set by MODEL_SERVER/ })).toBeVisible();
  await expectNoViolations(page);
  await page.getByRole("link", { name: "Add provider" }).click();
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Address").fill(`${await closedUrl()}/v1`);
  await page.getByLabel("Key", { exact: false }).first().fill("sk-secret");
  await page.getByRole("button", { name: "Test and add provider" }).click();
  await expect(page.getByText("Nothing listens at this address")).toBeVisible();
  await expectNoViolations(page);
  await page.getByLabel("Address").fill(server.url);
  await page.getByRole("button", { name: "Test and add provider" }).click();
  await expect(page.getByText("Provider added. Its test worked.")).toBeVisible();
  await page.goto(`/w/${acme.slug}/models`);
  await expect(page.getByText("from-the-page").first()).toBeVisible();
  // On a phone, without JavaScript: tested again, drained, deleted.
  const plain = await pageOf(ada, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
  await plain.goto("/instance/providers");
  expect(await plain.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await plain.getByRole("link", { name }).click();
  await expect(plain.getByRole("button", { name: "Test now" })).toBeVisible();
  expect(await plain.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  expect(await plain.content()).not.toContain("sk-secret");
  await plain.getByRole("button", { name: "Test now" }).click();
  await expect(plain.getByText("It lists 1 model.")).toBeVisible();
  await plain.getByLabel("Draining").check();
  await plain.getByRole("button", { name: "Save state" }).click();
  await expect(plain.getByText("Saved. It applies from now on.")).toBeVisible();
  await page.goto("/instance/providers");
  await page.getByRole("link", { name }).click();
  await expect(page.getByText("Draining", { exact: true }).first()).toBeVisible();
  await expectNoViolations(page);
  await plain.goto(`${new URL(page.url()).pathname}?dialog=delete`);
  await plain.getByRole("button", { name: "Delete provider" }).last().click();
  await expect(plain.getByText("Provider deleted.")).toBeVisible();
  await server.close();
});

test("MP-07 an Admin adds the workspace's own provider once operators allow it, and its models are there", async ({
  signIn,
  workspace,
  database,
}) => {
  test.setTimeout(120_000);
  const server = await startModelServer();
  server.list = [{ id: "private-one" }];
  const { person: ada, page } = await signIn();
  await database`insert into operators (user_id, source) values (${ada.id}, 'environment')`;
  const acme = await workspace(ada, "Acme");
  await page.goto(`/w/${acme.slug}/settings`);
  await page.getByRole("link", { name: "Manage model providers" }).click();
  await expect(page.getByText("do not allow workspaces to add their own")).toBeVisible();
  await page.goto("/instance/providers");
  await page.getByText("Allowed", { exact: true }).click();
  await page.getByLabel("Private addresses that are allowed as well").fill("127.0.0.1");
  await page.getByRole("button", { name: "Save providers of workspaces" }).click();
  await expect(page.getByText("Saved. It applies from now on.")).toBeVisible();
  try {
    await page.goto(`/w/${acme.slug}/settings/providers`);
    await page.getByRole("link", { name: "Add provider" }).click();
    await page.getByLabel("Name").fill("mine");
    await page.getByLabel("Address").fill(server.url);
    await page.getByRole("button", { name: "Test and add provider" }).click();
    await expect(page.getByText("Provider added. Its test worked.")).toBeVisible();
    await expectNoViolations(page);
    await page.goto(`/w/${acme.slug}/models`);
    await expect(page.getByText("own/mine/private-one").first()).toBeVisible();
    await page.goto(`/w/${acme.slug}/settings/providers`);
    await page.getByRole("link", { name: "mine" }).click();
    await expectNoViolations(page);
  } finally {
    await database`update instance_settings set are_own_providers_allowed = false, own_provider_ranges = '{}'`;
    await server.close();
  }
});
