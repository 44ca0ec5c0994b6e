import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { formerMembers } from "@/db/schema/joining";
import { accounts, users } from "@/db/schema/people";
import { workspaces } from "@/db/schema/workspaces";
import { lowerRole, type Role } from "@/server/access/permissions";

/** The most marks that a workspace keeps; beyond it the oldest are deleted. */
export const markLimit = 10_000;

/** What a person signs in with: their address once it is verified, and their accounts at providers. */
export type Identities = { email: string | null; subjects: { provider: string; subject: string }[] };

/** Returns what a person signs in with. */
export async function identities(db: Db, userId: string): Promise<Identities> {
  const [people, subjects] = await Promise.all([
    db
      .select({ email: sql<string | null>`case when ${users.emailVerified} is not null then ${users.email} end` })
      .from(users)
      .where(eq(users.id, userId)),
    db
      .select({ provider: accounts.provider, subject: accounts.providerAccountId })
      .from(accounts)
      .where(eq(accounts.userId, userId))
      .orderBy(accounts.provider, accounts.providerAccountId)
      .limit(20),
  ]);
  return { email: people[0]?.email ?? null, subjects };
}

/**
 * How a membership ended: whether the person did not end it themselves (`mustAsk`), whether only their groups ended it,
 * its end date, and the role that an Admin had given by hand.
 */
export type Past = { mustAsk: boolean; byGroup: boolean; endsAt: Date | null; roleByAdmin: Role | null };

/** Checks that a workspace is not being purged, and prevents a purge until the transaction ends. */
async function isKept(db: Db, workspaceId: string): Promise<boolean> {
  const rows = await db
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(and(eq(workspaces.id, workspaceId), isNull(workspaces.purgeBegunAt)))
    .for("share");
  return rows.length > 0;
}

/**
 * Stores how a membership ended under each of these marks, and deletes the workspace's oldest marks beyond `markLimit`.
 * Does nothing in a workspace that is being purged.
 */
export async function store(
  db: Db,
  workspaceId: string,
  marks: Buffer[],
  { mustAsk, byGroup, endsAt, roleByAdmin }: Past,
): Promise<void> {
  if (marks.length === 0 || !(await isKept(db, workspaceId))) return;
  await db
    .insert(formerMembers)
    .values(marks.map((mark) => ({ workspaceId, mark, mustAsk, byGroup, endsAt, roleByAdmin })))
    .onConflictDoUpdate({
      target: [formerMembers.workspaceId, formerMembers.mark],
      set: { mustAsk, byGroup, endsAt, roleByAdmin, leftAt: sql`now()` },
    });
  await db.execute(sql`
    delete from former_members where workspace_id = ${workspaceId} and mark in (
      select mark from former_members where workspace_id = ${workspaceId}
      order by left_at desc, mark offset ${markLimit})`);
}

/**
 * Returns how the membership with these marks ended; the strictest result of several. `mustAsk` is also true once the
 * end date has passed. Undefined: there is none.
 */
export async function find(db: Db, workspaceId: string, marks: Buffer[]): Promise<Past | undefined> {
  if (marks.length === 0) return undefined;
  const isOver = sql`coalesce(${formerMembers.endsAt} <= now(), false)`;
  const [row] = await db
    .select({
      mustAsk: sql<boolean | null>`bool_or(${formerMembers.mustAsk} or ${isOver})`,
      byGroup: sql<boolean>`coalesce(bool_and(${formerMembers.byGroup} and not ${isOver}) filter (where ${formerMembers.mustAsk} or ${isOver}), false)`,
      endsAt: sql`min(${formerMembers.endsAt}) filter (where not ${isOver})`.mapWith(formerMembers.endsAt),
      roles: sql<
        Role[] | null
      >`json_agg(distinct ${formerMembers.roleByAdmin}) filter (where ${formerMembers.roleByAdmin} is not null)`,
    })
    .from(formerMembers)
    .where(
      and(
        eq(formerMembers.workspaceId, workspaceId),
        inArray(formerMembers.mark, marks),
        sql`${formerMembers.leftAt} > now() - interval '2 years'`,
      ),
    );
  if (!row || row.mustAsk === null) return undefined;
  const [first, ...others] = row.roles ?? [];
  const roleByAdmin = first ? others.reduce((lowest, role) => lowerRole(lowest, role), first) : null;
  return { mustAsk: row.mustAsk, byGroup: row.byGroup, endsAt: row.endsAt, roleByAdmin };
}

/** Deletes these marks. */
export async function forget(db: Db, workspaceId: string, marks: Buffer[]): Promise<void> {
  if (marks.length === 0) return;
  await db
    .delete(formerMembers)
    .where(and(eq(formerMembers.workspaceId, workspaceId), inArray(formerMembers.mark, marks)));
}

/** Lists workspaces that have marks older than two years, at most `limit`. For housekeeping. */
export async function listOutdated(db: Db, limit: number): Promise<string[]> {
  await db.execute(sql`select set_config('app.job', 'former-members', true)`);
  const rows = await db
    .selectDistinct({ workspaceId: formerMembers.workspaceId })
    .from(formerMembers)
    .where(sql`${formerMembers.leftAt} <= now() - interval '2 years'`)
    .limit(limit);
  return rows.map(({ workspaceId }) => workspaceId);
}

/** Deletes a workspace's marks that are older than two years. Returns their number. */
export async function forgetOutdated(db: Db, workspaceId: string): Promise<number> {
  const rows = await db
    .delete(formerMembers)
    .where(and(eq(formerMembers.workspaceId, workspaceId), sql`${formerMembers.leftAt} <= now() - interval '2 years'`))
    .returning({ leftAt: formerMembers.leftAt });
  return rows.length;
}
