import { randomBytes } from "node:crypto";
import type postgres from "postgres";

/** Inserts a preset of the playground. Returns its id. */
export async function insertPreset(
  sql: postgres.ISql,
  workspaceId: string,
  createdBy: string | null,
  { name = `Preset ${randomBytes(4).toString("hex")}`, instructions = "Answer briefly." } = {},
): Promise<string> {
  const [row] = await sql`
    insert into playground_presets (workspace_id, name, instructions, parameters, created_by)
    values (${workspaceId}, ${name}, ${instructions}, '{"temperature": 0.5}', ${createdBy}) returning id`;
  return String(row?.id);
}
