import { sql } from "drizzle-orm";
import type { Db } from "@/db/client";

/**
 * Returns the distinct values of a column in a workspace's log, or of the actions on one kind of thing, at most
 * `limit`. Each value costs one index lookup.
 */
export async function distinct(
  db: Db,
  workspaceId: string,
  column: "action" | "target_type",
  limit: number,
  type?: string,
): Promise<string[]> {
  const name = sql.identifier(column);
  const to = type === undefined ? sql`` : sql`and target_type = ${type}`;
  const rows = await db.execute<{ value: string }>(sql`
    with recursive found as (
      (select ${name} as value from audit_events where workspace_id = ${workspaceId} ${to} order by ${name} limit 1)
      union all
      select (select ${name} from audit_events where workspace_id = ${workspaceId} ${to} and ${name} > found.value
        order by ${name} limit 1)
      from found where found.value is not null
    )
    select value from found where value is not null limit ${limit}`);
  return rows.map(({ value }) => value);
}

/** Returns the people in a workspace's log, at most `limit`, ordered by name, those with deleted accounts last. */
export async function people(
  db: Db,
  workspaceId: string,
  limit: number,
): Promise<{ id: string; name: string | null }[]> {
  return db.execute<{ id: string; name: string | null }>(sql`
    with recursive found as (
      (select actor_id as id from audit_events where workspace_id = ${workspaceId} and actor_id is not null
        order by actor_id limit 1)
      union all
      select (select actor_id from audit_events where workspace_id = ${workspaceId} and actor_id > found.id
        order by actor_id limit 1)
      from found where found.id is not null
    ), chosen as (select id from found where id is not null limit ${limit})
    select chosen.id, case when u.deleted_at is null then u.name end as name
    from chosen join users u on u.id = chosen.id order by u.deleted_at is not null, u.name, chosen.id`);
}

/** Checks whether a workspace's log has an action of a person. */
export async function isActor(db: Db, workspaceId: string, userId: string): Promise<boolean> {
  const rows = await db.execute(sql`
    select 1 from audit_events where workspace_id = ${workspaceId} and actor_id = ${userId} limit 1`);
  return rows.length > 0;
}
