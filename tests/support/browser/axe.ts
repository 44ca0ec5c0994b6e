import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** The rules of axe that look at colours. */
const colourRules = ["color-contrast", "link-in-text-block"];

/**
 * Fails on anything axe finds, in light and in dark.
 *
 * @param what names the page's state in a failure
 */
export async function expectNoViolations(page: Page, what = "the page"): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await settle(page);
    const axe = await axeOn(page);
    // The page is the same in the dark but for its colours.
    if (colorScheme === "dark") axe.withRules(colourRules);
    const { violations } = await axe.analyze();
    const found = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`,
    );
    expect(found, `${what}, ${colorScheme}`).toEqual([]);
  }
}

/**
 * Waits until the page has its title, which may come after what is drawn, and its colours are settled, not half way. What waits for
 * something, or goes on for ever, is not waited for.
 */
async function settle(page: Page) {
  await expect(page).toHaveTitle(/./);
  await page.evaluate(async () => {
    // The change of colours begins with the next frame.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const moving = document.getAnimations().filter(({ playState, effect }) => {
      return playState === "running" && effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY;
    });
    const ended = Promise.all(moving.map(({ finished }) => finished.catch(() => {})));
    return Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 2_000))]);
  });
}

/**
 * Checks a page. One without frames is checked in one go: the other way opens one more page for every look, to put the frames'
 * findings together. And axe, half a megabyte of script, is brought to a page once, and tells of what is wrong alone.
 */
async function axeOn(page: Page): Promise<AxeBuilder> {
  const isThere = await page.evaluate(() => "axe" in window);
  return new AxeBuilder({ page, ...(isThere ? { axeSource: "0" } : {}) })
    .setLegacyMode(page.frames().length === 1)
    .options({
      resultTypes: ["violations"],
      // Off by default, as it is experimental: what a control shows is part of its name.
      rules: { "label-content-name-mismatch": { enabled: true } },
    });
}
