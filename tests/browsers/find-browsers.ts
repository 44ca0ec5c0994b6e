import { existsSync } from "node:fs";
import { installByApt } from "../../scripts/apt.mjs";
import { withoutWindow, withWindow } from "../../scripts/chromium.mjs";

type Browser = { files: string[]; packages: string[] };

const browsers: Record<string, Browser> = {
  chromium: {
    files: [process.env.CHROMIUM_PATH ?? withoutWindow, ...withWindow],
    packages: ["chromium-headless-shell"],
  },
  firefox: {
    files: [process.env.FIREFOX_PATH ?? "/usr/bin/firefox-esr", "/usr/bin/firefox"],
    packages: ["firefox-esr"],
  },
  webkit: { files: ["/usr/bin/WebKitWebDriver"], packages: ["webkit2gtk-driver", "xvfb"] },
};

/**
 * Returns the executable of an installed browser.
 *
 * @throws when it is not installed
 */
export function findBrowser(name: string): string {
  const found = browsers[name]?.files.find((file) => existsSync(file));
  if (!found) throw new Error(`${name} was not found: install ${browsers[name]?.packages.join(" and ")}.`);
  return found;
}

/** Installs what is missing of these browsers, where apt-get can. What cannot be installed fails when it is started. */
export async function ensureBrowsers(names: string[]): Promise<void> {
  const missing = names.filter((name) => !isInstalled(name)).flatMap((name) => browsers[name]?.packages ?? []);
  if (missing.length > 0) await installByApt([missing]);
}

function isInstalled(name: string): boolean {
  if (name === "webkit" && !existsSync("/usr/bin/Xvfb")) return false;
  return browsers[name]?.files.some((file) => existsSync(file)) ?? false;
}
