import { owner } from "./database";

/** Resolves once this many statements of this database wait for a lock. */
export async function waitingFor(count: number): Promise<void> {
  for (;;) {
    const [row] =
      await owner`select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    if (row?.n >= count) return;
    await new Promise(setImmediate);
  }
}
