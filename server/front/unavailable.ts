// Pages are rendered by Next's bundle and answered by the front's: one process, two copies of this module.
const shared = globalThis as { atelierUnavailable?: Set<string> };

/** Notes that a request could not be answered because the database is out of reach. */
export function markUnavailable(requestId: string): void {
  shared.atelierUnavailable ??= new Set();
  if (requestId) shared.atelierUnavailable.add(requestId);
}

/** Whether a request was so marked; asking forgets it. */
export function takeUnavailable(requestId: string): boolean {
  return shared.atelierUnavailable?.delete(requestId) ?? false;
}
