/** Why a page could not be drawn: the database is out of reach, or there is nothing the person may see. */
export type Calm = "unavailable" | "missing";

// Pages are rendered by Next's bundle and answered by the front's: one process, two copies of this module.
const shared = globalThis as { atelierCalm?: Map<string, Calm> };

/** Notes that a request's page is to be one of the front's own. */
export function markErrorPage(requestId: string, why: Calm): void {
  shared.atelierCalm ??= new Map();
  if (requestId) shared.atelierCalm.set(requestId, why);
}

/** Returns why a request was marked, if it was; asking forgets it. */
export function takeErrorPage(requestId: string): Calm | undefined {
  const why = shared.atelierCalm?.get(requestId);
  if (why) shared.atelierCalm?.delete(requestId);
  return why;
}
