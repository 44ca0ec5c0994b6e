import { randomBytes, randomUUID } from "node:crypto";
import type postgres from "postgres";
import type { ModelVisibility } from "@/db/schema/models";

/** The values of a workspace's own model that a test can choose; all others have defaults. */
export type OwnModelValues = {
  name?: string;
  description?: string;
  base?: string | null;
  origin?: "fine-tuned" | "registered";
  visibility?: ModelVisibility;
  /** The members who may use it, for the visibility "members". */
  members?: string[];
  modelServer?: string;
  upstream?: string;
  createdBy?: string | null;
  keyId?: string | null;
  jobId?: string | null;
  isArchived?: boolean;
};

/** Inserts a model and returns its id. */
export async function ownModel(sql: postgres.ISql, workspaceId: string, values: OwnModelValues = {}): Promise<string> {
  const { name = "Support bot", description = "", base = "small", origin = "fine-tuned" } = values;
  const { visibility = "workspace", members = [], modelServer = "default", createdBy = null } = values;
  const { keyId = null, jobId = null, isArchived = false } = values;
  const random = () => randomBytes(4).toString("hex");
  const id = `ft:${base ?? "other"}:${random()}:20261124:${random()}`;
  const upstream = values.upstream ?? `upstream-${random()}`;
  await sql`
    insert into models (workspace_id, id, origin, name, description, base, model_server, upstream, visibility, created_by,
      key_id, job_id, archived_at)
    values (${workspaceId}, ${id}, ${origin}, ${name}, ${description}, ${base}, ${modelServer}, ${upstream}, ${visibility},
      ${createdBy}, ${keyId}, ${jobId}, ${isArchived ? new Date() : null})`;
  for (const userId of members)
    await sql`insert into model_members (workspace_id, model_id, user_id) values (${workspaceId}, ${id}, ${userId})`;
  return id;
}

/** Shares a model in the database; `seconds` until the share ends, by default never. */
export async function shareModel(
  sql: postgres.ISql,
  { from, to, id, by, seconds }: { from: string; to: string; id: string; by: string; seconds?: number },
): Promise<void> {
  const endsAt = seconds === undefined ? null : new Date(Date.now() + seconds * 1_000);
  await sql`
    insert into model_shares (workspace_id, model_id, to_workspace_id, shared_by, ends_at)
    values (${from}, ${id}, ${to}, ${by}, ${endsAt})`;
}

/** Inserts a job that has trained on one file, and returns the ids of both. */
export async function trainedJob(
  sql: postgres.ISql,
  workspaceId: string,
  { by, filename = "answers.jsonl", isPrivate = false }: { by: string; filename?: string; isPrivate?: boolean },
): Promise<{ jobId: string; fileId: string }> {
  const [jobId, fileId] = [randomUUID(), randomUUID()];
  await sql`
    insert into files (workspace_id, id, filename, bytes, sha256, purpose, sample_type, lines, visibility, uploaded_by)
    values (${workspaceId}, ${fileId}, ${filename}, 10, sha256(${filename}::bytea), 'fine-tune', 'instruct', 3,
      ${isPrivate ? "user" : "workspace"}, ${by})`;
  await sql`
    insert into fine_tuning_jobs (workspace_id, id, model, status, hyperparameters, created_by, trained_tokens, ended_at)
    values (${workspaceId}, ${jobId}, 'small', 'SUCCESS', ${sql.json({ training_steps: 10 })}, ${by}, 1200, now())`;
  await sql`
    insert into fine_tuning_files (workspace_id, job_id, file_id, use) values (${workspaceId}, ${jobId}, ${fileId}, 'training')`;
  return { jobId, fileId };
}

/** Announces that a base model ends in 30 days. */
export async function insertBaseRetirement(sql: postgres.ISql, modelId: string): Promise<void> {
  await sql`
    insert into base_retirements (model_id, retires_at, afterwards) values (${modelId}, now() + interval '30 days', 'refuse')`;
}
