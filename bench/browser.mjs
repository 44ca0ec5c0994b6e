// The browser in which the pages are measured.
import { chromium } from "@playwright/test";
import { chromiumPath, sandboxArgs, switchedOff } from "../scripts/chromium.mjs";

export async function browse(stage, who, run) {
  const executablePath = chromiumPath(chromium.executablePath());
  const args = [...switchedOff, ...sandboxArgs];
  const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args });
  try {
    const context = await browser.newContext({ baseURL: stage.home });
    const [name, value] = who.cookie.split("=");
    await context.addCookies([{ name, value, url: stage.home, httpOnly: true, sameSite: "Lax" }]);
    return await run(await context.newPage());
  } finally {
    await browser.close();
  }
}
