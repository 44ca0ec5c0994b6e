import type { BrowserContext, Page } from "@playwright/test";

/**
 * Makes every page of a browser one that its scripts have taken over once `goto` or `reload` has returned, as it is for a
 * person, who is slower than any machine: a test that presses a button earlier presses one that nothing listens to yet.
 * Where the test before had set off another navigation that comes in between, it is made once more.
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

/** Resolves once React knows every control of the page, at once where there is no React, and after a while in any case. */
async function takenOver(page: Page): Promise<void> {
  const look = async (limit: number) => {
    if (!document.querySelector('script[src*="/_next/"]')) return;
    const isKnown = (part: Element) => Object.keys(part).some((key) => key.startsWith("__reactFiber$"));
    // Hidden fields may have been written by the server alone, to name a form's action where there is no script.
    const controls = "body, a, button, form, input:not([type=hidden]), select, textarea, summary";
    const end = performance.now() + limit;
    while (performance.now() < end) {
      if ([...document.querySelectorAll(controls)].every(isKnown)) {
        // Effects come after what is drawn.
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  // A page that goes somewhere else by itself is not waited for.
  await page.evaluate(look, patienceMs).catch(() => {});
}
