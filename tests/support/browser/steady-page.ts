import type { BrowserContext, Page } from "@playwright/test";

/**
 * Makes `goto` and `reload` of every page resolve only when the page's scripts have taken over its controls. A person
 * is slower than that; a test that presses a button earlier presses one without a handler. When an earlier action of
 * the test causes another navigation meanwhile, the call is repeated.
 */
export function keepSteady(context: BrowserContext): void {
  context.on("page", (page) => {
    const goto = page.goto.bind(page);
    const reload = page.reload.bind(page);
    page.goto = async (url, options) => {
      const response = await goto(url, options).catch((error: unknown) => {
        if (!/interrupted by another navigation/.test(String(error))) throw error;
        return goto(url, options);
      });
      await takenOver(page);
      return response;
    };
    page.reload = async (options) => {
      const response = await reload(options);
      await takenOver(page);
      return response;
    };
  });
}

const patienceMs = 10_000;

/**
 * Resolves once React has taken over every control of the page; at once when the page has no React, and after a while
 * in any case.
 */
async function takenOver(page: Page): Promise<void> {
  const look = async (limit: number) => {
    if (!document.querySelector('script[src*="/_next/"]')) return;
    const isKnown = (part: Element) => Object.keys(part).some((key) => key.startsWith("__reactFiber$"));
    // Hidden fields may have been written by the server alone, to name a form's action where there is no script.
    const controls = "body, a, button, form, input:not([type=hidden]), select, textarea, summary";
    const end = performance.now() + limit;
    while (performance.now() < end) {
      if ([...document.querySelectorAll(controls)].every(isKnown)) {
        // Effects run after the page is drawn.
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  // A page that navigates by itself is not waited for.
  await page.evaluate(look, patienceMs).catch(() => {});
}
