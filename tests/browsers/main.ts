import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@/embedded/platform/free-port";
import { makeInstance } from "../faults/instance";
import { Report } from "../faults/report";
import type { Engine } from "./engine";
import { ensureBrowsers, findBrowser } from "./find-browsers";
import { Person } from "./person";
import { startWithPuppeteer } from "./puppeteer-engine";
import { playStory } from "./story";
import { startWebKit } from "./webkit-engine";

const engines: Record<string, () => Promise<Engine>> = {
  chromium: () => startWithPuppeteer("chrome", findBrowser("chromium")),
  firefox: () => startWithPuppeteer("firefox", findBrowser("firefox")),
  webkit: () => startWebKit(),
};

const wanted = process.argv.slice(2).map((word) => word.toLowerCase());
const names = Object.keys(engines).filter((name) => wanted.length === 0 || wanted.includes(name));
const unknown = wanted.filter((word) => !Object.hasOwn(engines, word));
if (unknown.length > 0)
  throw new Error(`Known browsers are ${Object.keys(engines).join(", ")}, not ${unknown.join(", ")}.`);

await ensureBrowsers(names);
const inPage = readFileSync(fileURLToPath(new URL("in-page.js", import.meta.url)), "utf8");
const report = new Report();
const dataDir = mkdtempSync(path.join(tmpdir(), "atelier-browsers-"));
const port = await freePort();
const baseUrl = `http://localhost:${port}`;
const instance = makeInstance("the instance", port, { APP_URL: baseUrl, DATA_DIR: dataDir, LOG_LEVEL: "warn" });

/** Plays the story once. After a part that failed the rest has nothing to stand on, so it ends there. */
async function playIn(name: string): Promise<void> {
  const begun = Date.now();
  const engine = await engines[name]?.();
  if (!engine) return;
  report.say(`\n${engine.version}`);
  const step = async (title: string, run: () => Promise<void>) => {
    const before = Date.now();
    await run().catch((error: Error) => {
      throw new Error(`${title}: ${error.message}`);
    });
    report.check(`${name}: ${title}`, true, `${((Date.now() - before) / 1_000).toFixed(1)} s`);
  };
  try {
    await playStory(step, async () => new Person(await engine.newPerson(), baseUrl, inPage), baseUrl);
    report.check(`${name}: no page threw an error`, engine.pageErrors.length === 0, engine.pageErrors.join("; "));
  } finally {
    await engine.close();
    report.say(`${Math.round((Date.now() - begun) / 1_000)} s`);
  }
}

try {
  await instance.start();
  for (const name of names) await report.part(name, () => playIn(name));
} finally {
  await instance.stop();
  rmSync(dataDir, { recursive: true, force: true });
  report.close();
}
process.exit(report.failed === 0 ? 0 : 1);
