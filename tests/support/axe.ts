import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/**
 * Fails on anything axe finds in light, and on colours in dark: nothing else differs there.
 *
 * @param what names the page's state in a failure
 */
export async function expectNoViolations(page: Page, what = "the page"): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await settle(page);
    const axe = axeOn(page);
    const { violations } = await (colorScheme === "dark" ? axe.withRules("color-contrast") : axe).analyze();
    const found = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`,
    );
    expect(found, `${what}, ${colorScheme}`).toEqual([]);
  }
}

/** Colours are measured once they are settled, not half way. What waits for something, or goes on for ever, is not waited for. */
async function settle(page: Page) {
  await page.evaluate(() => {
    const moving = document.getAnimations().filter(({ playState, effect }) => {
      return playState === "running" && effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY;
    });
    const ended = Promise.all(moving.map(({ finished }) => finished.catch(() => {})));
    return Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 2_000))]);
  });
}

/**
 * A page without frames is looked at in one go. The other way opens one more page for every look, to put the frames'
 * findings together, which takes as long as the look itself.
 */
function axeOn(page: Page) {
  return new AxeBuilder({ page }).setLegacyMode(page.frames().length === 1);
}
