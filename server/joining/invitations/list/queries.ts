import { and, count, eq, like, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { mailOutbox, suppressedAddresses } from "@/db/schema/mail";
import { users } from "@/db/schema/people";
import { invitations } from "@/db/schema/workspaces";
import { keyParts, type Place, toPage } from "@/server/api/cursors";
import { byId, byMoment, keyset, type SortKey } from "@/server/api/keyset";
import { escapeLike } from "@/server/api/like";
import { type InvitationSort, mostCounted } from "../input";

/**
 * The sort orders of the list. A workspace has few pending invitations: an index finds them, and the database sorts
 * them.
 */
const sorts: Record<InvitationSort, SortKey & { order: "asc" | "desc" }> = {
  newest: { ...byMoment(invitations.createdAt), order: "desc" },
  address: { by: invitations.email, type: "text", part: keyParts.name, order: "asc" },
  expiry: { ...byMoment(invitations.expiresAt), order: "asc" },
};

type Query = Place & { search: string; sort: InvitationSort; order: "" | "asc" | "desc" };

const pageSize = 50;

const matching = (search: string) =>
  and(
    eq(invitations.status, "pending"),
    search ? like(invitations.email, `%${escapeLike(search.toLowerCase())}%`) : undefined,
  );

/**
 * Returns a page of the pending invitations, including expired ones, newest first unless another order is requested.
 */
export async function list(db: Db, workspaceId: string, query: Query) {
  const sort = sorts[query.sort];
  const { isBeyond, order } = keyset([sort, byId(invitations.id)], query.order || sort.order, query);
  const rows = await db
    .select({
      id: invitations.id,
      email: invitations.email,
      role: invitations.role,
      invitedBy: users.name,
      createdAt: invitations.createdAt,
      expiresAt: invitations.expiresAt,
      endsAt: invitations.endsAt,
      isExpired: sql<boolean>`${invitations.expiresAt} <= now()`,
      isUndelivered: sql<boolean>`coalesce(${mailOutbox.status} = 'failed', false)`,
      /** Whether no more mail is sent to the address, because a mail bounced or was reported as unwanted. */
      isSuppressed: sql<boolean>`${suppressedAddresses.id} is not null`,
      isBounced: sql<boolean>`coalesce(${suppressedAddresses.reason} <> 'complained', false)`,
      // A Date has only milliseconds; the cursor needs the microseconds of the order.
      sortKey: sql<string>`(${sort.by})::text`,
    })
    .from(invitations)
    .innerJoin(users, eq(users.id, invitations.invitedBy))
    .leftJoin(mailOutbox, eq(mailOutbox.id, invitations.mailId))
    .leftJoin(suppressedAddresses, eq(suppressedAddresses.email, invitations.email))
    .where(and(eq(invitations.workspaceId, workspaceId), matching(query.search), isBeyond))
    .orderBy(...order)
    .limit(pageSize + 1);
  const page = toPage(rows, pageSize, query, (row) => [row.sortKey, row.id]);
  return { ...page, rows: page.rows.map(({ sortKey, ...row }) => row) };
}

/** Returns how many pending invitations match a search, counted up to `mostCounted`. */
export async function countMatching(db: Db, workspaceId: string, search: string): Promise<number> {
  const some = db
    .select({ one: sql`1` })
    .from(invitations)
    .where(and(eq(invitations.workspaceId, workspaceId), matching(search)))
    .limit(mostCounted);
  const [row] = await db.select({ n: count() }).from(some.as("some"));
  return row?.n ?? 0;
}
