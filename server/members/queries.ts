import { and, eq, ilike, or, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { userAvatars } from "@/db/schema/account";
import { joinRequests, roleRequests } from "@/db/schema/joining";
import { users } from "@/db/schema/people";
import { invitations, isLiveMembership, memberships } from "@/db/schema/workspaces";
import { once, onceInSql } from "@/db/written";
import { type Role, roles } from "@/server/access/permissions";
import { keyParts, type Page, type Place, toPage } from "@/server/api/cursors";
import { byId, byMoment, keyset, type SortKey } from "@/server/api/keyset";
import { escapeLike } from "@/server/api/like";
import { type MemberSort, mostCounted } from "./input";

export type Member = {
  userId: string;
  name: string;
  email: string;
  /** The hash of their picture; null: they have none. */
  avatar: string | null;
  role: Role;
  joinedAt: Date;
  lastActiveAt: Date | null;
  /** The end of the membership; null: it has none. */
  endsAt: Date | null;
  /** Whether a group of a sign-in provider made them a member. */
  isByGroup: boolean;
};

const pageSize = 50;

/** Which members to list; "" is any role. */
export type Filter = { search: string; role: Role | "" };

/** The rank of a role, from the one with the most permissions to the one with the fewest. */
const rank = sql`array_position(array[${sql.join(
  roles.map((role) => sql`${role}`),
  sql`, `,
)}]::text[], ${memberships.role})`;

/**
 * The sort orders of the list, each with the member's id as a tie-breaker. `joined` has an index; the others sort all
 * members of the workspace, who are few compared with its other rows.
 */
const sorts: Record<MemberSort, SortKey & { order: "asc" | "desc" }> = {
  joined: { ...byMoment(memberships.joinedAt), order: "asc" },
  // Only as many characters as fit into a cursor.
  name: { by: sql`left(lower(${users.name}), 40)`, type: "text", part: keyParts.name, order: "asc" },
  role: { by: rank, type: "int", part: /^\d{1,2}$/, order: "asc" },
  active: { ...byMoment(sql`coalesce(${memberships.lastActiveAt}, 'epoch')`), order: "desc" },
};

type Query = Place & Filter & { sort: MemberSort; order: "" | "asc" | "desc" };

const select = (db: Db, sort: SortKey, where: SQL | undefined) =>
  db
    .select({
      userId: memberships.userId,
      name: users.name,
      email: sql<string>`coalesce(${users.email}, '')`,
      avatar: users.avatar,
      role: memberships.role,
      joinedAt: memberships.joinedAt,
      // A Date has milliseconds; the cursor must not lose the microseconds that the order is made of.
      sortKey: sql<string>`(${sort.by})::text`,
      lastActiveAt: memberships.lastActiveAt,
      endsAt: memberships.endsAt,
      isByGroup: sql<boolean>`coalesce(${memberships.byProvider}::text, ${memberships.byEnvironment}) is not null`,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(isLiveMembership, where));

const byJoining = [sorts.joined, byId(memberships.userId)] as const;

const firstOf = (db: Db, where: SQL | undefined) =>
  select(db, sorts.joined, where)
    .orderBy(...keyset(byJoining, sorts.joined.order, {}).order)
    .limit(pageSize + 1);

/** The first page of the list in the default order. */
const opened = once(["workspaceId"], (db, of) => firstOf(db, eq(memberships.workspaceId, of.workspaceId)));

/** The first page of a search in the default order. */
const searched = once(["workspaceId", "pattern"], (db, of) =>
  firstOf(db, and(eq(memberships.workspaceId, of.workspaceId), isLike(of.pattern))),
);

/** Returns a page of a workspace's members, by default in the order in which they joined. */
export async function list(db: Db, workspaceId: string, query: Query): Promise<Page<Member>> {
  const sort = sorts[query.sort];
  const { isBeyond, order } = keyset([sort, byId(memberships.userId)], query.order || sort.order, query);
  const isFirst = query.after === undefined && query.before === undefined;
  const isWritten = isFirst && !query.role && sort === sorts.joined && query.order !== "desc";
  const pattern = `%${escapeLike(query.search)}%`;
  const matching = and(
    query.role ? eq(memberships.role, query.role) : undefined,
    query.search ? isLike(pattern) : undefined,
  );
  const rows = isWritten
    ? await (query.search ? searched(db, { workspaceId, pattern }) : opened(db, { workspaceId }))
    : await select(db, sort, and(eq(memberships.workspaceId, workspaceId), matching, isBeyond))
        .orderBy(...order)
        .limit(pageSize + 1);
  const page = toPage(rows, pageSize, query, (row) => [row.sortKey, row.userId]);
  return { ...page, rows: page.rows.map(({ sortKey, ...member }) => member) };
}

const most = sql.raw(String(mostCounted));
const upTo = (rows: SQL) => sql`(select count(*)::int from (${rows} limit ${most}) counted)`;

const waits = onceInSql(["workspaceId"], ({ workspaceId }) => {
  const isPending = (table: typeof invitations | typeof joinRequests | typeof roleRequests) =>
    sql`1 from ${table} where ${table.workspaceId} = ${workspaceId} and ${table.status} = 'pending'`;
  // The request of a member who got the role in another way is not pending any more, nor that of a former member.
  const roles = sql`select ${isPending(roleRequests)} and exists (select from ${memberships}
    where ${memberships.workspaceId} = ${workspaceId} and ${memberships.userId} = ${roleRequests.userId}
      and ${memberships.role} <> ${roleRequests.role} and ${isLiveMembership})`;
  return sql<{ invitations: number; requests: number }>`
    select ${upTo(sql`select ${isPending(invitations)}`)} as invitations,
      ${upTo(sql`(select ${isPending(joinRequests)} limit ${most}) union all (${roles} limit ${most})`)} as requests`;
});

/** Returns how many invitations and how many requests are pending, each counted up to `mostCounted`. */
export async function waiting(db: Db, workspaceId: string): Promise<{ invitations: number; requests: number }> {
  const [row] = await waits(db, { workspaceId });
  return row ?? { invitations: 0, requests: 0 };
}

/** Returns a member's picture as WebP; undefined: they have no picture with this hash. */
export async function avatar(db: Db, workspaceId: string, userId: string, hash: string): Promise<Buffer | undefined> {
  const [row] = await db
    .select({ webp: userAvatars.webp })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .innerJoin(userAvatars, eq(userAvatars.userId, memberships.userId))
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId), eq(users.avatar, hash)));
  return row?.webp;
}

const isLike = (pattern: string | SQLWrapper) => or(ilike(users.name, pattern), ilike(users.email, pattern));
