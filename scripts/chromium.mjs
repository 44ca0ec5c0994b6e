// Which Chromium tests, pictures and measurements are made with. Without Playwright, so that the set-up can ask before it is installed.
import { existsSync } from "node:fs";

/** Chromium without a window: one with a window draws its toolbar as a page beside each page, which takes twice the page's own time. */
export const withoutWindow = "/usr/bin/chromium-headless-shell";

/** Where systems keep those with a window. */
export const withWindow = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Returns the path of the Chromium to use: the one named, the driver's own if it is there (then undefined), or the system's. */
export function chromiumPath(driversOwn) {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  if (existsSync(driversOwn)) return undefined;
  return [withoutWindow, ...withWindow].find((file) => existsSync(file));
}

/** What is switched off in each: nothing of it is looked at, and some of it calls out. */
export const switchedOff = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Its sandbox cannot be had as root. */
export const sandboxArgs = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
