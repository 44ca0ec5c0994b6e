import type { Source } from "./source";

/** When a server was first and last not to be reached since it last answered. */
type Outage = { since: number; last: number };

// Next's bundle and the gateway's each have model servers of their own in one process: what one finds out, pages of the other tell.
const shared = globalThis as { atelierOutages?: Map<string, Outage> };

/** What tells servers apart: two workspaces may name their own ones alike. */
type Server = { settings: { name: string }; source: Source };
const keyOf = ({ settings, source }: Server) => (source.kind === "environment" ? settings.name : source.id);

/** Shorter ones are not told of: a single call may fail. */
const toldAfterMs = 10_000;
/** A server is asked as long as there are requests. When that was longer ago, nothing is known. */
const knownMs = 2 * 60_000;

/** Notes that a model server could not be reached. */
export function noteOutage(server: Server): void {
  const key = keyOf(server);
  shared.atelierOutages ??= new Map();
  const now = performance.now();
  const known = shared.atelierOutages.get(key);
  const since = known && now - known.last < knownMs ? known.since : now;
  shared.atelierOutages.set(key, { since, last: now });
}

/** Notes that a model server answered. */
export function noteAnswer(server: Server): void {
  shared.atelierOutages?.delete(keyOf(server));
}

/** Checks whether a model server has not been reached for ten seconds and more, as far as this process knows. */
export function isOut(server: Server): boolean {
  const outage = shared.atelierOutages?.get(keyOf(server));
  if (!outage) return false;
  const now = performance.now();
  return now - outage.since >= toldAfterMs && now - outage.last < knownMs;
}
