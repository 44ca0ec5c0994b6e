import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

test("the index of settings leads to each section and marks the one that is read; without JavaScript it leads there too", async ({
  signIn,
  workspace,
  pageOf,
}) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  const plain = await pageOf(person, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
  for (const path of [`/w/${acme.slug}/settings`, "/account"]) {
    for (const each of [page, plain]) {
      await each.goto(path);
      const links = each.getByRole("navigation", { name: "Sections of this page" }).getByRole("link");
      expect(await links.count()).toBeGreaterThan(7);
      for (const link of await links.all()) {
        const id = ((await link.getAttribute("href")) ?? "").slice(1);
        await expect(each.locator(`section[id="${id}"]`)).toHaveCount(1);
      }
      expect(await each.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(
        0,
      );
    }
    const index = page.getByRole("navigation", { name: "Sections of this page" });
    await expect(index.locator("[aria-current]")).toHaveCount(1);
    await index.getByRole("link").nth(4).click();
    await expect(index.getByRole("link").nth(4)).toHaveAttribute("aria-current", "location");
    await index.getByRole("link").last().click();
    await expect(index.getByRole("link").last()).toHaveAttribute("aria-current", "location");
    const box = await index.boundingBox();
    expect(box?.y ?? -1).toBeGreaterThanOrEqual(0);
    await expectNoViolations(page, path);
  }
});

test("a setting is saved by “Save”, with a message beside it until it is changed again", async ({
  signIn,
  workspace,
}) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await page.goto(`/w/${acme.slug}/settings`);
  const card = page.getByRole("region", { name: "Name", exact: true });
  await card.getByLabel("Workspace name").fill("Acme Works");
  await card.getByRole("button", { name: "Save name" }).click();
  await expect(card.getByRole("status")).toHaveText("Saved.");
  await card.getByLabel("Workspace name").fill("Acme Work");
  await expect(card.getByRole("status")).toHaveText("");
  await card.getByLabel("Workspace name").fill("");
  await card.getByRole("button", { name: "Save name" }).click();
  await expect(card.getByLabel("Workspace name")).toHaveAttribute("aria-invalid", "true");
  await expect(card.getByRole("status")).toHaveText("");
});

test("an emoji is chosen by keyboard or typed, and can be removed", async ({ signIn, workspace, pageOf }) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await page.goto(`/w/${acme.slug}/settings`);
  const card = page.getByRole("region", { name: "Icon" });
  const field = card.getByLabel("Emoji", { exact: true });
  await card.getByRole("radio", { name: "Rocket" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(field).toHaveValue("🔬");
  await card.getByRole("button", { name: "Save emoji" }).click();
  await expect(card.getByRole("status").first()).toHaveText("Saved.");
  await expect(card.locator(".avatar-emoji")).toHaveText("🔬");
  await card.getByRole("button", { name: "Remove icon" }).click();
  await expect(card.locator(".avatar-emoji")).toHaveCount(0);

  const plain = await pageOf(person, { javaScriptEnabled: false });
  await plain.goto(`/w/${acme.slug}/settings`);
  const still = plain.getByRole("region", { name: "Icon" });
  await still.getByLabel("Emoji", { exact: true }).fill("🥐");
  await still.getByRole("button", { name: "Save emoji" }).click();
  await expect(still.getByText("Saved.")).toBeVisible();
  await expect(still.locator(".avatar-emoji")).toHaveText("🥐");
});
