import { setTimeout } from "node:timers/promises";
import type postgres from "postgres";
import type { SqlObject } from "./sql-objects";

/** Shorter than the second after which PostgreSQL looks for a deadlock, so that no request becomes its victim. */
const [firstWaitMs, longestWaitMs] = [100, 600];

/**
 * Locks the tables that a migration will change, all of them or none: it requests all locks together, and releases
 * those it has when another is not available within a moment. Requests lock tables in various orders, so a migration
 * that locked one table after another would cause deadlocks.
 *
 * @param tx the migration's transaction, which has locked no table yet
 * @throws the last error when the locks were not available within `patienceMs`
 */
export async function takeLocks(tx: postgres.TransactionSql, tables: string[], patienceMs: number): Promise<void> {
  const there = await tx<{ name: string }[]>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname = any(${tables}) order by relname`;
  if (there.length === 0) return;
  const end = performance.now() + patienceMs;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 1.5, longestWaitMs)) {
    try {
      await tx.savepoint(async (locks) => {
        await locks`select set_config('lock_timeout', ${String(Math.round(waitMs))}, true)`;
        await locks`lock table ${locks(there.map(({ name }) => name))} in access exclusive mode`;
      });
      break;
    } catch (error) {
      if ((error as { code?: string }).code !== "55P03" || performance.now() > end) throw error;
      await setTimeout(Math.random() * waitMs);
    }
  }
  await tx`select set_config('lock_timeout', ${String(patienceMs)}, true)`;
}

/**
 * Returns the tables that the statements of migrations name, and those of policies and triggers. Some of them may not
 * exist yet.
 */
export function tablesOf(statements: string[], objects: SqlObject[]): string[] {
  const named = statements.flatMap((statement) =>
    [
      ...statement.matchAll(/\b(?:TABLE|ON|REFERENCES)\s+(?:ONLY\s+)?(?:IF EXISTS\s+)?(?:"?public"?\.)?"?(\w+)"?/gi),
    ].map(([, name = ""]) => name),
  );
  const standing = objects.flatMap(({ kind, name }) =>
    kind === "policies" || kind === "triggers" ? [name.split(".")[0] ?? ""] : [],
  );
  return [...new Set([...named, ...standing])];
}
