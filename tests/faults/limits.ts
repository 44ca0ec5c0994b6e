import { type Answer, Client, type Home } from "./client";
import { pause } from "./database-faults";
import type { Instance } from "./instance";
import { checkInvariants } from "./invariants";
import { liftLimits, makeHomes } from "./load";
import { streamedTokens } from "./provider";
import type { Report } from "./report";
import type { Stage } from "./stage";

/** The cost of one chat of the load in micro-units: 20 prompt tokens at 1, 10 completion tokens at 2. */
const chatCost = 40;
const callsPerRound = 512;
/** How long a silent instance keeps its leases, with time for the statement that ends them. */
const endedWithinMs = 20_000;

type Key = { secret: string; id: string };

/** Checks three instances with one limit: they never exceed it, even when it changes, and use all of it. */
export async function threeInstancesAtLimits(report: Report, stage: Stage, rounds: number): Promise<void> {
  const client = new Client(stage.appUrl);
  const [home] = await makeHomes(stage, 1);
  if (!home) throw new Error("there is no workspace");
  await stage.spare.start();
  const instances = [...stage.instances, stage.spare];
  let exceeded = 0;
  let unused = 0;
  let wrong: Answer | undefined;
  let calls = 0;
  for (let round = 0; round < rounds; round++) {
    const count = 2 + (round % 2);
    const key = await newKey(client, stage, home, `Round ${round}`);
    // Enough for a few dozen of the 512 calls, with a rest that is too small for a call.
    const limit = chatCost * (20 + (round % 40)) + 7;
    await setLimit(stage, key, limit);
    const usage = watchUsage(stage, key, limit);
    const answers = await Promise.all(
      Array.from({ length: callsPerRound }, (_, index) =>
        client.chat(instances[index % count] as Instance, key.secret),
      ),
    );
    calls += answers.length;
    wrong ??= answers.find(({ status }) => status !== 200 && status !== 402 && status !== 429);
    // Calls one after another until the limit is used up, like a program that waits as the answers say.
    for (let last = 429, tries = 0; last !== 402 && tries < 200; tries++) {
      last = (await client.chat(instances[tries % count] as Instance, key.secret)).status;
      if (last === 429) await pause(20);
    }
    exceeded += await usage.exceeded();
    const spent = await settledSpend(stage, key);
    if (spent > limit) exceeded++;
    // A call reserves 20 completion tokens and costs 10: the last calls are refused because of their reservation.
    if (spent < limit - 2 * chatCost) unused++;
  }
  report.check(
    `limits: ${calls} calls at two and three instances against one limit never exceed it, in ${rounds} rounds`,
    exceeded === 0 && wrong === undefined,
    wrong ? JSON.stringify(wrong) : "",
  );
  report.check("limits: and what there is room for is used", unused === 0, unused ? `${unused} rounds left room` : "");
  await changeWhileCallsRun(report, stage, client, home, instances);
  await stage.spare.stop();
  await checkMoney(report, stage, "limits");
}

/** Lowers and raises a limit while calls run, and checks that soon after each change nothing exceeds it. */
async function changeWhileCallsRun(report: Report, stage: Stage, client: Client, home: Home, instances: Instance[]) {
  const key = await newKey(client, stage, home, "Changing");
  await setLimit(stage, key, 1_000_000);
  let isOver = false;
  const load = instances.flatMap((at) =>
    Array.from({ length: 4 }, async () => {
      while (!isOver) if ((await client.chat(at, key.secret)).status !== 200) await pause(5);
    }),
  );
  let beyond = 0;
  for (let change = 0; change < 12; change++) {
    await pause(200);
    const before = await usageOf(stage, key);
    const limit = before.spent + (change % 3 === 2 ? 4_000 : 200 + 400 * (change % 3));
    await setLimit(stage, key, limit);
    await pause(300);
    const after = await usageOf(stage, key);
    // Leases from before the lowering may still be used, but no more than those.
    if (after.spent + after.reserved > Math.max(limit, before.spent + before.reserved + 20 * 60)) beyond++;
  }
  isOver = true;
  await Promise.all(load);
  report.check("limits: a limit that is lowered and raised while calls run holds", beyond === 0, `${beyond} times not`);
}

/** Checks SIGTERM during ten streams: each ends with an event and is charged for the delivered tokens. */
export async function stopUnderStreams(report: Report, stage: Stage): Promise<void> {
  const { answers, home } = await underStreams(stage, (victim) => victim.stop());
  const ends = answers.filter(({ text }) => text.includes('"code":"restarting"') && text.trimEnd().endsWith("}"));
  report.check("limits stop: ten streams that are cut off end with an event", ends.length === 10, `${ends.length} do`);
  const rows = await linesOf(stage, answers);
  const isRight = rows.every(({ completion }) => completion === streamedTokens);
  report.check(
    "limits stop: and are charged what was delivered, at once",
    rows.length === 10 && isRight,
    `${rows.length} lines, ${rows.map(({ completion }) => completion).join(" ")}`,
  );
  const [left] = await stage.sql`
    select (select count(*) from usage_reservations r join workspaces w on w.id = r.workspace_id where w.slug = ${home.slug})::int as reservations,
      (select count(*) from usage_leases l join workspaces w on w.id = l.workspace_id where w.slug = ${home.slug})::int as leases`;
  report.check(
    "limits stop: nothing stays reserved or leased",
    left?.reservations === 0 && left?.leases === 0,
    JSON.stringify(left),
  );
  await checkMoney(report, stage, "limits stop");
}

