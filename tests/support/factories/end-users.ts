import { randomBytes } from "node:crypto";
import type postgres from "postgres";

/**
 * Inserts an end user of a workspace and returns its id. `lookup`: the hash by which it is found; by default, no name
 * leads to it.
 */
export async function insertEndUser(
  sql: postgres.ISql,
  workspaceId: string,
  { name = null, lookup = randomBytes(32) }: { name?: string | null; lookup?: Buffer } = {},
): Promise<string> {
  const [row] = await sql`
    insert into end_users (workspace_id, lookup, name) values (${workspaceId}, ${lookup}, ${name}) returning id`;
  return String(row?.id);
}
