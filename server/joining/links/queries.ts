import { and, eq, gt, isNull, lt, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { inviteLinks } from "@/db/schema/joining";
import { isFullWorkspace } from "@/db/schema/seats";
import { workspaces } from "@/db/schema/workspaces";
import type { Role } from "@/server/access/permissions";

type LinkRole = Exclude<Role, "admin">;

/** Returns the workspace's invite link that is not switched off; it may be used up or expired. */
export async function find(db: Db, workspaceId: string) {
  const [row] = await db
    .select({
      id: inviteLinks.id,
      tokenSealed: inviteLinks.tokenSealed,
      role: inviteLinks.role,
      uses: inviteLinks.uses,
      maxUses: inviteLinks.maxUses,
      domain: inviteLinks.domain,
      expiresAt: inviteLinks.expiresAt,
      isExpired: sql<boolean>`${inviteLinks.expiresAt} <= now()`,
    })
    .from(inviteLinks)
    .where(and(eq(inviteLinks.workspaceId, workspaceId), isNull(inviteLinks.endedAt)));
  return row;
}

/** Creates a link. The earlier one must have been switched off. */
export async function create(
  db: Db,
  workspaceId: string,
  values: {
    tokenHash: Buffer;
    tokenSealed: Buffer;
    role: LinkRole;
    maxUses: number;
    days: number;
    domain: string | null;
    createdBy: string;
  },
): Promise<void> {
  const { days, ...rest } = values;
  await db.insert(inviteLinks).values({ workspaceId, ...rest, expiresAt: sql`now() + make_interval(days => ${days})` });
}

/** Switches the active link off. Returns false when there is none. */
export async function end(db: Db, workspaceId: string): Promise<boolean> {
  const rows = await db
    .update(inviteLinks)
    .set({ endedAt: sql`now()` })
    .where(and(eq(inviteLinks.workspaceId, workspaceId), isNull(inviteLinks.endedAt)))
    .returning({ id: inviteLinks.id });
  return rows.length > 0;
}

/** Returns the link of a token. The token gives the right to read this row. */
export async function findByToken(db: Db, tokenHash: Buffer) {
  await db.execute(sql`select set_config('app.invite_link_hash', ${tokenHash.toString("hex")}, true)`);
  const [row] = await db
    .select({
      id: inviteLinks.id,
      workspaceId: inviteLinks.workspaceId,
      slug: workspaces.slug,
      workspaceName: workspaces.name,
      role: inviteLinks.role,
      domain: inviteLinks.domain,
      createdBy: inviteLinks.createdBy,
      isFull: isFullWorkspace,
      isOpen: sql<boolean>`${inviteLinks.endedAt} is null and ${inviteLinks.expiresAt} > now() and ${inviteLinks.uses} < ${inviteLinks.maxUses}`,
    })
    .from(inviteLinks)
    .innerJoin(workspaces, and(eq(workspaces.id, inviteLinks.workspaceId), isNull(workspaces.deletedAt)))
    .where(eq(inviteLinks.tokenHash, tokenHash));
  return row;
}

/** Takes one of a link's uses. Condition and change are one statement, so that the last use is given only once. */
export async function use(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db
    .update(inviteLinks)
    .set({ uses: sql`${inviteLinks.uses} + 1` })
    .where(
      and(
        eq(inviteLinks.workspaceId, workspaceId),
        eq(inviteLinks.id, id),
        isNull(inviteLinks.endedAt),
        gt(inviteLinks.expiresAt, sql`now()`),
        lt(inviteLinks.uses, inviteLinks.maxUses),
      ),
    )
    .returning({ id: inviteLinks.id });
  return rows.length > 0;
}
