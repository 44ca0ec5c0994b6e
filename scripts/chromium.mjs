// Chooses the Chromium for tests, pictures and measurements. It does not need Playwright, so that the set-up can use it
// before that is installed.
import { existsSync } from "node:fs";

/** Chromium without a window. With a window it also draws a toolbar as a page for each page, which doubles the time. */
export const withoutWindow = "/usr/bin/chromium-headless-shell";

/** The usual paths of Chromium with a window. */
export const withWindow = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/**
 * Returns the path of the Chromium to use: that of CHROMIUM_PATH, the driver's own if it exists (undefined), or the
 * system's.
 */
export function chromiumPath(driversOwn) {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  if (existsSync(driversOwn)) return undefined;
  return [withoutWindow, ...withWindow].find((file) => existsSync(file));
}

/** The features to switch off: no test needs them, and some connect to servers. */
export const switchedOff = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The sandbox does not work as root. */
export const sandboxArgs = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
