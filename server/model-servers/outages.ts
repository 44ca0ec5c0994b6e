import type { Source } from "./source";

/** The first and the last failed attempt to reach a server since its last answer. */
type Outage = { since: number; last: number };

// Next's bundle and the gateway's have their own model servers in one process; through this both know of an outage.
const shared = globalThis as { atelierOutages?: Map<string, Outage> };

/** What identifies a server: two workspaces may give their own servers the same name. */
type Server = { settings: { name: string }; source: Source };
const keyOf = ({ settings, source }: Server) => (source.kind === "environment" ? settings.name : source.id);

/** Shorter outages are not reported, because a single request may fail. */
const toldAfterMs = 10_000;
/** Servers are asked only while there are requests. An older failure says nothing about the present. */
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
