import { randomBytes, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type postgres from "postgres";
import type { JobStatus } from "@/db/schema/fine-tuning";

const contents = new Map<string, string>();

/** A sample as it is in a file, one per line. */
export const sample = `${JSON.stringify({
  messages: [
    { role: "user", content: "Hello?" },
    { role: "assistant", content: "Hello!" },
  ],
})}\n`;

/** Inserts a file of a workspace and returns its id. Its content is what `openStored` returns. */
export async function storedFile(
  sql: postgres.ISql,
  workspaceId: string,
  {
    content = sample,
    filename = "train.jsonl",
    uploadedBy = null as string | null,
    visibility = "workspace",
    purpose = "fine-tune",
  } = {},
): Promise<string> {
  const [row] = await sql`
    insert into files (workspace_id, filename, bytes, sha256, purpose, sample_type, lines, visibility, uploaded_by)
    values (${workspaceId}, ${filename}, ${Buffer.byteLength(content)}, ${randomBytes(32)}, ${purpose}, 'instruct', 1, ${visibility}, ${uploadedBy})
    returning id`;
  contents.set(row?.id, content);
  return row?.id;
}

/** Replaces the file store. */
export async function openStored(_: string, id: string): Promise<Readable> {
  const content = contents.get(id);
  if (content === undefined) throw Object.assign(new Error("no such object"), { name: "NoSuchObject" });
  return Readable.from([Buffer.from(content)]);
}

/** Inserts a job in a given state and returns its id. */
export async function storedJob(
  sql: postgres.ISql,
  workspaceId: string,
  { status = "VALIDATED" as JobStatus, createdBy = null as string | null, fileId = "", modelServer = "default" } = {},
): Promise<string> {
  const id = randomUUID();
  const isOver = ["SUCCESS", "FAILED", "FAILED_VALIDATION", "CANCELLED"].includes(status);
  await sql`
    insert into fine_tuning_jobs (workspace_id, id, model, status, hyperparameters, created_by, model_server, train_tokens, estimated_cost, ended_at)
    values (${workspaceId}, ${id}, 'small', ${status}, '{"training_steps": 10, "learning_rate": 0.0001}', ${createdBy}, ${modelServer},
      1000000, 2000000, ${isOver ? new Date() : null})`;
  if (fileId)
    await sql`insert into fine_tuning_files (workspace_id, job_id, file_id, use) values (${workspaceId}, ${id}, ${fileId}, 'training')`;
  return id;
}
