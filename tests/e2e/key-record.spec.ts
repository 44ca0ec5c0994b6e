import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

  test(`a key's page shows what it used, narrows it to that and undoes it, ${how}`, async ({
    signIn,
    pageOf,
    workspace,
    database,
    call,
  }) => {
    const { person } = await signIn();
    const acme = await workspace(person);
    const made = await call(person, "keys.create", { workspace: acme.slug, name: "Nightly" });
    const { id } = (await made.json()).result.data as { id: string };
    await database`
      insert into key_footprints (workspace_id, key_id, kind, value)
      select workspace_id, id, used.kind, used.value from api_keys,
        (values ('scope', 'chat'), ('model', 'atelier-base'), ('address', '203.0.113.7')) as used (kind, value)
      where id = ${id}`;
    const page = await pageOf(person, { javaScriptEnabled });
    await page.goto(`/w/${acme.slug}/keys`);
    await page.getByRole("link", { name: "Nightly", exact: true }).click();
    await expect(page.getByRole("heading", { name: "Nightly", level: 1 })).toBeVisible();
    await expect(page.getByRole("table", { name: "Addresses" })).toContainText("203.0.113.7");
    await expect(page.getByText("It may use every model.")).toBeVisible();
    if (javaScriptEnabled) await expectNoViolations(page, "a key's page");

    await page.getByRole("button", { name: "Narrow to what it used" }).click();
    const dialog = page.getByRole("dialog", { name: "Narrow Nightly to what it used?" });
    await expect(dialog).toContainText("203.0.113.7/32");
    await expect(dialog).toContainText("Less than 30 days recorded");
    if (javaScriptEnabled) await expectNoViolations(page, "the dialog that narrows a key");
    await dialog.getByRole("button", { name: "Narrow", exact: true }).click();
    await expect(page.getByText("It may use: atelier-base.")).toBeVisible();
    await expect(page.getByText("It may be used from: 203.0.113.7/32.")).toBeVisible();
    await expect(page.getByText("1 of 1 were used", { exact: false })).toBeVisible();

    await page.getByRole("button", { name: "Undo narrowing" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Undo narrowing" }).click();
    await expect(page.getByText("It may use every model.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Undo narrowing" })).toHaveCount(0);
  });
}

test("a key's page is not there for those who may not change the key, on a phone without sideways scrolling for those who may", async ({
  signIn,
  pageOf,
  workspace,
  database,
  call,
}) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  const made = await call(person, "keys.create", { workspace: acme.slug, name: "W".repeat(60) });
  const { id } = (await made.json()).result.data as { id: string };
  await database`
    insert into key_footprints (workspace_id, key_id, kind, value)
    select workspace_id, id, 'model', repeat('m', 200) from api_keys where id = ${id}`;
  await page.setViewportSize({ width: 360, height: 800 });
  await page.goto(`/w/${acme.slug}/keys/view/${id}`);
  await expect(page.getByRole("table", { name: "Models" })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);

  test.info().annotations.push({ type: "expects-console-error" });
  const stranger = await pageOf((await signIn()).person, {});
  await stranger.goto(`/w/${acme.slug}/keys/view/${id}`);
  await expect(stranger.getByRole("table", { name: "Models" })).toHaveCount(0);
});
