import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

for (const height of [320, 900]) {
  test(`a menu is beside its button and within a window ${height} px high`, async ({
    signIn,
    pageOf,
    workspace,
    join,
  }) => {
    const { person } = await signIn();
    const acme = await workspace(person);
    for (let n = 0; n < 6; n++) await join(acme, (await signIn({ name: `Member ${n}` })).person, "viewer");
    const page = await pageOf(person, { viewport: { width: 1280, height } });
    await page.goto(`/w/${acme.slug}/members`);
    const button = page.getByRole("button", { name: "Actions for Member 5" });
    await button.evaluate((element) => element.scrollIntoView({ block: "end" }));
    await button.click();
    const menu = page.getByRole("menu", { name: "Actions for Member 5" });
    await expect(menu).toBeVisible();
    const [box, anchor] = [await menu.boundingBox(), await button.boundingBox()];
    if (!box || !anchor) throw new Error("nothing is drawn");
    expect(box.y).toBeGreaterThanOrEqual(0);
    expect(box.y + box.height).toBeLessThanOrEqual(height);
    expect(box.x + box.width).toBeLessThanOrEqual(1280);
    const gap = Math.max(anchor.y - (box.y + box.height), box.y - (anchor.y + anchor.height));
    expect(gap).toBeGreaterThanOrEqual(0);
    expect(gap).toBeLessThan(12);
  });
}

test("one menu serves all rows: by pointer, by keyboard, and as a page of its own without JavaScript", async ({
  signIn,
  pageOf,
  workspace,
  join,
}) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  for (const name of ["Bea", "Cyd"]) await join(acme, (await signIn({ name })).person, "viewer");
  const page = await pageOf(person);
  await page.goto(`/w/${acme.slug}/members`);
  const button = (name: string) => page.getByRole("button", { name: `Actions for ${name}` });
  const menu = (name: string) => page.getByRole("menu", { name: `Actions for ${name}` });
  await button("Cyd").click();
  await expect(menu("Cyd")).toBeVisible();
  await expect(button("Cyd")).toHaveAttribute("aria-expanded", "true");
  // The button of the row above moves the menu to that row; pressed again, it closes the menu.
  await button("Bea").click();
  await expect(menu("Bea")).toBeVisible();
  await expect(menu("Cyd")).toHaveCount(0);
  await expect(button("Cyd")).not.toHaveAttribute("aria-expanded", "true");
  await button("Bea").click();
  await expect(menu("Bea")).toBeHidden();
  await button("Bea").focus();
  await page.keyboard.press("ArrowDown");
  await expect(menu("Bea").getByRole("menuitem", { name: "Change role" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(button("Bea")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(menu("Bea").getByRole("menuitem", { name: "Change role" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Change role" })).toContainText("What Bea may do");

  const plain = await pageOf(person, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
  await plain.goto(`/w/${acme.slug}/members`);
  await plain.getByRole("button", { name: "Actions for Cyd" }).click();
  const dialog = plain.getByRole("dialog", { name: "Actions for Cyd" });
  await dialog.getByRole("menuitem", { name: "Change role" }).click();
  await expect(plain.getByRole("dialog", { name: "Change role" })).toContainText("What Cyd may do");

  // The same address with JavaScript: the result of a click before the script has loaded.
  const early = new URL(plain.url());
  early.searchParams.set("dialog", (early.searchParams.get("dialog") ?? "").replace("role:", "menu:"));
  await page.goto(early.href);
  await expectNoViolations(page, "a row's menu as a dialog");
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await expect(page.getByRole("dialog", { name: /^Remove Cyd/ })).toBeVisible();
});
