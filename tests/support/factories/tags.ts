import type postgres from "postgres";

/** Inserts a declared tag. */
export async function insertTag(
  sql: postgres.ISql,
  workspaceId: string,
  name: string,
  createdBy: string | null = null,
): Promise<void> {
  await sql`insert into usage_tags (workspace_id, name, created_by) values (${workspaceId}, ${name}, ${createdBy})`;
}
