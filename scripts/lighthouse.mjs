// npm run lighthouse [page…]: measures Lighthouse's scores of the main pages, signed in, with its simulated phone and
// desktop, on the production build with the organization of `npm run screens`. Prints a table, writes it to
// bench/results.md when all pages were measured, and fails when a score is below its target. Lighthouse is large and
// seldom needed, so it is not a dependency: it is installed once into .data/lighthouse.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import postgres from "postgres";
import { lighthouse as part, writeResult } from "../bench/results.mjs";
import { bundleScript } from "./bundle.mjs";
import { seed } from "./screens-seed.mjs";
import { freePort, home, launchBrowser, startApplication } from "./screens-stage.mjs";
import { ensureBuild, root } from "./setup.mjs";

// The newest version that runs on every version of Node.js that Atelier supports.
const version = "12.8.2";
const target = 95;
const mostBlockedMs = 150;
const rounds = 3;
const categories = ["performance", "accessibility", "best-practices", "seo"];
const forms = ["phone", "desktop"];

/** The pages, and who opens them. */
const pages = ({ maya, tunde, slug }) => [
  ["sign-in", "/sign-in"],
  ["overview", `/w/${slug}`, maya],
  ["members", `/w/${slug}/members`, maya],
  ["keys", `/w/${slug}/keys`, maya],
  ["models", `/w/${slug}/models`, maya],
  ["usage", `/w/${slug}/usage?range=30d`, maya],
  ["billing", `/w/${slug}/billing`, maya],
  ["playground", `/w/${slug}/models/playground`, maya],
  ["settings", `/w/${slug}/settings`, maya],
  ["account", "/account", maya],
  ["instance", "/instance", tunde],
];

/** Returns Lighthouse, which is installed if it is missing, and its settings for a desktop. */
async function install() {
  const folder = path.join(root, ".data/lighthouse", version);
  const main = path.join(folder, "node_modules/lighthouse/core/index.js");
  if (!existsSync(main)) {
    mkdirSync(folder, { recursive: true });
    const args = ["install", `lighthouse@${version}`, "--prefix", folder, "--no-save", "--no-audit", "--no-fund"];
    const { status } = spawnSync("npm", args, { stdio: "inherit", shell: process.platform === "win32" });
    if (status !== 0 || !existsSync(main)) throw new Error(`lighthouse@${version} could not be installed.`);
  }
  const { default: lighthouse, desktopConfig } = await import(pathToFileURL(main).href);
  return { lighthouse, desktop: desktopConfig };
}

/** Measures a page once. Repeats it when the browser's trace has no beginning, which happens now and then. */
async function look(lighthouse, config, debugPort, address, who) {
  for (let attempt = 1; ; attempt += 1) {
    const flags = {
      port: debugPort,
      output: "json",
      logLevel: "error",
      onlyCategories: categories,
      // Pages behind a sign-in are not for search engines.
      skipAudits: ["is-crawlable"],
      // The session's cookie must be kept between measurements.
      disableStorageReset: true,
      extraHeaders: who ? { Cookie: `atelier.session=${who.sessionToken}` } : {},
    };
    const { lhr } = await lighthouse(home + address, flags, config);
    if (lhr.runtimeError?.code === "NO_NAVSTART" && attempt < 5) continue;
    if (lhr.runtimeError) throw new Error(`${address}: ${lhr.runtimeError.message}`);
    if (new URL(lhr.finalDisplayedUrl).pathname !== new URL(home + address).pathname)
      throw new Error(`${address} led to ${lhr.finalDisplayedUrl}.`);
    return lhr;
  }
}

/** Returns the medians of several measurements of a page: the scores, and the blocking time. */
async function measure(lighthouse, config, debugPort, [name, address, who]) {
  const looks = [];
  for (let round = 0; round < rounds; round += 1) looks.push(await look(lighthouse, config, debugPort, address, who));
  const median = (of) => looks.map(of).sort((one, other) => one - other)[Math.floor(rounds / 2)];
  const failed = Object.values(looks[0].audits).filter(
    ({ id, score, scoreDisplayMode }) =>
      score !== null && score < 0.9 && scoreDisplayMode === "binary" && isScored(looks[0], id),
  );
  return {
    name,
    scores: categories.map((id) => Math.round(median(({ categories: all }) => all[id].score) * 100)),
    blockedMs: Math.round(median(({ audits }) => audits["total-blocking-time"].numericValue)),
    paintMs: Math.round(median(({ audits }) => audits["largest-contentful-paint"].numericValue)),
    shift: median(({ audits }) => audits["cumulative-layout-shift"].numericValue),
    failed: failed.map(({ id }) => id),
  };
}

/** Checks whether an audit counts in one of the categories. */
const isScored = ({ categories: all }, audit) =>
  Object.values(all).some(({ auditRefs }) => auditRefs.some(({ id, weight }) => id === audit && weight > 0));

ensureBuild();
const { lighthouse, desktop } = await install();
const dataDir = mkdtempSync(path.join(tmpdir(), "atelier-lighthouse-"));
const [port, debugPort] = [await freePort(), await freePort()];
let stop;
let browser;
let database;
try {
  stop = await startApplication(port, dataDir);
  const kept = JSON.parse(readFileSync(path.join(dataDir, "postgres.json"), "utf8"));
  database = postgres(`postgres://postgres:${kept.passwords.postgres}@127.0.0.1:${kept.port}/atelier`, { max: 1 });
  const people = await seed(
    database,
    await import(pathToFileURL(path.join(root, await bundleScript("scripts/screens-rows.ts"))).href),
  );
  browser = await launchBrowser(port, [`--remote-debugging-port=${debugPort}`]);
  const wanted = pages(people).filter(([name]) => process.argv.length === 2 || process.argv.includes(name));
  const line = (cells) => console.log(`| ${cells.join(" | ")} |`);
  line(["page", "form", ...categories, "blocked", "largest paint", "shift", "what failed"]);
  line(["---", "---", ...categories.map(() => "--:"), "--:", "--:", "--:", "---"]);
  const figures = [];
  for (const page of wanted)
    for (const form of forms) {
      const config = form === "desktop" ? desktop : undefined;
      const { name, scores, blockedMs, paintMs, shift, failed } = await measure(lighthouse, config, debugPort, page);
      line([name, form, ...scores, `${blockedMs} ms`, `${paintMs} ms`, shift.toFixed(3), failed.join(", ") || "–"]);
      const isMet = scores.every((score) => score >= target) && blockedMs <= mostBlockedMs;
      if (!isMet) process.exitCode = 1;
      figures.push({
        id: "P16",
        name: `${name}, ${form}`,
        value: categories.map((category, at) => `${category} ${scores[at]}`).join(", "),
        ratio: "–",
        target: `≥ ${target}, blocked ≤ ${mostBlockedMs} ms`,
        met: isMet ? "met" : "missed",
        note: `blocked ${blockedMs} ms, largest paint ${paintMs} ms`,
      });
    }
  if (process.argv.length === 2) writeResult(part, figures);
} finally {
  await browser?.close();
  await database?.end();
  await stop?.();
  rmSync(dataDir, { recursive: true, force: true });
}
