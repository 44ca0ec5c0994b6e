/**
 * What is known of the standby of `DATABASE_READ_URL`. It is asked once a second, never by a query: `watchStandby` writes what it
 * found, and reads go by that.
 */

/** `used`: read from. Otherwise why not: it has not been asked yet, or what was found. */
export type StandbyState = "starting" | "used" | "behind" | "promoted" | "of another server" | "unreachable";

export type StandbyFinding = {
  state: StandbyState;
  /** How far it is behind the primary; null: not known. */
  lagMs: number | null;
  /** When that was found, on this process's clock. */
  at: number;
};

/** How far behind a standby that is read from may be, in milliseconds. */
export const mostLagMs = 5_000;
/** How long a finding counts. Beyond it the standby is as good as unreachable. */
export const findingCountsMs = 3_000;
/**
 * How long after a change of theirs a person reads from the primary. A standby that is read from was found to be at most `mostLagMs`
 * behind at most `findingCountsMs` ago, so that by then it has the change.
 */
export const ownChangeSeconds = (mostLagMs + findingCountsMs) / 1_000 + 2;

// Next's bundle and the gateway's each have their own copy of this module in one process.
const shared = globalThis as { atelierStandby?: StandbyFinding; atelierStandbyLost?: Set<() => void> };
shared.atelierStandbyLost ??= new Set();
const waiting = shared.atelierStandbyLost;

/** Returns what is known of the standby; undefined: there is none, or no process watches it. */
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

/** Notes what was found. Reads that wait for a standby that does not answer any more are told so. */
export function noteStandby(state: StandbyState, lagMs: number | null): void {
  shared.atelierStandby = { state, lagMs, at: performance.now() };
  if (state !== "unreachable") return;
  for (const lose of waiting) lose();
  waiting.clear();
}

/** The standby was found to be unreachable while something waited for its answer. */
export class StandbyLost extends Error {
  override readonly name = "StandbyLost";
  constructor() {
    super("the standby does not answer");
  }
}

/**
 * Resolves as `answer` does, unless the standby is found to be unreachable before: a connection to a machine that is gone says nothing for
 * minutes.
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
