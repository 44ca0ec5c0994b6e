import { and, asc, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { passkeys } from "@/db/schema/account";
import { operators } from "@/db/schema/instance";
import { apiKeys } from "@/db/schema/keys";
import { sessions, users } from "@/db/schema/people";
import { memberships, workspaces } from "@/db/schema/workspaces";
import { decodeCursor, keyParts, type Page, type Place, toPage } from "@/server/api/cursors";
import { escapeLike } from "@/server/api/like";
import type { PeopleSort, peopleStates } from "./input";

export type PersonRow = {
  id: string;
  name: string;
  email: string | null;
  createdAt: Date;
  lastSeenAt: Date | null;
  deactivatedAt: Date | null;
  isOperator: boolean;
  workspaces: number;
};

const pageSize = 50;
/** The most that is counted for a row. */
const mostCounted = 100;

const seen = sql`coalesce(${users.lastSeenAt}, '-infinity'::timestamptz)`;
const lowerName = sql`lower(${users.name}) collate "C"`;

/** The orders of the list. An index has the rows in each order, so that a page reads only the rows it shows. */
const orders: Record<PeopleSort, { key: SQL; type: string; part: RegExp; isDescending: boolean }> = {
  newest: { key: sql`${users.createdAt}`, type: "timestamptz", part: keyParts.instant, isDescending: true },
  name: { key: lowerName, type: "text", part: keyParts.name, isDescending: false },
  seen: { key: seen, type: "timestamptz", part: /^(-infinity|\d{4,6}-\d{2}-\d{2} .{1,40})$/, isDescending: true },
};

const columns = {
  id: users.id,
  name: users.name,
  email: users.email,
  createdAt: users.createdAt,
  lastSeenAt: users.lastSeenAt,
  deactivatedAt: users.deactivatedAt,
  isOperator: sql<boolean>`exists (select from ${operators} o where o.user_id = users.id)`,
  workspaces: sql<number>`(select count(*)::int from (select from ${memberships} m where m.user_id = users.id limit ${mostCounted}) counted)`,
};

type Filter = { sort: PeopleSort; order: "" | "asc" | "desc"; state: (typeof peopleStates)[number] };

/** Returns a page of the people with an account that is not deleted. */
export async function list(db: Db, { sort, order, state }: Filter, place: Place): Promise<Page<PersonRow>> {
  const { key, type, part, isDescending } = orders[sort];
  const isBackward = place.before !== undefined;
  const from = decodeCursor(place.before ?? place.after, [part, keyParts.uuid]);
  const isDown = (order === "" ? isDescending : order === "desc") !== isBackward;
  const direction = sql.raw(isDown ? "desc" : "asc");
  const rows = await db
    .select({ ...columns, sortKey: sql<string>`(${key})::text` })
    .from(users)
    .where(
      and(
        isNull(users.deletedAt),
        state === "deactivated" ? sql`${users.deactivatedAt} is not null` : undefined,
        state === "operators" ? inArray(users.id, db.select({ id: operators.userId }).from(operators)) : undefined,
        from
          ? sql`(${key}, ${users.id}) ${sql.raw(isDown ? "<" : ">")} (${from[0]}::${sql.raw(type)}, ${from[1]}::uuid)`
          : undefined,
      ),
    )
    .orderBy(sql`${key} ${direction}`, sql`${users.id} ${direction}`)
    .limit(pageSize + 1);
  const page = toPage(rows, pageSize, place, (row) => [row.sortKey, row.id]);
  return { ...page, rows: page.rows.map(({ sortKey, ...row }) => row) };
}

/**
 * Returns the people whose name or address begins with a text, ordered by address, at most a page of each. `isMore`:
 * there are more.
 */
export async function search(db: Db, text: string): Promise<{ rows: PersonRow[]; isMore: boolean }> {
  const prefix = `${escapeLike(text.toLowerCase())}%`;
  const matching = (condition: SQL, order: SQL) =>
    db
      .select(columns)
      .from(users)
      .where(and(isNull(users.deletedAt), condition))
      .orderBy(order)
      .limit(pageSize + 1);
  const [byAddress, byName] = await Promise.all([
    matching(sql`${users.email} collate "C" like ${prefix}`, sql`${users.email} collate "C"`),
    matching(sql`${lowerName} like ${prefix}`, lowerName),
  ]);
  const found = new Map([...byAddress, ...byName].map((row) => [row.id, row]));
  const rows = [...found.values()].sort((one, other) => ((one.email ?? "") < (other.email ?? "") ? -1 : 1));
  return { rows: rows.slice(0, pageSize), isMore: rows.length > pageSize };
}

/** Returns a person whose account is not deleted. */
export async function find(db: Db, userId: string): Promise<PersonRow | undefined> {
  const [row] = await db
    .select(columns)
    .from(users)
    .where(and(eq(users.id, userId), isNull(users.deletedAt)));
  return row;
}

const isLiveKey = sql`${apiKeys.revokedAt} is null and coalesce(${apiKeys.expiresAt} > now(), true)`;

/**
 * Returns what deactivating a person would stop: their sessions and active keys, and the workspaces where they are the
 * only Admin.
 */
export async function atStake(db: Db, userId: string) {
  const [[counted], onlyAdminOf] = await Promise.all([
    db.execute<{ sessions: number; keys: number; workspaces: number }>(sql`
      select (select count(*)::int from ${sessions} where ${sessions.userId} = ${userId} and ${sessions.expires} > now()) as sessions,
        (select count(*)::int from ${apiKeys} where ${apiKeys.createdBy} = ${userId} and not ${apiKeys.isService} and ${isLiveKey}) as keys,
        (select count(*)::int from ${memberships} where ${memberships.userId} = ${userId}) as workspaces`),
    db
      .select({ name: workspaces.name })
      .from(memberships)
      .innerJoin(workspaces, and(eq(workspaces.id, memberships.workspaceId), isNull(workspaces.deletedAt)))
      .where(
        and(
          eq(memberships.userId, userId),
          eq(memberships.role, "admin"),
          sql`${workspaces.memberCount} > 1 and not exists (select from ${memberships} other
            where other.workspace_id = ${workspaces.id} and other.role = 'admin' and other.user_id <> ${userId})`,
        ),
      )
      .orderBy(asc(workspaces.name))
      .limit(20),
  ]);
  return { ...(counted ?? { sessions: 0, keys: 0, workspaces: 0 }), onlyAdminOf: onlyAdminOf.map(({ name }) => name) };
}

/**
 * Returns the live workspaces in which a person is a member or has created an active key, in the order in which locks
 * are taken.
 */
export async function workspacesOf(db: Db, userId: string): Promise<{ id: string; isMember: boolean }[]> {
  return db.execute<{ id: string; isMember: boolean }>(sql`
    select w.id, bool_or(touched.is_member) as "isMember" from (
      select ${memberships.workspaceId} as id, true as is_member from ${memberships} where ${memberships.userId} = ${userId}
      union all
      select ${apiKeys.workspaceId}, false from ${apiKeys}
        where ${apiKeys.createdBy} = ${userId} and not ${apiKeys.isService} and ${isLiveKey}
    ) touched join ${workspaces} w on w.id = touched.id where w.deleted_at is null group by w.id order by w.id`);
}

/** Returns a person's own active keys in a workspace and locks them until the transaction ends. */
export async function holdKeys(db: Db, workspaceId: string, userId: string): Promise<{ id: string; name: string }[]> {
  return db
    .select({ id: apiKeys.id, name: apiKeys.name })
    .from(apiKeys)
    .where(
      and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.createdBy, userId), eq(apiKeys.isService, false), isLiveKey),
    )
    .orderBy(asc(apiKeys.id))
    .for("no key update");
}

