import { randomUUID } from "node:crypto";
import { and, asc, count, desc, eq, gt, ilike, isNull, lt, or, sql } from "drizzle-orm";
import { type Db, enterWorkspace } from "@/db/client";
import { apiKeys } from "@/db/schema/keys";
import { budgets, rateLimits } from "@/db/schema/limits";
import { isLiveMembership, memberships, workspaces } from "@/db/schema/workspaces";
import { once } from "@/db/written";
import type { Role } from "@/server/access/permissions";
import { decodeCursor, keyParts, type Page, toPage } from "@/server/api/cursors";
import { escapeLike } from "@/server/api/like";
import type { WorkspaceName } from "@/server/membership/workspace/queries";
import { mostCounted } from "./input";
import { slugCandidates } from "./slug";

/** The default settings and limits of a new workspace. */
export type NewWorkspaceDefaults = {
  columns: Partial<
    Pick<
      typeof workspaces.$inferInsert,
      | "maximumKeyDays"
      | "keyCreators"
      | "seats"
      | "defaultRole"
      | "expiredMemberKeyAction"
      | "responseDays"
      | "allowedModels"
      | "allowedProviders"
      | "mostRequestsPerMinute"
      | "mostTokensPerMinute"
      | "mostKeys"
      | "mostMembers"
      | "mostFileBytes"
    >
  >;
  /** The most that the operators let it spend a month, in micro-units; null: no ceiling. */
  ceiling: number | null;
  /** The rate limits of all models together, per minute; null: no limit. */
  rates: { requestsPerMinute: number | null; tokensPerMinute: number | null } | null;
};

/** Returns how many live workspaces a person has created, not counting one of them. */
export async function countMade(db: Db, userId: string, butId: string | null): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(workspaces)
    .where(
      and(
        eq(workspaces.createdBy, userId),
        isNull(workspaces.deletedAt),
        butId ? sql`${workspaces.id} <> ${butId}` : undefined,
      ),
    );
  return row?.n ?? 0;
}

/** The icon of a workspace. `iconVersion` is a part of its picture's address; null: it has no picture. */
export type WorkspaceIcon = { iconEmoji: string | null; iconVersion: number | null };

/** Renames a workspace. */
export async function rename(db: Db, workspaceId: string, name: string): Promise<void> {
  await db.update(workspaces).set({ name }).where(eq(workspaces.id, workspaceId));
}

/**
 * Creates a workspace with the person as its Admin. A second call with the same `creationKey` returns the workspace of
 * the first. Afterwards the transaction is inside the workspace.
 *
 * @returns undefined when the person already has a personal workspace
 */
