import type postgres from "postgres";

/**
 * The 28 migrations before 0.1.0, as the journal stores them: the moment at which each was made, in ms. Together they
 * produce the same schema as today's first migration and db/sql (db/takeover.test.ts).
 */
const migrationsBefore = [
  1795500216198, 1795500217078, 1795502733849, 1795502737524, 1795507299213, 1795507359213, 1795512013655,
  1795512049464, 1795513819570, 1795518090456, 1795518150456, 1795518210456, 1795518270456, 1795523223497,
  1795524143965, 1795531000000, 1795531060000, 1795531120000, 1795531180000, 1795531240000, 1795536000000,
  1795536060000, 1795536511004, 1795540000000, 1795540060000, 1795544322198, 1795878238162, 1795878644732,
];

/** The last commit that contains them. */
const lastBefore = "a66e963";

/**
 * Rewrites the journal of a database that was made before 0.1.0 as if `first` had made it. Any other database is left
 * alone.
 *
 * @param tx the transaction of the migration, under its lock
 * @returns whether it was such a database
 * @throws when only some of the migrations before 0.1.0 were applied; nothing has been changed then
 */
export async function takeOver(
  tx: postgres.TransactionSql,
  first: { hash: string; folderMillis: number },
): Promise<boolean> {
  const journal = await tx<{ at: string }[]>`select created_at as at from drizzle.__drizzle_migrations`;
  const applied = new Set(journal.map(({ at }) => Number(at)));
  const known = migrationsBefore.filter((at) => applied.has(at));
  if (known.length === 0) return false;
  if (known.length < migrationsBefore.length)
    throw new Error(
      `it was made by an early version of Atelier, with ${known.length} of the ${migrationsBefore.length} migrations before 0.1.0; start commit ${lastBefore} on it once, which applies the rest, then this version`,
    );
  await tx`delete from drizzle.__drizzle_migrations where created_at in ${tx(migrationsBefore)}`;
  await tx`insert into drizzle.__drizzle_migrations (hash, created_at) values (${first.hash}, ${first.folderMillis})`;
  return true;
}
