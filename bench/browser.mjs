// The browser the pages are measured in: the one named, Playwright's own if it is there, or the system's.
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

export async function browse(stage, who, run) {
  const known = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const system = existsSync(chromium.executablePath()) ? undefined : known.find(existsSync);
  const executablePath = process.env.CHROMIUM_PATH || system;
  const args = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"];
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: [...args, ...sandbox] });
  try {
    const context = await browser.newContext({ baseURL: stage.home });
    const [name, value] = who.cookie.split("=");
    await context.addCookies([{ name, value, url: stage.home, httpOnly: true, sameSite: "Lax" }]);
    return await run(await context.newPage());
  } finally {
    await browser.close();
  }
}
