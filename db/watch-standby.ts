import type postgres from "postgres";
import { type Job, repeat } from "@/server/platform/background";
import { env } from "@/server/platform/env";
import { log } from "@/server/platform/log";
import { client, connectAsApplication } from "./client";
import { mostLagMs, noteStandby, type StandbyState, standbyFinding } from "./standby";

const everyMs = 1_000;
/**
 * How long one check may take, in milliseconds. A standby that does not answer a `select` in this time would not
 * answer a report either.
 */
const patienceMs = 1_000;

/** The primary's position in its log at a time, by `performance.now()`. */
type Sample = { lsn: bigint; at: number };

const samplesKept = 120;

/**
 * Checks the standby of `DATABASE_READ_URL` once a second: whether it answers, is still a standby of the same server,
 * and how far it lags. Without the variable it does nothing.
 *
 * The lag is measured by positions in the log: it is the time since the primary was at the standby's present
 * position. `pg_last_xact_replay_timestamp()` is no measure: it seems to grow while nothing is written, and stands
 * still when the standby is cut off.
 *
 * @throws ConnectionStringError
 */
export function watchStandby(): Job {
  if (!env().DATABASE_READ_URL) return { stop: async () => {} };
  const standby = connectAsApplication({ max: 1 }, "standby");
  noteStandby("starting", null);
  const look = looker(client(), standby);
  const watching = repeat(
    "standby: look",
    everyMs,
    async () => {
      const before = standbyFinding()?.state;
      const { state, lagMs } = await withinPatience(look());
      noteStandby(state, lagMs);
      if (state !== before) say(state);
    },
    (error) => {
      const before = standbyFinding()?.state;
      noteStandby("unreachable", null);
      if (before !== "unreachable") say("unreachable", error);
    },
  );
  return {
    async stop() {
      await watching.stop();
      await standby.end({ timeout: 1 });
    },
  };
}

function say(state: StandbyState, err?: unknown): void {
  if (state === "used") log.info("the standby of DATABASE_READ_URL is read from");
  else log.warn({ ...(err ? { err } : {}), standby: state }, "the standby of DATABASE_READ_URL is not read from");
}

/** Returns a function that checks a standby once. It remembers the primary's earlier positions. */
export function looker(
  primary: postgres.Sql,
  standby: postgres.Sql,
): () => Promise<{ state: StandbyState; lagMs: number | null }> {
  const samples: Sample[] = [];
  let replayed = 0n;
  return async () => {
    // Taken before the query: the primary was at this position then at the earliest.
    const at = performance.now();
    const [here] = await primary<{ lsn: string; server: string }[]>`
      select pg_current_wal_lsn()::text as lsn, (select system_identifier::text from pg_control_system()) as server`;
    samples.push({ lsn: positionOf(here?.lsn), at });
    if (samples.length > samplesKept) samples.shift();
    // The standby can only be ahead of the primary if it belongs to another server, or to another history of this
    // one.
    const isAhead = replayed > (samples.at(-1)?.lsn ?? 0n);
    const [there] = await standby<{ isStandby: boolean; lsn: string | null; server: string }[]>`
      select pg_is_in_recovery() as "isStandby", pg_last_wal_replay_lsn()::text as lsn,
        (select system_identifier::text from pg_control_system()) as server`;
    if (there?.server !== here?.server) return { state: "of another server", lagMs: null };
    if (!there?.isStandby) return { state: "promoted", lagMs: null };
    replayed = positionOf(there.lsn);
    if (isAhead) return { state: "of another server", lagMs: null };
    const lagMs = lagOf(samples, replayed);
    return { state: lagMs !== null && lagMs <= mostLagMs ? "used" : "behind", lagMs };
  };
}

/** Returns how long ago the primary was at the standby's position, in milliseconds; null: longer than is remembered. */
export function lagOf(samples: readonly Sample[], replayed: bigint): number | null {
  const reached = samples.findLast(({ lsn }) => lsn <= replayed);
  if (!reached) return null;
  // The standby has everything.
  return reached === samples.at(-1) ? 0 : performance.now() - reached.at;
}

/** Parses a position in the log, such as 16/B374D848. */
function positionOf(lsn: string | null | undefined): bigint {
  const [high = "0", low = "0"] = (lsn ?? "").split("/");
  return (BigInt(`0x${high || 0}`) << 32n) + BigInt(`0x${low || 0}`);
}

async function withinPatience<T>(look: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), patienceMs);
  });
  return Promise.race([look, late]).finally(() => clearTimeout(timer));
}
