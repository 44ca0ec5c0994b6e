import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";
import { insertKey } from "../support/factories/keys";
import { insertBaseRetirement, ownModel } from "../support/factories/models";
import { use } from "../support/factories/usage";

test("an Admin sees who still calls a model, retires and rehearses it, and takes that back without a script", async ({
  team,
  database,
  pageOf,
}) => {
  const { acme, ada, grace, page } = await team("developer");
  const model = await ownModel(database, acme.id, { createdBy: ada.id });
  const keyId = await insertKey(database, acme.id, grace.id, { name: "Nightly" });
  await use(database, acme.id, [{ model, keyId, memberId: grace.id }]);
  await page.goto(`/w/${acme.slug}/models/view/${encodeURIComponent(model)}`);
  await page.getByRole("link", { name: "Retire" }).click();
  await expect(page.getByRole("table", { name: "Who still calls it" })).toContainText("Nightly");
  await page.getByLabel("Retired from").fill("2030-01-31");
  await page.getByRole("button", { name: "Save the retirement" }).click();
  await expect(page.getByText("To be retired on")).toBeVisible();
  await page.getByRole("button", { name: "Rehearse for five minutes" }).click();
  await expect(page.getByRole("button", { name: "End the rehearsal now" })).toBeVisible();
  await expectNoViolations(page, "a rehearsal");

  const plain = await pageOf(ada, { javaScriptEnabled: false, viewport: { width: 360, height: 800 } });
  await plain.goto(page.url());
  expect(await plain.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await plain.getByRole("button", { name: "End the rehearsal now" }).click();
  await expect(plain.getByRole("button", { name: "Rehearse for five minutes" })).toBeVisible();
  await plain.getByRole("button", { name: "Cancel the retirement" }).click();
  await expect(plain.getByRole("button", { name: "Cancel the retirement" })).toBeHidden();
});

test("an operator sees when a base model ends, rehearses it, and takes that back without a script", async ({
  signIn,
  database,
  pageOf,
}) => {
  const { person: ada, page } = await signIn();
  await database`insert into operators (user_id, source) values (${ada.id}, 'environment')`;
  // No server has this model, so no other test calls it.
  const model = `ending-${ada.id.slice(0, 8)}`;
  await insertBaseRetirement(database, model);
  try {
    await page.goto("/instance");
    await page.getByRole("link", { name: "Models" }).click();
    await page.getByLabel("Search models").fill(model);
    const models = page.getByRole("table", { name: "Base models" });
    await expect(models.getByRole("row")).toHaveCount(2);
    await expectNoViolations(page, "base models");
    await models.getByRole("link", { name: model }).click();
    await page.getByLabel("Retired from").fill("2030-01-31");
    await page.getByRole("button", { name: "Save the retirement" }).click();
    await expect(page.getByText("To be retired on")).toBeVisible();
    await page.getByRole("button", { name: "Rehearse for five minutes" }).click();
    await expect(page.getByRole("button", { name: "End the rehearsal now" })).toBeVisible();
    await expectNoViolations(page, "the end of a base model");
    const plain = await pageOf(ada, { javaScriptEnabled: false, viewport: { width: 360, height: 800 } });
    await plain.goto(page.url());
    expect(await plain.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await plain.getByRole("button", { name: "Cancel the retirement" }).click();
    await expect(plain.getByText("Retirement cancelled.")).toBeVisible();
  } finally {
    await database`delete from operators where user_id = ${ada.id}`;
    await database`delete from base_retirements where model_id = ${model}`;
  }
});