/** Checks kill -9 during ten streams: they are charged as lost, and their leases are returned. */
export async function killUnderStreams(report: Report, stage: Stage): Promise<void> {
  const { answers, home } = await underStreams(stage, async (victim) => {
    // The next heartbeat writes them to the database.
    await pause(1_500);
    await victim.kill();
  });
  const deadline = Date.now() + endedWithinMs;
  const client = new Client(stage.appUrl);
  const key = await newKey(client, stage, home, "Another");
  let rows = await linesOf(stage, answers);
  while (rows.length < 10 && Date.now() < deadline) {
    // An instance with requests looks for instances that have ended.
    await client.chat(stage.instances[0], key.secret);
    await pause(500);
    rows = await linesOf(stage, answers);
  }
  report.check(
    "limits kill: what was under way at the last beat is charged as lost, once",
    rows.length === 10 && rows.every(({ code }) => code === "lost"),
    `${rows.length} lines`,
  );
  await checkMoney(report, stage, "limits kill");
}

/** Starts ten streams at a third instance, which then ends in the given way and is not restarted. */
async function underStreams(stage: Stage, end: (victim: Instance) => Promise<void>) {
  const client = new Client(stage.appUrl);
  const [home] = await makeHomes(stage, 1);
  if (!home) throw new Error("there is no workspace");
  const key = await newKey(client, stage, home, "Streams");
  await setLimit(stage, key, 10_000_000);
  await stage.spare.start();
  const answers = Array.from({ length: 10 }, () => client.chat(stage.spare, key.secret, { stream: true }));
  await allUnderWay(stage, key, answers.length);
  await end(stage.spare);
  return { answers: await Promise.all(answers), home };
}

/** Waits until the database contains all requests of a key; the answer of each starts soon afterwards. */
async function allUnderWay({ sql }: Stage, { id }: Key, many: number): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const [row] = await sql`select count(*)::int as known from usage_reservations where key_id = ${id}`;
    if (row?.known === many) break;
    if (Date.now() > deadline) throw new Error(`${row?.known} of ${many} streams are under way`);
    await pause(50);
  }
  await pause(1_000);
}

async function newKey(client: Client, stage: Stage, { admin, slug }: Home, name: string): Promise<Key> {
  await liftLimits(stage);
  const input = { workspace: slug, name, expiration: "90" };
  const { status, reason, data } = await client.change(stage.instances[0], admin, "keys.create", input);
  if (status !== 200) throw new Error(`no key was made: ${status} ${reason}`);
  return data as Key;
}

const setLimit = ({ sql }: Stage, { id }: Key, limit: number) =>
  sql`update api_keys set monthly_limit = ${limit} where id = ${id}`;

async function usageOf({ sql }: Stage, { id }: Key): Promise<{ spent: number; reserved: number }> {
  const [row] = await sql<{ spent: number; reserved: number }[]>`
    select spent::int, reserved::int from spend_counters where subject = ${`key:${id}`} and span = 'month'`;
  return row ?? { spent: 0, reserved: 0 };
}

/** Repeatedly reads the spent and leased amounts. `exceeded` ends that, and returns how often they exceeded the limit. */
function watchUsage(stage: Stage, key: Key, limit: number): { exceeded(): Promise<number> } {
  let isOver = false;
  let times = 0;
  const watching = (async () => {
    while (!isOver) {
      const { spent, reserved } = await usageOf(stage, key);
      if (spent + reserved > limit) times++;
      await pause(5);
    }
  })();
  return {
    async exceeded() {
      isOver = true;
      await watching;
      return times;
    },
  };
}

/** Waits until there are no leases, and returns the spent amount. */
async function settledSpend(stage: Stage, key: Key): Promise<number> {
  for (let tries = 0; ; tries++) {
    const { spent, reserved } = await usageOf(stage, key);
    if (reserved === 0 || tries > 100) return spent;
    await pause(50);
  }
}

async function linesOf({ sql }: Stage, answers: Answer[]): Promise<{ completion: number; code: string | null }[]> {
  const ids = answers.map(({ requestId }) => requestId);
  return sql`select completion_tokens as completion, error_code as code from usage_ledger where id = any(${ids}::uuid[])`;
}

async function checkMoney(report: Report, stage: Stage, part: string): Promise<void> {
  const money = (await checkInvariants(stage.sql)).filter(({ name }) => /^I[78] /.test(name));
  const broken = money.filter(({ breaches }) => breaches > 0);
  report.check(
    `${part}: no counter is beyond its limit, and all are the sums of the ledger`,
    broken.length === 0 && money.length > 1,
    broken.map(({ name, breaches, first }) => `${name}: ${breaches}, ${first}`).join("; "),
  );
}
