import { randomBytes } from "node:crypto";
import type postgres from "postgres";

/** The values of a route that a test can choose; all others have defaults. */
type Rule = {
  id?: string;
  mode?: "ordered" | "weighted";
  models?: { model: string; weight: number }[];
  saverModel?: string;
  saverPercent?: number;
};

/** Inserts a route, by default of the model "small". Returns its id. */
export async function insertRoute(
  sql: postgres.ISql,
  workspaceId: string,
  createdBy: string | null,
  rule: Rule = {},
): Promise<string> {
  const { id = `route/r${randomBytes(4).toString("hex")}`, mode = "ordered" } = rule;
  const { models = [{ model: "small", weight: 1 }], saverModel = null, saverPercent = null } = rule;
  await sql`
    insert into model_routes (workspace_id, id, mode, models, saver_model, saver_percent, created_by)
    values (${workspaceId}, ${id}, ${mode}, ${JSON.stringify(models)}::text::jsonb, ${saverModel}, ${saverPercent}, ${createdBy})`;
  return id;
}
