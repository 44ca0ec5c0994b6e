import { and, asc, count, desc, eq, gte, inArray, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { files } from "@/db/schema/files";
import { fineTuningFiles, fineTuningJobs } from "@/db/schema/fine-tuning";
import { apiKeys } from "@/db/schema/keys";
import { users } from "@/db/schema/people";
import { usageHourly } from "@/db/schema/usage";

/** Returns the job that made a model, with the member who started it and their key. */
export async function job(db: Db, workspaceId: string, jobId: string) {
  const [row] = await db
    .select({
      id: fineTuningJobs.id,
      status: fineTuningJobs.status,
      hyperparameters: fineTuningJobs.hyperparameters,
      trainedTokens: fineTuningJobs.trainedTokens,
      endedAt: fineTuningJobs.endedAt,
    })
    .from(fineTuningJobs)
    .where(and(eq(fineTuningJobs.workspaceId, workspaceId), eq(fineTuningJobs.id, jobId)));
  return row;
}

/** Returns the files that a job read, at most 100. `isPrivate`: only the uploader may see the name. */
export async function filesOf(db: Db, workspaceId: string, jobId: string) {
  return db
    .select({
      id: files.id,
      filename: files.filename,
      sha256: sql<string>`encode(${files.sha256}, 'hex')`,
      uploadedBy: files.uploadedBy,
      uploaderName: users.name,
      isPrivate: sql<boolean>`${files.visibility} = 'user'`,
      isDeleted: sql<boolean>`${files.deletedAt} is not null`,
      lines: files.lines,
      use: fineTuningFiles.use,
    })
    .from(fineTuningFiles)
    .innerJoin(files, and(eq(files.workspaceId, fineTuningFiles.workspaceId), eq(files.id, fineTuningFiles.fileId)))
    .leftJoin(users, eq(users.id, files.uploadedBy))
    .where(and(eq(fineTuningFiles.workspaceId, workspaceId), eq(fineTuningFiles.jobId, jobId)))
    .orderBy(asc(fineTuningFiles.use), asc(files.filename), asc(files.id))
    .limit(100);
}

/** Returns the name of a key and its last four characters. */
export async function keyName(db: Db, workspaceId: string, keyId: string) {
  const [row] = await db
    .select({ name: apiKeys.name, lastFour: apiKeys.lastFour })
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, keyId)));
  return row;
}

/** Returns the name of a person. */
export async function personName(db: Db, userId: string): Promise<string | undefined> {
  const [row] = await db.select({ name: users.name }).from(users).where(eq(users.id, userId));
  return row?.name;
}

/**
 * Returns the users of a model in this month (UTC), by person and key, those with the most requests first, at most 20.
 */
export async function usedBy(db: Db, workspaceId: string, modelId: string) {
  return db
    .select({
      memberId: usageHourly.memberId,
      memberName: users.name,
      keyId: usageHourly.keyId,
      keyName: apiKeys.name,
      requests: sql<number>`sum(${usageHourly.requests})`.mapWith(Number),
      cost: sql<number>`sum(${usageHourly.cost})`.mapWith(Number),
      lastUsedAt: sql<Date>`max(${usageHourly.hour})`.mapWith(usageHourly.hour),
    })
    .from(usageHourly)
    .leftJoin(users, eq(users.id, usageHourly.memberId))
    .leftJoin(apiKeys, and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, usageHourly.keyId)))
    .where(thisMonth(workspaceId, modelId))
    .groupBy(usageHourly.memberId, users.name, usageHourly.keyId, apiKeys.name)
    .orderBy(desc(sql`sum(${usageHourly.requests})`))
    .limit(20);
}

/** Returns the usage of a model in this month (UTC): requests, and cost in micro-units. */
export async function usage(db: Db, workspaceId: string, modelId: string): Promise<{ requests: number; cost: number }> {
  const [row] = await db
    .select({
      requests: sql<number>`coalesce(sum(${usageHourly.requests}), 0)`.mapWith(Number),
      cost: sql<number>`coalesce(sum(${usageHourly.cost}), 0)`.mapWith(Number),
    })
    .from(usageHourly)
    .where(thisMonth(workspaceId, modelId));
  return row ?? { requests: 0, cost: 0 };
}

/**
 * Returns the keys that the removal of a model would affect: the ones whose list of models names it, and the ones that
 * used it in the last 30 days. At most 20, with the number of each kind.
 */
export async function keysOn(db: Db, workspaceId: string, modelId: string) {
  const names = sql<boolean>`coalesce(${modelId} = any(${apiKeys.models}), false)`;
  const used = inArray(
    apiKeys.id,
    db
      .selectDistinct({ keyId: sql<string>`${usageHourly.keyId}` })
      .from(usageHourly)
      .where(
        and(
          eq(usageHourly.workspaceId, workspaceId),
          eq(usageHourly.model, modelId),
          gte(usageHourly.hour, sql`now() - interval '30 days'`),
        ),
      ),
  );
  const concerned = and(eq(apiKeys.workspaceId, workspaceId), isNull(apiKeys.revokedAt), sql`(${names} or ${used})`);
  const [rows, [counted]] = await Promise.all([
    db
      .select({ id: apiKeys.id, name: apiKeys.name, isNamed: names })
      .from(apiKeys)
      .where(concerned)
      .orderBy(desc(names), asc(apiKeys.name), asc(apiKeys.id))
      .limit(20),
    db.select({ n: count() }).from(apiKeys).where(concerned),
  ]);
  return { rows, total: counted?.n ?? 0 };
}

const thisMonth = (workspaceId: string, modelId: string) =>
  and(
    eq(usageHourly.workspaceId, workspaceId),
    eq(usageHourly.model, modelId),
    gte(usageHourly.hour, sql`date_trunc('month', now() at time zone 'UTC') at time zone 'UTC'`),
  );
