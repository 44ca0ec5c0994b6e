import type postgres from "postgres";

/** Declares a tag in the database. */
export async function insertTag(
  sql: postgres.ISql,
  workspaceId: string,
  name: string,
  createdBy: string | null = null,
): Promise<void> {
  await sql`insert into usage_tags (workspace_id, name, created_by) values (${workspaceId}, ${name}, ${createdBy})`;
}
