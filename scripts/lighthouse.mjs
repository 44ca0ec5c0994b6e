// npm run lighthouse [page…]: Lighthouse's scores of the main pages, signed in, on a phone as it imagines one, of the production
// build with the organization of `npm run screens`. Prints a table, and fails when a score is below its target. Lighthouse is large
// and wanted seldom, so it is no dependency: it is installed once into .data/lighthouse.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import postgres from "postgres";
import { bundleScript } from "./bundle.mjs";
import { seed } from "./screens-seed.mjs";
import { freePort, home, launchBrowser, startApplication } from "./screens-stage.mjs";
import { ensureBuild, root } from "./setup.mjs";

const version = "12.8.2";
const target = 95;
const mostBlockedMs = 150;
const rounds = 3;
const categories = ["performance", "accessibility", "best-practices"];

/** Which pages, and who looks. */
const pages = ({ maya, tunde, slug }) => [
  ["sign-in", "/sign-in"],
  ["overview", `/w/${slug}`, maya],
  ["members", `/w/${slug}/members`, maya],
  ["keys", `/w/${slug}/keys`, maya],
  ["models", `/w/${slug}/models`, maya],
  ["usage", `/w/${slug}/usage?range=30d`, maya],
  ["billing", `/w/${slug}/billing`, maya],
  ["settings", `/w/${slug}/settings`, maya],
  ["account", "/account", maya],
  ["instance", "/instance", tunde],
];

/** Returns Lighthouse, installed unless it is there. */
async function install() {
  const folder = path.join(root, ".data/lighthouse", version);
  const main = path.join(folder, "node_modules/lighthouse/core/index.js");
  if (!existsSync(main)) {
    mkdirSync(folder, { recursive: true });
    const args = ["install", `lighthouse@${version}`, "--prefix", folder, "--no-save", "--no-audit", "--no-fund"];
    const { status } = spawnSync("npm", args, { stdio: "inherit", shell: process.platform === "win32" });
    if (status !== 0 || !existsSync(main)) throw new Error(`lighthouse@${version} could not be installed.`);
  }
  return (await import(pathToFileURL(main).href)).default;
}

/** Returns the medians of several looks at a page: the scores, and for how long the page did not answer. */
async function measure(lighthouse, debugPort, [name, address, who]) {
  const looks = [];
  for (let round = 0; round < rounds; round += 1) {
    const result = await lighthouse(home + address, {
      port: debugPort,
      output: "json",
      logLevel: "error",
      onlyCategories: categories,
      // The cookie is the session: it must last from one look to the next.
      disableStorageReset: true,
      extraHeaders: who ? { Cookie: `atelier.session=${who.sessionToken}` } : {},
    });
    const { lhr } = result;
    if (lhr.runtimeError) throw new Error(`${name}: ${lhr.runtimeError.message}`);
    if (new URL(lhr.finalDisplayedUrl).pathname !== new URL(home + address).pathname)
      throw new Error(`${name} led to ${lhr.finalDisplayedUrl}.`);
    looks.push(lhr);
  }
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

/** Whether an audit counts in one of the categories. */
const isScored = ({ categories: all }, audit) =>
  Object.values(all).some(({ auditRefs }) => auditRefs.some(({ id, weight }) => id === audit && weight > 0));

ensureBuild();
const lighthouse = await install();
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
  line(["page", ...categories, "blocked", "largest paint", "shift", "what failed"]);
  line(["---", ...categories.map(() => "--:"), "--:", "--:", "--:", "---"]);
  for (const page of wanted) {
    const { name, scores, blockedMs, paintMs, shift, failed } = await measure(lighthouse, debugPort, page);
    line([name, ...scores, `${blockedMs} ms`, `${paintMs} ms`, shift.toFixed(3), failed.join(", ") || "–"]);
    if (scores.some((score) => score < target) || blockedMs > mostBlockedMs) process.exitCode = 1;
  }
} finally {
  await browser?.close();
  await database?.end();
  await stop?.();
  rmSync(dataDir, { recursive: true, force: true });
}
