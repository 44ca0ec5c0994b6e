/**
 * What is known about the standby of `DATABASE_READ_URL`. Queries never ask for it: `watchStandby` checks the standby
 * once a second and writes the result here.
 */

/** `used`: the standby is read from. All other values say why it is not. */
export type StandbyState = "starting" | "used" | "behind" | "promoted" | "of another server" | "unreachable";

export type StandbyFinding = {
  state: StandbyState;
  /** How far it is behind the primary, in milliseconds; null: unknown. */
  lagMs: number | null;
  /** When this was found, by `performance.now()`. */
  at: number;
};

/** The most that a standby which is read from may lag, in milliseconds. */
export const mostLagMs = 5_000;
/** How long a result counts, in milliseconds. Afterwards the standby counts as unreachable. */
export const findingCountsMs = 3_000;
/**
 * How long a person reads from the primary after a change of theirs, in seconds. A usable standby lagged at most
 * `mostLagMs` in a result that is at most `findingCountsMs` old, so it has the change by then.
 */
export const ownChangeSeconds = (mostLagMs + findingCountsMs) / 1_000 + 2;

// Next's bundle and the gateway's each have a copy of this module in the same process; this makes them share the
// result.
const shared = globalThis as { atelierStandby?: StandbyFinding; atelierStandbyLost?: Set<() => void> };
shared.atelierStandbyLost ??= new Set();
const waiting = shared.atelierStandbyLost;

/** Returns what is known about the standby; undefined: there is none, or this process does not watch it. */
export function standbyFinding(): StandbyFinding | undefined {
  const found = shared.atelierStandby;
  if (found?.state === "used" && performance.now() - found.at > findingCountsMs)
    return { ...found, state: "unreachable", lagMs: null };
  return found;
}

/** Checks whether the standby may be read from. */
export function isStandbyUsable(): boolean {
  return standbyFinding()?.state === "used";
}

/** Notes a result. Reads that wait for a standby which no longer answers are ended. */
export function noteStandby(state: StandbyState, lagMs: number | null): void {
  shared.atelierStandby = { state, lagMs, at: performance.now() };
  if (state !== "unreachable") return;
  for (const lose of waiting) lose();
  waiting.clear();
}

/** Thrown when the standby was found to be unreachable while a read waited for its answer. */
export class StandbyLost extends Error {
  override readonly name = "StandbyLost";
  constructor() {
    super("the standby does not answer");
  }
}

/**
 * Resolves like `answer`, unless the standby is found to be unreachable before. A connection to a machine that is
 * gone can be silent for minutes.
 *
 * @throws StandbyLost
 */
export function whileThere<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const lose = () => reject(new StandbyLost());
    waiting.add(lose);
    answer.finally(() => waiting.delete(lose)).then(resolve, reject);
  });
}
