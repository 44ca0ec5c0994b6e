import puppeteer, { type Page } from "puppeteer-core";
import { type Engine, type Tab, within } from "./engine";

const size = { width: 1280, height: 900 };

/** Starts Chromium over its own protocol or Firefox over WebDriver BiDi. */
export async function startWithPuppeteer(browser: "chrome" | "firefox", executablePath: string): Promise<Engine> {
  const isChrome = browser === "chrome";
  const running = await puppeteer.launch({
    browser,
    executablePath,
    headless: true,
    defaultViewport: size,
    protocolTimeout: 60_000,
    args: isChrome ? ["--disable-gpu", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])] : [],
    // The story looks at menus and dialogs while they move, so motion stays as most people have it.
    ...(isChrome ? {} : { extraPrefsFirefox: { "ui.prefersReducedMotion": 0 } }),
  });
  const pageErrors: string[] = [];
  return {
    version: (await running.version()).replace("/", " "),
    pageErrors,
    async newPerson() {
      const context = await running.createBrowserContext();
      const page = await context.newPage();
      page.on("pageerror", (error) => pageErrors.push(`${page.url()}: ${String(error)}`));
      return tabOf(page);
    },
    close: () => running.close(),
  };
}

function tabOf(page: Page): Tab {
  return {
    async goto(url) {
      await page.goto(url, { waitUntil: "domcontentloaded" });
    },
    evaluate: (expression) => within(page.evaluate(expression), `the page at ${page.url()}`),
    click: (x, y) => within(page.mouse.click(x, y), `a click in ${page.url()}`),
    press: (key) => within(page.keyboard.press(key), `${key} in ${page.url()}`),
    async chord(letter) {
      await page.keyboard.down("Control");
      await page.keyboard.press(letter as "k");
      await page.keyboard.up("Control");
    },
    type: (text) => within(page.keyboard.type(text), `typing in ${page.url()}`),
    resize: (width, height) => page.setViewport({ width, height }),
  };
}
