import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "@/embedded/platform/free-port";
import { startPostgres } from "@/embedded/postgres/postgres";
import { type Built, buildStage } from "./build";
import { type Image, runInCage } from "./cage";
import { compiledCode } from "./compiled";
import { nodeImage } from "./debian";
import { readStages, settingsOf } from "./dockerfile";
import { withoutContainer } from "./plain";
import { endsWith, start } from "./started";
import { type Check, faults } from "./stories";
import { serves } from "./story";

/** Of what the image's steps write over Node's image. */
const mostMegabytes = 350;
const failures: string[] = [];
const check: Check = (what, isSo, seen = "") => {
  console.log(`${isSo ? "ok  " : "FAIL"} ${what} ${seen}`);
  if (!isSo) failures.push(what);
};

if (process.platform !== "linux" || process.getuid?.() !== 0) {
  console.error("This needs Linux and root: it mounts folders in namespaces of its own.");
  process.exit(2);
}

const folder = mkdtempSync(path.join(tmpdir(), "atelier-container-"));
chmodSync(folder, 0o755);
const stages = readStages("Dockerfile");
const base = nodeImage();
const built: Built = new Map();
const isBuiltHere = process.argv.includes("--built");
for (const [index, stage] of stages.entries()) {
  if (isBuiltHere && index === 0) {
    built.set(stage.name, path.join(folder, "here"));
    mkdirSync(path.join(folder, "here"));
    execFileSync(process.execPath, ["scripts/runtime.mjs", path.join(folder, "here/runtime")], { stdio: "inherit" });
    continue;
  }
  const layers = path.join(folder, `stage-${index}`);
  mkdirSync(layers);
  buildStage(stage, base, layers, built);
}
const root = path.join(folder, "root");
const data = path.join(folder, "data");
for (const each of [root, data]) mkdirSync(each);
chownSync(data, 1000, 1000);
const image: Image = { base, written: built.get("") ?? "", root, settings: settingsOf(stages) };
check("the image runs as another user than root", image.settings.user === "node", image.settings.user);
const megabytes = Math.round(sizeOf(image.written) / 2 ** 20);
check(`it has less than ${mostMegabytes} MB beyond Node's image`, megabytes < mostMegabytes, `${megabytes} MB`);

const server = await startPostgres({ dataDir: path.join(folder, "database") });
const port = await freePort();
const url = `http://localhost:${port}`;
const environment = {
  ...image.settings.environment,
  ...{ PORT: String(port), APP_URL: url, DATABASE_URL: server.ownerUrl, KEEP_SECRETS: "true" },
};

try {
  const first = await start(runInCage(image, { environment, data }), url);
  check("it starts on an empty database", first.isReady, first.isReady ? `${first.ms} ms` : first.output());
  const health = runInCage(image, { environment, data, command: image.settings.healthCheck });
  check("its health check passes", (await endsWith(health)) === 0);
  await serves(url, server.ownerUrl, check);
  check("SIGTERM ends it", (await first.stop()) === 0);
  const starts: { ms: number; cpuMs: number }[] = [];
  for (let time = 0; time < 3; time++) {
    const again = await start(runInCage(image, { environment, data }), url);
    if (again.isReady) starts.push(again);
    await again.stop();
  }
  const [ms, cpuMs] = [Math.min(...starts.map((each) => each.ms)), Math.min(...starts.map((each) => each.cpuMs))];
  const figures = `${ms} ms, ${cpuMs} ms of a processor`;
  // While others use all processors, a start says more about them.
  const isShared = (loadavg()[0] ?? 0) > 2 * availableParallelism();
  if (isShared && ms >= 3_000)
    console.log(`--   how fast it starts is not judged: others use this machine. ${figures}`);
  else check("it starts in less than 3 s", ms < 3_000, figures);
  await compiledCode({ image, environment, data, url, check });
  await faults({ image, environment, data, server, url, check });
  if (!isBuiltHere) await withoutContainer({ image, environment, data, url, check, folder });
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(failures.length === 0 ? "The image runs as a container." : `${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);

/** How much of a disk a folder takes. */
function sizeOf(file: string): number {
  const stat = lstatSync(file);
  const own = stat.blocks * 512;
  if (!stat.isDirectory()) return own;
  return readdirSync(file).reduce((sum, name) => sum + sizeOf(path.join(file, name)), own);
}
