import { checkAftermath, type Kill } from "../faults/aftermath";
import { Client } from "../faults/client";
import { pause } from "../faults/database-faults";
import type { Instance } from "../faults/instance";
import { type Failure, startLoad } from "../faults/load";
import { Report } from "../faults/report";
import { startReading, startSpending } from "./more-load";
import { type Machines, setMachines } from "./stage";

/** How long everything works between two faults. */
const restMs = 2_500;
/** Within which the balancer notices that an instance takes no more. */
const noticedMs = 300;
const recoverWithinMs = 10_000;

/** When something was away, and until when requests may say so. */
type Window = { what: string; from: number; until: number };

const report = new Report();
const machines = await setMachines();
try {
  await report.part("MM-01", () => killEachInTurn(machines));
} finally {
  await machines.close();
  report.close();
}
process.exit(report.failed === 0 ? 0 : 1);

async function killEachInTurn(machines: Machines): Promise<void> {
  const { pages, programs, pooler, servers, served, front } = machines;
  const load = await startLoad(served, 2);
  const spending = await startSpending(served, load.homes);
  const reading = startReading(served, load.homes);
  await pause(restMs);
  const all = [...pages, ...programs];
  report.check(
    "MM-01 every instance gets its part",
    all.every(({ name }) => (front.sent.get(name) ?? 0) > 0),
    all.map(({ name }) => `${name}: ${front.sent.get(name) ?? 0}`).join(", "),
  );

  const kills: Kill[] = [];
  const cuts: Window[] = [];
  for (const victim of all) {
    const from = Date.now();
    await victim.kill();
    kills.push({ name: front.name, at: from });
    cuts.push({ what: victim.name, from, until: Date.now() + noticedMs });
    await pause(restMs);
    await victim.start();
    await pause(restMs);
  }
  const standbyAway = Date.now();
  await servers.stopStandby();
  await pause(restMs);
  await servers.startStandby();
  await pause(restMs);
  const standbyBack = Date.now();
  const outages: Window[] = [];
  const outage = async (what: string, run: () => Promise<void>) => {
    const from = Date.now();
    await run();
    const took = await recovery(machines);
    outages.push({ what, from, until: Date.now() });
    report.check(
      `MM-01 ${what} killed: all works again within 10 s`,
      took < recoverWithinMs,
      `${(took / 1_000).toFixed(1)} s`,
    );
    await pause(restMs);
  };
  await outage("PgBouncer", async () => {
    await pooler.kill();
    await pause(1_000);
    await pooler.start();
  });
  await outage("the primary", () => servers.restartPrimary());
  await reading.stop();
  await load.stop();
  const money = await spending.stop();

  const failures: Failure[] = [...load.failures, ...reading.failures];
  // What was under way at the one that was killed is cut off, and the client sends it again.
  const isCutOff = ({ status, asked, at }: Failure) =>
    status === 0 && cuts.some(({ from, until }) => asked <= until && at >= from);
  const isOut = ({ status, asked, at }: Failure) =>
    (status === 0 || status >= 500) && outages.some(({ from, until }) => asked <= until && at >= from);
  const others = failures.filter((failure) => !isCutOff(failure) && !isOut(failure));
  report.check(
    "MM-01 no request failed but those that an instance took with it, and those without a database",
    others.length === 0,
    others[0]
      ? `${others.length}, such as ${JSON.stringify(others[0])}, ${sinceLast([...cuts, ...outages], others[0])}`
      : `${load.count + reading.count()} requests, ${failures.filter(isCutOff).length} cut off by ${cuts.length} kills, ${failures.filter(isOut).length} in ${outages.length} outages`,
  );
  const unread = reading.failures.filter(({ at }) => at >= standbyAway && at <= standbyBack);
  report.check("MM-01 without the standby reports are read from the primary", unread.length === 0, `${unread.length}`);
  report.check(
    "MM-01 limits that all three gateways share are used, and not exceeded",
    money.exceeded === 0 && money.refused > 0 && money.good > 0,
    `${money.good} calls, ${money.refused} refused, ${money.exceeded} times beyond`,
  );
  await checkAftermath(report, { sql: served.sql, instances: all }, "MM-01", load, kills);
}

/** Says when a request was asked, by the last thing that was done before. */
function sinceLast(windows: Window[], { asked }: Failure): string {
  const last = windows.findLast(({ from }) => from <= asked);
  return last ? `asked ${asked - last.from} ms after ${last.what} was killed` : "asked before anything was killed";
}

/** Returns how long it takes until every instance is ready, and a page and a program have been served through the balancer, ms. */
async function recovery({ pages, programs, served, front }: Machines): Promise<number> {
  const begun = Date.now();
  const client = new Client(served.appUrl);
  const answersPrograms = async () => (await client.models(front, "none")).status === 401;
  const isServing = async ({ port }: Instance) =>
    fetch(`http://127.0.0.1:${port}/api/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (Date.now() - begun < 3 * recoverWithinMs) {
    const states = await Promise.all([...[...pages, ...programs].map(isServing), answersPrograms()]);
    if (states.every(Boolean)) break;
    await pause(50);
  }
  return Date.now() - begun;
}
