import { type SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import type { Db } from "./client";

/**
 * Lists workspaces that have rows in a table whose key begins with the workspace, each once, at most `limit`, in no
 * particular order. It skips from one workspace to the next by the key, however many rows each has. It is in db/
 * because `queries.ts` files may not import each other.
 *
 * @param only a condition on the workspace, `due.id`
 */
export async function workspacesWithRows(
  db: Db,
  table: PgTable & { workspaceId: PgColumn },
  limit: number,
  only: SQL = sql`true`,
): Promise<string[]> {
  const { workspaceId } = table;
  const rows = await db.execute<{ id: string }>(sql`
    with recursive due as (
      (select ${workspaceId} as id from ${table} order by ${workspaceId} limit 1)
      union all
      select (select ${workspaceId} from ${table} where ${workspaceId} > due.id order by ${workspaceId} limit 1)
      from due where due.id is not null
    )
    select id from due where id is not null and ${only} limit ${limit}`);
  return rows.map(({ id }) => id);
}
