import { checkAftermath, type Kill } from "./aftermath";
import { Client } from "./client";
import type { Instance } from "./instance";
import { type Load, startLoad } from "./load";
import type { Report } from "./report";
import type { Stage } from "./stage";

const recoverWithinMs = 10_000;
const inARow = 5;
const longOutageMs = 4_000;

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Checks FA-01: PostgreSQL is restarted several times under load, without a clean shutdown. */
export async function restartUnderLoad(report: Report, stage: Stage, times: number): Promise<void> {
  const load = await startLoad(stage);
  await pause(1_500);
  let longest = 0;
  const windows: [number, number][] = [];
  for (let time = 0; time < times; time++) {
    const begun = Date.now();
    // The last restart takes longer: a process that tries to connect meanwhile must not wait longer and longer between two tries.
    await stage.restartPostgres(time === times - 1 ? longOutageMs : 0);
    longest = Math.max(longest, await recovery(stage, load));
    windows.push([begun, Date.now()]);
    await pause(500 + Math.random() * 1_000);
  }
  await load.stop();
  const outside = load.failures.filter(({ asked, at }) => !windows.some(([from, to]) => at >= from && asked <= to));
  report.check(
    `FA-01 ${times} restarts of PostgreSQL: both instances work again within 10 s`,
    longest < recoverWithinMs,
    `${(longest / 1_000).toFixed(1)} s at most`,
  );
  report.check(
    `FA-01 of ${load.count} requests none failed outside the ${windows.length} windows`,
    outside.length === 0,
    outside[0] ? JSON.stringify(outside[0]) : `${load.failures.length} inside`,
  );
  const wrong = load.failures.find(({ status }) => status !== 0 && status < 500);
  report.check(
    "FA-01 while the database is away people are told so, and no person is taken for signed out",
    wrong === undefined,
    wrong ? JSON.stringify(wrong) : "",
  );
  await checkAftermath(report, stage, "FA-01", load);
}

/** Checks FA-02: random backends of the application are killed under load, one every 100 ms. */
export async function killBackendsUnderLoad(report: Report, stage: Stage, seconds: number): Promise<void> {
  const load = await startLoad(stage);
  await pause(1_000);
  const deadline = Date.now() + seconds * 1_000;
  let killed = 0;
  while (Date.now() < deadline) {
    const rows = await stage.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'atelier' order by (state <> 'idle') desc, random() limit 1`;
    killed += rows.length;
    await pause(100);
  }
  const took = await recovery(stage, load);
  await load.stop();
  report.check(
    `FA-02 ${killed} backends killed: both instances work on`,
    killed > seconds && took < recoverWithinMs,
    `${load.count} requests, ${load.failures.length} failed, ${(took / 1_000).toFixed(1)} s to recover`,
  );
  const unanswered = load.failures.filter(({ asked, at }) => at - asked > recoverWithinMs);
  report.check(
    "FA-02: no request waited longer than 10 s for an answer",
    unanswered.length === 0,
    unanswered[0] ? JSON.stringify(unanswered[0]) : "",
  );
  await checkAftermath(report, stage, "FA-02", load);
}

/** Checks FA-03: an instance is killed at a random moment while it creates objects and sends mail, and is started again. */
export async function killInstances(report: Report, stage: Stage, times: number): Promise<void> {
  const load = await startLoad(stage);
  const kills: Kill[] = [];
  for (let time = 0; time < times; time++) {
    const victim = stage.instances[time % 2] ?? stage.instances[0];
    await pause(400 + Math.random() * 800);
    await victim.kill();
    kills.push({ name: victim.name, at: Date.now() });
    await victim.start();
  }
  const took = await recovery(stage, load);
  await load.stop();
  report.check(
    `FA-03 ${times} times kill -9: the instances come back`,
    took < recoverWithinMs,
    `${load.count} requests, ${load.failures.length} failed`,
  );
  await checkAftermath(report, stage, "FA-03", load, kills);
}

/** Returns the milliseconds until every instance has created several keys in a row. */
async function recovery(stage: Stage, { homes: [home] }: Load): Promise<number> {
  const client = new Client(stage.appUrl);
  const begun = Date.now();
  if (!home) throw new Error("there is no workspace");
  const works = async (at: Instance) => {
    for (let good = 0; good < inARow; ) {
      if (Date.now() - begun > 3 * recoverWithinMs) return;
      const { status } = await client.change(at, home.admin, "workspaces.touch", { workspace: home.slug });
      good = status === 200 ? good + 1 : 0;
      if (status !== 200) await pause(50);
    }
  };
  await Promise.all(stage.instances.map(works));
  return Date.now() - begun;
}