export async function create(
  db: Db,
  userId: string,
  values: { name: string; kind: "personal" | "organization"; creationKey: string },
  defaults: NewWorkspaceDefaults = { columns: {}, ceiling: null, rates: null },
): Promise<(WorkspaceName & { id: string; isNew: boolean }) | undefined> {
  // Two submissions of one form wait for each other here, so that the second finds the workspace of the first.
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`workspace of ${userId}`}, 0))`);
  const [existing] = await db
    .select({ id: workspaces.id, slug: workspaces.slug, name: workspaces.name, kind: workspaces.kind })
    .from(workspaces)
    .where(and(eq(workspaces.createdBy, userId), eq(workspaces.creationKey, values.creationKey)));
  if (existing) return { ...existing, isNew: false };

  const id = randomUUID();
  await enterWorkspace(db, id);
  for (const slug of slugCandidates(values.name)) {
    const made = await insert(db, { id, slug, createdBy: userId, ...values, ...defaults.columns });
    if (made) {
      if (defaults.ceiling !== null)
        await db
          .insert(budgets)
          .values({ workspaceId: id, whose: "ceiling", subject: "ceiling", span: "month", amount: defaults.ceiling });
      if (defaults.rates) await db.insert(rateLimits).values({ workspaceId: id, model: "", ...defaults.rates });
      await db.insert(memberships).values({ workspaceId: id, userId, role: "admin", lastActiveAt: new Date() });
      return { ...made, isNew: true };
    }
    if (values.kind === "personal" && (await hasPersonal(db, userId))) return undefined;
  }
  throw new Error("every slug for a new workspace is taken");
}

/**
 * Inserts a workspace. Undefined: another workspace has or had the slug, or the person already has a personal
 * workspace.
 */
async function insert(db: Db, values: typeof workspaces.$inferInsert) {
  try {
    // A trigger refuses another workspace's former slug; a savepoint keeps its error from ending the transaction.
    return await db.transaction(async (tx) => {
      const [made] = await tx
        .insert(workspaces)
        .values(values)
        .onConflictDoNothing()
        .returning({ id: workspaces.id, slug: workspaces.slug, name: workspaces.name, kind: workspaces.kind });
      return made;
    });
  } catch (error) {
    if (isTaken(error)) return undefined;
    throw error;
  }
}

/** Checks whether an error means that another workspace has or had a slug. */
export function isTaken(error: unknown): boolean {
  const { code } = ((error as { cause?: unknown }).cause ?? error) as { code?: string };
  return code === "23505";
}

/** Checks whether a person has a personal workspace. */
export async function hasPersonal(db: Db, userId: string): Promise<boolean> {
  const [row] = await db
    .select({ id: workspaces.id })
    .from(workspaces)
    .innerJoin(memberships, and(eq(memberships.workspaceId, workspaces.id), eq(memberships.userId, userId)))
    .where(and(eq(workspaces.createdBy, userId), eq(workspaces.kind, "personal"), isNull(workspaces.deletedAt)));
  return row !== undefined;
}

/** The columns for a person's list of their workspaces, outside of these. */
const mineColumns = {
  id: workspaces.id,
  slug: workspaces.slug,
  name: workspaces.name,
  kind: workspaces.kind,
  iconEmoji: workspaces.iconEmoji,
  iconVersion: workspaces.iconVersion,
  role: memberships.role,
};

const mineSize = 20;

/** Returns a page of a person's workspaces, by name. */
export async function listMine(
  db: Db,
  userId: string,
  query: { search: string; after?: string | undefined },
): Promise<Page<WorkspaceName & WorkspaceIcon & { id: string; role: Role }>> {
  const from = decodeCursor(query.after, [keyParts.name, keyParts.uuid]);
  const key = sql`lower(${workspaces.name})`;
  const rows = await db
    .select(mineColumns)
    .from(memberships)
    .innerJoin(workspaces, and(eq(workspaces.id, memberships.workspaceId), isNull(workspaces.deletedAt)))
    .where(
      and(
        eq(memberships.userId, userId),
        isLiveMembership,
        query.search ? ilike(workspaces.name, `%${escapeLike(query.search)}%`) : undefined,
        from
          ? or(gt(key, sql`lower(${from[0]})`), and(eq(key, sql`lower(${from[0]})`), gt(workspaces.id, from[1] ?? "")))
          : undefined,
      ),
    )
    .orderBy(asc(key), asc(workspaces.id))
    .limit(mineSize + 1);
  return toPage(rows, mineSize, { after: query.after }, (row) => [row.name, row.id]);
}

const recent = once(["userId", "limit"], (db, of) => {
  const mine = and(eq(memberships.userId, of.userId), isLiveMembership, isNull(workspaces.deletedAt));
  const join = eq(workspaces.id, memberships.workspaceId);
  const some = db.select({ one: sql`1` }).from(memberships).innerJoin(workspaces, join).where(mine).limit(mostCounted);
  // The total is in each row but counted once. Every page needs both, and one statement less saves time.
  return db
    .select({
      ...mineColumns,
      total: sql<number>`(select count(*)::int from (${some}) "some")`,
    })
    .from(memberships)
    .innerJoin(workspaces, join)
    .where(mine)
    .orderBy(sql`${memberships.lastActiveAt} desc nulls last`, desc(memberships.joinedAt))
    .limit(of.limit);
});

/**
 * Returns the workspaces that a person visited last, latest first, at most `limit`, and the number of all, counted up
 * to `mostCounted`.
 */
export async function listRecent(
  db: Db,
  userId: string,
  limit: number,
): Promise<{ rows: (WorkspaceName & WorkspaceIcon & { id: string; role: Role })[]; total: number }> {
  const found = await recent(db, { userId, limit });
  return { rows: found.map(({ total: _, ...row }) => row), total: found[0]?.total ?? 0 };
}

/**
 * Notes that a person is active in the workspace. It writes at most once a minute, except after a visit to another
 * workspace, because the latest visit decides where `/` leads.
 */
export async function touch(db: Db, workspaceId: string, userId: string): Promise<void> {
  await db
    .update(memberships)
    .set({ lastActiveAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(memberships.workspaceId, workspaceId),
        eq(memberships.userId, userId),
        or(
          isNull(memberships.lastActiveAt),
          lt(memberships.lastActiveAt, sql`now() - interval '1 minute'`),
          sql`exists (select from memberships other where other.user_id = ${userId} and other.last_active_at > ${memberships.lastActiveAt})`,
        ),
      ),
    );
}

/**
 * Deletes a workspace: from the commit on it cannot be reached and its keys are refused. Its rows stay for 30 days, in
 * which it can be restored. The caller holds its lock.
 */
export async function remove(db: Db, workspaceId: string): Promise<void> {
  await db.update(workspaces).set({ deletedAt: sql`now()` }).where(eq(workspaces.id, workspaceId));
}

/** Returns how many members and working keys a workspace has. */
export async function summary(db: Db, workspaceId: string): Promise<{ members: number; liveKeys: number }> {
  const [[members], [keys]] = await Promise.all([
    db.select({ n: count() }).from(memberships).where(eq(memberships.workspaceId, workspaceId)),
    db
      .select({ n: count() })
      .from(apiKeys)
      .where(
        and(
          eq(apiKeys.workspaceId, workspaceId),
          isNull(apiKeys.revokedAt),
          isNull(apiKeys.disabledAt),
          or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, sql`now()`)),
        ),
      ),
  ]);
  return { members: members?.n ?? 0, liveKeys: keys?.n ?? 0 };
}
