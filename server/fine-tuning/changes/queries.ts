import { and, eq, sql } from "drizzle-orm";
import type { PgUpdateSetSource } from "drizzle-orm/pg-core";
import type { Db } from "@/db/client";
import { fineTuningEvents, fineTuningFiles, fineTuningJobs, type JobStatus } from "@/db/schema/fine-tuning";
import type { JobRequest } from "../input";

const one = (workspaceId: string, id: string) =>
  and(eq(fineTuningJobs.workspaceId, workspaceId), eq(fineTuningJobs.id, id));

/** The database's time, for the time columns of a job. */
export const now = sql`now()`;

/** Creates a job with the files it reads. Returns its id. */
export async function create(
  db: Db,
  workspaceId: string,
  values: Omit<JobRequest, "trainingFiles" | "validationFiles"> & {
    createdBy: string | null;
    keyId: string | null;
    modelServer: string;
    trainTokens: number;
    estimatedCost: number;
  },
  reads: Pick<JobRequest, "trainingFiles" | "validationFiles">,
): Promise<string> {
  const [row] = await db
    .insert(fineTuningJobs)
    .values({ workspaceId, ...values })
    .returning({ id: fineTuningJobs.id });
  if (!row) throw new Error("a job was not created");
  await db
    .insert(fineTuningFiles)
    .values([
      ...reads.trainingFiles.map((file) => ({ workspaceId, jobId: row.id, use: "training" as const, ...file })),
      ...reads.validationFiles.map((fileId) => ({ workspaceId, jobId: row.id, use: "validation" as const, fileId })),
    ]);
  return row.id;
}

/** Reads the columns of a job and locks its row until the transaction ends. */
export async function hold(db: Db, workspaceId: string, id: string) {
  const [row] = await db.select().from(fineTuningJobs).where(one(workspaceId, id)).for("no key update");
  return row;
}

/** Changes a job's status, records the change as an event, and makes it due now. The caller has locked the job. */
export async function become(
  db: Db,
  workspaceId: string,
  id: string,
  status: JobStatus,
  set: PgUpdateSetSource<typeof fineTuningJobs> = {},
  detail: Record<string, unknown> = {},
): Promise<void> {
  await db
    .update(fineTuningJobs)
    .set({ nextLookAt: sql`now()`, ...set, status, modifiedAt: sql`now()` })
    .where(one(workspaceId, id));
  await addEvent(db, workspaceId, id, "status-updated", { status, ...detail });
}

/** Adds an event to a job, with the current or another time. The caller has locked the job. */
export async function addEvent(
  db: Db,
  workspaceId: string,
  jobId: string,
  name: string,
  data: Record<string, unknown>,
  at?: Date,
): Promise<void> {
  await db.insert(fineTuningEvents).values({
    ...{ workspaceId, jobId, name, data, ...(at && { at }) },
    number: sql`(select coalesce(max(e.number), 0) + 1 from fine_tuning_events e
      where e.workspace_id = ${workspaceId} and e.job_id = ${jobId})`,
  });
}

/** Requests the start of a job, with its reserved cost. The caller has locked the job. */
export async function begin(
  db: Db,
  workspaceId: string,
  id: string,
  reserved: { trainTokens: number; estimatedCost: number },
): Promise<void> {
  await become(db, workspaceId, id, "STARTED", { ...reserved, startRequestedAt: sql`now()` });
}

/** Requests the cancellation of a job. The caller has locked it. */
export async function requestCancellation(
  db: Db,
  workspaceId: string,
  id: string,
  detail: Record<string, unknown> = {},
): Promise<void> {
  await become(db, workspaceId, id, "CANCELLATION_REQUESTED", { cancelRequestedAt: sql`now()` }, detail);
}

/** Updates a job. The caller has locked it. */
export async function update(
  db: Db,
  workspaceId: string,
  id: string,
  set: PgUpdateSetSource<typeof fineTuningJobs>,
): Promise<void> {
  await db
    .update(fineTuningJobs)
    .set({ ...set, modifiedAt: now })
    .where(one(workspaceId, id));
}
