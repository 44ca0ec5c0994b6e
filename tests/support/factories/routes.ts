import { randomBytes } from "node:crypto";
import type postgres from "postgres";

/** What a row of a route says that a test does not leave out. */
type Rule = {
  id?: string;
  mode?: "ordered" | "weighted";
  models?: { model: string; weight: number }[];
  saverModel?: string;
  saverPercent?: number;
};

/** Puts a route in the database, of the model "small" unless it says otherwise. Returns its id. */
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