/** Deactivates a person and ends their sessions. Returns false when they are deactivated already, or deleted. */
export async function deactivate(db: Db, userId: string): Promise<boolean> {
  const rows = await db
    .update(users)
    .set({ deactivatedAt: sql`now()` })
    .where(and(eq(users.id, userId), isNull(users.deletedAt), isNull(users.deactivatedAt)))
    .returning({ id: users.id });
  if (rows.length > 0) await db.delete(sessions).where(eq(sessions.userId, userId));
  return rows.length > 0;
}

/** Removes a person's passkeys and ends their sessions. Returns how many passkeys there were. */
export async function removePasskeys(db: Db, userId: string): Promise<number> {
  const rows = await db.delete(passkeys).where(eq(passkeys.userId, userId)).returning({ id: passkeys.id });
  if (rows.length > 0) await db.delete(sessions).where(eq(sessions.userId, userId));
  return rows.length;
}

/** Reactivates a person. Returns false when they are not deactivated, or deleted. */
export async function reactivate(db: Db, userId: string): Promise<boolean> {
  const rows = await db
    .update(users)
    .set({ deactivatedAt: null })
    .where(and(eq(users.id, userId), isNull(users.deletedAt), sql`${users.deactivatedAt} is not null`))
    .returning({ id: users.id });
  return rows.length > 0;
}
