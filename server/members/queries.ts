import { and, asc, count, desc, eq, ilike, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { userAvatars } from "@/db/schema/account";
import { users } from "@/db/schema/people";
import { isLiveMembership, memberships } from "@/db/schema/workspaces";
import type { Role } from "@/server/access/permissions";
import { decodeCursor, keyParts, type Page, type Place, toPage } from "@/server/api/cursors";
import { escapeLike } from "@/server/api/like";
import { mostCounted } from "./input";

export type Member = {
  userId: string;
  name: string;
  email: string;
  /** Which picture of theirs there is, by its content; null: none. */
  avatar: string | null;
  role: Role;
  joinedAt: Date;
  lastActiveAt: Date | null;
  /** When they are a member no longer; null: never. */
  endsAt: Date | null;
};

const pageSize = 50;

/** A page of a workspace's members, the longest there first. */
export async function list(db: Db, workspaceId: string, query: Place & { search: string }): Promise<Page<Member>> {
  const isBackward = query.before !== undefined;
  const from = decodeCursor(query.before ?? query.after, [keyParts.instant, keyParts.uuid]);
  const key = sql`(${memberships.joinedAt}, ${memberships.userId})`;
  const order = isBackward ? desc : asc;
  const rows = await db
    .select({
      userId: memberships.userId,
      name: users.name,
      email: sql<string>`coalesce(${users.email}, '')`,
      avatar: users.avatar,
      role: memberships.role,
      joinedAt: memberships.joinedAt,
      // A Date has milliseconds; the cursor must not lose the microseconds that the order is made of.
      sortKey: sql<string>`${memberships.joinedAt}::text`,
      lastActiveAt: memberships.lastActiveAt,
      endsAt: memberships.endsAt,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(
        eq(memberships.workspaceId, workspaceId),
        isLiveMembership,
        matching(query.search),
        from ? sql`${key} ${sql.raw(isBackward ? "<" : ">")} (${from[0]}::timestamptz, ${from[1]}::uuid)` : undefined,
      ),
    )
    .orderBy(order(memberships.joinedAt), order(memberships.userId))
    .limit(pageSize + 1);
  const page = toPage(rows, pageSize, query, (row) => [row.sortKey, row.userId]);
  return { ...page, rows: page.rows.map(({ sortKey, ...member }) => member) };
}

/** Whether somebody else is a member as well. */
export async function hasOther(db: Db, workspaceId: string, userId: string): Promise<boolean> {
  const rows = await db
    .select({ userId: memberships.userId })
    .from(memberships)
    .where(and(eq(memberships.workspaceId, workspaceId), ne(memberships.userId, userId), isLiveMembership))
    .limit(1);
  return rows.length > 0;
}

/** How many members match a search, counted up to `mostCounted`. */
export async function countMatching(db: Db, workspaceId: string, search: string): Promise<number> {
  const some = db
    .select({ one: sql`1` })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.workspaceId, workspaceId), isLiveMembership, matching(search)))
    .limit(mostCounted);
  const [row] = await db.select({ n: count() }).from(some.as("some"));
  return row?.n ?? 0;
}

/** What a person is in a workspace, or undefined when they are not in it. */
export async function find(
  db: Db,
  workspaceId: string,
  userId: string,
): Promise<{ role: Role; endsAt: Date | null } | undefined> {
  const [row] = await db
    .select({ role: memberships.role, endsAt: memberships.endsAt })
    .from(memberships)
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId), isLiveMembership));
  return row;
}

/** A member's picture as WebP, or undefined when it is not, or no longer, the one of this hash. */
export async function avatar(db: Db, workspaceId: string, userId: string, hash: string): Promise<Buffer | undefined> {
  const [row] = await db
    .select({ webp: userAvatars.webp })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .innerJoin(userAvatars, eq(userAvatars.userId, memberships.userId))
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId), eq(users.avatar, hash)));
  return row?.webp;
}

/** The names of the workspace's Admins, at most `limit`: whom to ask. */
export async function listAdmins(db: Db, workspaceId: string, limit = 3): Promise<string[]> {
  const rows = await db
    .select({ name: users.name })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.role, "admin"), isLiveMembership))
    .orderBy(asc(memberships.joinedAt))
    .limit(limit);
  return rows.map((row) => row.name);
}

/** The address of somebody who is still a member, or undefined. */
export async function address(db: Db, workspaceId: string, userId: string): Promise<string | undefined> {
  const [row] = await db
    .select({ email: users.email })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId), isLiveMembership));
  return row?.email ?? undefined;
}

/** The addresses of a workspace's Admins, at most 50: whom a notice goes to. */
export async function adminAddresses(db: Db, workspaceId: string): Promise<string[]> {
  const rows = await db
    .select({ email: users.email })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.role, "admin"), isLiveMembership))
    .orderBy(asc(memberships.joinedAt))
    .limit(50);
  return rows.flatMap(({ email }) => email ?? []);
}

/** Whether a workspace has an Admin besides this person who does not stop being one by themselves. Only true for as long as the workspace's lock is held. */
export async function hasOtherAdmin(db: Db, workspaceId: string, userId: string): Promise<boolean> {
  const [row] = await db
    .select({ n: count() })
    .from(memberships)
    .where(
      and(
        eq(memberships.workspaceId, workspaceId),
        eq(memberships.role, "admin"),
        isNull(memberships.endsAt),
        sql`${memberships.userId} <> ${userId}`,
      ),
    );
  return (row?.n ?? 0) > 0;
}

/** Makes a person a member, for good or until then. False when they are one already. */
export async function add(
  db: Db,
  workspaceId: string,
  userId: string,
  role: Role,
  endsAt: Date | null = null,
): Promise<boolean> {
  const rows = await db
    .insert(memberships)
    .values({ workspaceId, userId, role, endsAt })
    .onConflictDoNothing()
    .returning({ userId: memberships.userId });
  return rows.length > 0;
}

/** Gives a member another role. */
export async function changeRole(db: Db, workspaceId: string, userId: string, role: Role): Promise<void> {
  await db
    .update(memberships)
    .set({ role })
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)));
}

/**
 * Says until the end of which day (in UTC, such as "2026-12-03") somebody is a member; null: for good. They are reminded
 * of it anew. Returns the moment, or undefined when that is past or more than ten years off.
 */
export async function setEnd(
  db: Db,
  workspaceId: string,
  userId: string,
  until: string | null,
): Promise<{ endsAt: Date | null } | undefined> {
  const endsAt = until === null ? null : endOfDay(until);
  const [row] = await db
    .update(memberships)
    .set({ endsAt, endRemindedAt: null })
    .where(
      and(
        eq(memberships.workspaceId, workspaceId),
        eq(memberships.userId, userId),
        endsAt ? sql`${endsAt} > now() and ${endsAt} < now() + interval '10 years'` : undefined,
      ),
    )
    .returning({ endsAt: memberships.endsAt });
  return row;
}

const endOfDay = (day: string) => sql`((${day}::date + 1)::timestamp at time zone 'UTC')`;

/** Ends a membership. What the member made stays with the workspace. */
export async function remove(db: Db, workspaceId: string, userId: string): Promise<void> {
  await db.delete(memberships).where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)));
}

function matching(search: string): SQL | undefined {
  if (!search) return undefined;
  const pattern = `%${escapeLike(search)}%`;
  return or(ilike(users.name, pattern), ilike(users.email, pattern));
}
