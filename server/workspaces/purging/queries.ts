import { and, asc, count, eq, isNotNull, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { files, fileUploads } from "@/db/schema/files";
import { apiKeys } from "@/db/schema/keys";
import { models } from "@/db/schema/models";
import { workspaces } from "@/db/schema/workspaces";
import { restorableDays } from "../life/input";

/** The tables from which a purge deletes all of a workspace's rows. Rows that refer to others come first. */
export const thrownAway = [
  "model_routes",
  "model_retirements",
  "usage_tags",
  "end_users",
  "playground_presets",
  "model_shares",
  "model_members",
  "models",
  "fine_tuning_checkpoints",
  "fine_tuning_events",
  "fine_tuning_files",
  "fine_tuning_jobs",
  "kept_responses",
  "key_footprints",
  "batch_charges",
  "batch_lines",
  "batches",
  "file_uploads",
  "files",
  "file_totals",
  "invite_links",
  "join_requests",
  "former_members",
  "role_requests",
  "invitations",
  "domains",
  "group_rules",
  "budgets",
  "limit_raises",
  "limit_requests",
  "looks",
  "rate_limits",
  "spend_alerts",
  "workspace_figures",
  "webhook_deliveries",
  "alert_webhooks",
  "usage_leases",
  "usage_reservations",
  "workspace_icons",
  "workspace_providers",
  "saved_views",
  "access_review_items",
  "access_reviews",
  "access_review_plans",
  "memberships",
] as const;

/**
 * The tables whose rows stay: history and its seals, which are append-only; figures derived from it; slugs, which no
 * other workspace ever gets; and keys that history refers to, reduced to their ids.
 */
export const kept = [
  "api_keys",
  "audit_events",
  "audit_seals",
  "audit_unsealed",
  "end_user_usage",
  "spend_counters",
  "usage_daily",
  "usage_hourly",
  "usage_ledger",
  "usage_seals",
  "usage_unsealed",
  "workspace_slugs",
];

const atOnce = 5_000;

/** Returns deleted workspaces that can no longer be restored, the longest deleted first. For the job. */
export async function listDue(db: Db, limit: number): Promise<string[]> {
  await db.execute(sql`select set_config('app.job', 'purge', true)`);
  const rows = await db
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(isDue)
    .orderBy(asc(workspaces.deletedAt))
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** Begins a purge; from then on the workspace cannot be restored. False: it was restored, or is already purged. */
export async function begin(db: Db, workspaceId: string): Promise<boolean> {
  const rows = await db
    .update(workspaces)
    .set({ purgeBegunAt: sql`coalesce(${workspaces.purgeBegunAt}, now())` })
    .where(and(eq(workspaces.id, workspaceId), isDue))
    .returning({ id: workspaces.id });
  return rows.length > 0;
}

/**
 * Marks the workspace's models as deleted. Another job deletes the ones that were trained here from their model
 * servers. Returns how many of these are still there.
 */
export async function releaseModels(db: Db, workspaceId: string): Promise<number> {
  await db
    .update(models)
    .set({ deletedAt: sql`now()`, eraseAfter: sql`case ${models.origin} when 'fine-tuned' then now() end` })
    .where(and(eq(models.workspaceId, workspaceId), isNull(models.deletedAt)));
  const [row] = await db
    .select({ n: count() })
    .from(models)
    .where(and(eq(models.workspaceId, workspaceId), isNotNull(models.eraseAfter)));
  return row?.n ?? 0;
}

/** Returns files and unfinished uploads that the store may still contain, at most 100. */
export async function listStored(db: Db, workspaceId: string): Promise<string[]> {
  const [whole, begun] = await Promise.all([
    db
      .select({ id: files.id })
      .from(files)
      .where(and(eq(files.workspaceId, workspaceId), isNull(files.erasedAt)))
      .limit(50),
    db.select({ id: fileUploads.id }).from(fileUploads).where(eq(fileUploads.workspaceId, workspaceId)).limit(50),
  ]);
  return [...whole, ...begun].map(({ id }) => id);
}

/** Notes that the store does not contain a file or upload any more. */
export async function noteErased(db: Db, workspaceId: string, id: string): Promise<void> {
  await db
    .update(files)
    .set({ deletedAt: sql`coalesce(${files.deletedAt}, now())`, erasedAt: sql`now()` })
    .where(and(eq(files.workspaceId, workspaceId), eq(files.id, id)));
  await db.delete(fileUploads).where(and(eq(fileUploads.workspaceId, workspaceId), eq(fileUploads.id, id)));
}

/** Deletes a batch of a table's rows. Returns whether there may be more. */
export async function throwAway(db: Db, workspaceId: string, table: (typeof thrownAway)[number]): Promise<boolean> {
  const name = sql.identifier(table);
  const rows = await db.execute(sql`
    delete from ${name} where workspace_id = ${workspaceId} and ctid in (
      select ctid from ${name} where workspace_id = ${workspaceId} limit ${atOnce}) returning 1`);
  return rows.length === atOnce;
}

/** Reduces a batch of keys to their ids. Returns whether there may be more. */
export async function emptyKeys(db: Db, workspaceId: string): Promise<boolean> {
  const some = db
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, workspaceId), sql`octet_length(${apiKeys.secretMac}) > 0`))
    .limit(atOnce);
  const rows = await db
    .update(apiKeys)
    .set({
      ...{ name: "Deleted key", secretMac: Buffer.alloc(0), lastFour: "", revokedAt: sql`coalesce(revoked_at, now())` },
      ...{ models: null, ipRanges: null, origins: null, lastClient: null, lastAddress: null, narrowedFrom: null },
    })
    .where(and(eq(apiKeys.workspaceId, workspaceId), sql`${apiKeys.id} in (${some})`))
    .returning({ id: apiKeys.id });
  return rows.length === atOnce;
}

/** Marks the purge as done, and deletes the workspace's name. Of simultaneous calls exactly one gets true. */
export async function finish(db: Db, workspaceId: string): Promise<boolean> {
  const rows = await db
    .update(workspaces)
    .set({ purgedAt: sql`now()`, name: "Deleted workspace", iconEmoji: null, iconVersion: null, isJoinPageOpen: false })
    .where(and(eq(workspaces.id, workspaceId), isDue, isNotNull(workspaces.purgeBegunAt)))
    .returning({ id: workspaces.id });
  return rows.length > 0;
}

const isDue = and(
  isNull(workspaces.purgedAt),
  sql`${workspaces.deletedAt} <= now() - make_interval(days => ${restorableDays})`,
);
