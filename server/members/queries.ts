import { and, asc, count, desc, eq, ilike, or, type SQL, sql } from "drizzle-orm";
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
  /** Whether a group of a sign-in provider made them a member. */
  isByGroup: boolean;
};

const pageSize = 50;

/** Returns a page of a workspace's members, the longest there first. */
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
      isByGroup: sql<boolean>`${memberships.byProvider} is not null`,
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

/** Returns how many members match a search, counted up to `mostCounted`. */
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

/** Returns a member's picture as WebP, or undefined when it is not, or no longer, the one of this hash. */
export async function avatar(db: Db, workspaceId: string, userId: string, hash: string): Promise<Buffer | undefined> {
  const [row] = await db
    .select({ webp: userAvatars.webp })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .innerJoin(userAvatars, eq(userAvatars.userId, memberships.userId))
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId), eq(users.avatar, hash)));
  return row?.webp;
}

function matching(search: string): SQL | undefined {
  if (!search) return undefined;
  const pattern = `%${escapeLike(search)}%`;
  return or(ilike(users.name, pattern), ilike(users.email, pattern));
}
