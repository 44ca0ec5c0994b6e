import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** The rules of axe that look at colours. */
const colourRules = ["color-contrast", "link-in-text-block"];

/**
 * Fails for every violation that axe finds, in the light and the dark theme.
 *
 * @param what names the page's state in a failure
 */
export async function expectNoViolations(page: Page, what = "the page"): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await settle(page);
    const axe = await axeOn(page);
    // In the dark theme only the colours differ.
    if (colorScheme === "dark") axe.withRules(colourRules);
    const { violations } = await axe.analyze();
    const found = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`,
    );
    expect(found, `${what}, ${colorScheme}`).toEqual([]);
  }
}

/**
 * Waits until the page has its title, which may arrive after its contents, and until its colours no longer change. It
 * does not wait for animations that never end.
 */
async function settle(page: Page) {
  await expect(page).toHaveTitle(/./);
  await page.evaluate(async () => {
    // A change of colours begins with the next frame.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const moving = document.getAnimations().filter(({ playState, effect }) => {
      return playState === "running" && effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY;
    });
    const ended = Promise.all(moving.map(({ finished }) => finished.catch(() => {})));
    return Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 2_000))]);
  });
}

/**
 * Returns axe for a page. A page without frames is checked in one call; otherwise axe opens another page for each
 * check to combine the frames' results. The script of axe, half a megabyte, is added to a page once, and reports only
 * violations.
 */
async function axeOn(page: Page): Promise<AxeBuilder> {
  const isThere = await page.evaluate(() => "axe" in window);
  return new AxeBuilder({ page, ...(isThere ? { axeSource: "0" } : {}) })
    .setLegacyMode(page.frames().length === 1)
    .options({
      resultTypes: ["violations"],
      // This rule is experimental and off by default: the visible text of a control is part of its name.
      rules: { "label-content-name-mismatch": { enabled: true } },
    });
}
