/** Why a page could not be rendered: the database is unavailable, or the person may see nothing at this address. */
export type Calm = "unavailable" | "missing";

// Next's bundle renders pages and the front of the process answers requests: two copies of this module in one process.
const shared = globalThis as { atelierCalm?: Map<string, Calm> };

/** Marks a request, so that the front answers it with an error page of its own instead of Next's page. */
export function markErrorPage(requestId: string, why: Calm): void {
  shared.atelierCalm ??= new Map();
  if (requestId) shared.atelierCalm.set(requestId, why);
}

/** Returns why a request was marked, and removes the mark; undefined: it was not marked. */
export function takeErrorPage(requestId: string): Calm | undefined {
  const why = shared.atelierCalm?.get(requestId);
  if (why) shared.atelierCalm?.delete(requestId);
  return why;
}
