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
