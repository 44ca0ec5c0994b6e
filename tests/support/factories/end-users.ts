import { randomBytes } from "node:crypto";
import type postgres from "postgres";

/** Makes an end user of a workspace known in the database, and returns its id. `lookup`: by which it is found; unless given, by nothing. */
export async function insertEndUser(
  sql: postgres.ISql,
  workspaceId: string,
  { name = null, lookup = randomBytes(32) }: { name?: string | null; lookup?: Buffer } = {},
): Promise<string> {
  const [row] = await sql`
    insert into end_users (workspace_id, lookup, name) values (${workspaceId}, ${lookup}, ${name}) returning id`;
  return String(row?.id);
}
