import { spawn } from "node:child_process";
import { checkAftermath } from "./aftermath";
import { pause } from "./database-faults";
import type { Instance } from "./instance";
import { type Failure, startLoad } from "./load";
import type { Report } from "./report";
import type { Stage } from "./stage";

/** How long each state of the upgrade runs under load, in milliseconds. */
const stateMs = 4_000;

/** The time in which an instance accepted no requests because it was being replaced. */
type Gap = { name: string; from: number; until: number };

/**
 * UP-02: two instances of the previous release serve a load while the database is migrated and the instances are replaced one after another. Requests to
 * an instance that is being replaced get no answer; a balancer would send them to the other one. No other request fails, neither at the older
 * instances with the newer schema nor at the newer instances.
 */
export async function rollingUpgrade(report: Report, stage: Stage): Promise<void> {
  const load = await startLoad(stage);
  await pause(stateMs);
  await migrateBefore(stage);
  await pause(stateMs);
  const areReady = await Promise.all(stage.instances.map(({ port }) => isReady(port)));
  report.check("UP-02 the older instances are ready on the newer schema", areReady.every(Boolean), String(areReady));
  const gaps: Gap[] = [];
  for (const [index, successor] of stage.successors.entries()) {
    gaps.push(await replace(stage.instances[index] as Instance, successor));
    await pause(stateMs);
  }
  await load.stop();
  const failed = load.failures.filter((failure) => !gaps.some((gap) => isRetried(failure, gap)));
  report.check(
    "UP-02 no request failed but those that a balancer sends to the other instance",
    failed.length === 0 && load.done.length > 50,
    failed[0]
      ? `${failed.length} of ${load.count}, such as ${JSON.stringify(failed[0])}`
      : `${load.count} requests, ${load.failures.length} to be sent again, ${gaps.map(({ from, until }) => until - from)} ms`,
  );
  await checkAftermath(report, { ...stage, instances: stage.successors }, "UP-02", load);
}

/** Migrates the database as the chart does: before the first newer instance starts. */
function migrateBefore({ environment }: Stage): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["dist/serve.mjs", "--migrate"], {
      env: { PATH: process.env.PATH, NODE_ENV: "production", ...environment },
      stdio: ["ignore", "ignore", "inherit"],
    });
    child.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`the migration ended with ${code}`))));
  });
}

async function replace(older: Instance, newer: Instance): Promise<Gap> {
  const from = Date.now();
  await older.stop();
  await newer.start();
  return { name: older.name, from, until: Date.now() };
}

/** Checks whether a request was sent to an instance that was being replaced: it was not accepted, or the answer said that the instance is stopping. */
const isRetried = ({ from, status, asked, at }: Failure, gap: Gap) =>
  from === gap.name && (status === 0 || status === 503) && at >= gap.from && asked <= gap.until;

const isReady = (port: number) =>
  fetch(`http://127.0.0.1:${port}/api/health/ready`).then(
    ({ status }) => status === 200,
    () => false,
  );
