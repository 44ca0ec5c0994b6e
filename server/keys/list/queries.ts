import { and, asc, count, desc, eq, getTableColumns, ilike, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { inKeyState } from "@/db/key-states";
import { apiKeys } from "@/db/schema/keys";
import { spendCounters } from "@/db/schema/limits";
import { users } from "@/db/schema/people";
import { memberships } from "@/db/schema/workspaces";
import type { KeyScope } from "@/server/access/key-scopes";
import { keyParts, type Page, type Place, toPage } from "@/server/api/cursors";
import { byMoment, keyset, type SortKey } from "@/server/api/keyset";
import { escapeLike } from "@/server/api/like";
import { type KeySort, type KeyState, keyFlaws, keyStates, mostCounted, mostSurveyed } from "./input";

/** A key as members of its workspace see it, without its secret. */
export type ListedKey = {
  id: string;
  name: string;
  lastFour: string;
  ownerId: string;
  ownerName: string;
  isService: boolean;
  /** Whether its maker is no longer a member. The key stays valid until it is revoked. */
  isOwnerGone: boolean;
  /** Whether it is a service key that its former maker left to the workspace. That person may still know the secret. */
  isKept: boolean;
  scopes: KeyScope[];
  /** This month's cost, in micro-units. */
  spent: number;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
  isExpired: boolean;
  disabledBecause: "person" | "leaked" | null;
  /** Whether an Admin, not its maker, disabled it. */
  disabledByAdmin: boolean;
  isRevoked: boolean;
  revokedByAdmin: boolean;
  /** Until when a revocation can be undone; null: it cannot. */
  restorableUntil: Date | null;
  isReplaced: boolean;
};

/** Which keys: with owner "" all. */
export type Filter = { search: string; owner: "" | "service" | (string & {}) };

export type Query = Place & Filter & { state: "" | KeyState; sort: KeySort; order: "" | "asc" | "desc" };

const pageSize = 50;
const hourMs = 3_600_000;

const spent = sql`coalesce(${spendCounters.spent}, 0)`;

/**
 * What a list can be sorted by; the key's id makes the order unique. `newest` has an index. The others sort all keys
 * of the workspace, which are few compared to its other rows.
 */
const sorts: Record<KeySort, SortKey & { order: "asc" | "desc" }> = {
  newest: { ...byMoment(apiKeys.createdAt), order: "desc" },
  name: { by: sql`lower(${apiKeys.name})`, type: "text", part: keyParts.name, order: "asc" },
  used: { ...byMoment(sql`coalesce(${apiKeys.lastUsedAt}, 'epoch')`), order: "desc" },
  spent: { by: spent, type: "bigint", part: /^\d{1,18}$/, order: "desc" },
  // Keys that never expire come last.
  expiry: { ...byMoment(sql`coalesce(${apiKeys.expiresAt}, '9999-12-31')`), order: "asc" },
};
const byKeyId: SortKey = { by: apiKeys.id, type: "text", part: keyParts.keyId };

/**
 * Returns a page of the keys that are live, or were revoked within the last hour. A search for a complete id finds a
 * key whenever it was revoked.
 */
export async function list(db: Db, workspaceId: string, query: Query): Promise<Page<ListedKey>> {
  const sort = sorts[query.sort];
  const { isBeyond, order } = keyset([sort, byKeyId], query.order || sort.order, query);
  const rows = await db
    .select({
      id: apiKeys.id,
      name: apiKeys.name,
      lastFour: apiKeys.lastFour,
      ownerId: apiKeys.createdBy,
      ownerName: users.name,
      isService: apiKeys.isService,
      isOwnerGone: sql<boolean>`not ${apiKeys.isService} and ${memberships.userId} is null`,
      isKept: sql<boolean>`${apiKeys.keptAt} is not null`,
      scopes: apiKeys.scopes,
      spent: spent.mapWith(Number),
      // A Date has milliseconds only; the cursor keeps the microseconds that the order depends on.
      sortKey: sql<string>`(${sort.by})::text`,
      lastUsedAt: apiKeys.lastUsedAt,
      expiresAt: apiKeys.expiresAt,
      isExpired: sql<boolean>`coalesce(${apiKeys.expiresAt} <= now(), false)`,
      disabledBecause: apiKeys.disabledBecause,
      disabledByAdmin: apiKeys.disabledByAdmin,
      revokedAt: apiKeys.revokedAt,
      revokedByAdmin: apiKeys.revokedByAdmin,
      isRestorable: sql<boolean>`coalesce(${inKeyState.revoked}, false)`,
      isReplaced: sql<boolean>`${apiKeys.replacedBy} is not null`,
    })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.createdBy))
    .leftJoin(memberships, and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, apiKeys.createdBy)))
    .leftJoin(
      spendCounters,
      and(
        eq(spendCounters.workspaceId, workspaceId),
        eq(spendCounters.span, "month"),
        eq(spendCounters.period, sql`date_trunc('month', now() at time zone 'UTC')::date`),
        eq(spendCounters.subject, apiKeys.countedAs),
      ),
    )
    .where(
      and(
        eq(apiKeys.workspaceId, workspaceId),
        matching(query),
        query.state ? inKeyState[query.state] : shown(query.search),
        isBeyond,
      ),
    )
    .orderBy(...order)
    .limit(pageSize + 1);
  const page = toPage(rows, pageSize, query, (row) => [row.sortKey, row.id]);
  return {
    ...page,
    rows: page.rows.map(({ sortKey, revokedAt, isRestorable, ...listed }) => ({
      ...listed,
      isRevoked: revokedAt !== null,
      restorableUntil: revokedAt && isRestorable ? new Date(revokedAt.getTime() + hourMs) : null,
    })),
  };
}

/** Returns how many keys are not revoked, counted up to `mostCounted`. */
export async function total(db: Db, workspaceId: string): Promise<number> {
  const some = db
    .select({ one: sql`1` })
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, workspaceId), isNull(apiKeys.revokedAt)))
    .limit(mostCounted);
  const [row] = await db.select({ n: count() }).from(some.as("some"));
  return row?.n ?? 0;
}

/**
 * Returns how many of the filtered keys are in each state. Only the newest `mostSurveyed` keys are looked at; `isAll`
 * says whether these are all.
 */
export async function counts(
  db: Db,
  workspaceId: string,
  filter: Filter,
): Promise<{ states: Record<KeyState, number>; isAll: boolean }> {
  const columns = Object.fromEntries(
    [...keyStates, ...keyFlaws].map((state) => [
      state,
      sql`count(*) filter (where ${inKeyState[state]})`.mapWith(Number),
    ]),
  );
  const [row] = await db.select({ ...columns, looked: count() }).from(newest(db, workspaceId, matching(filter)));
  const { looked, ...found } = row as Record<KeyState | "looked", number>;
  return { states: found, isAll: looked < mostSurveyed };
}

/** The columns that verify a secret are left out, because an operator who looks inside may run this query. */
const { secretMac, pepperVersion, ...readable } = getTableColumns(apiKeys);

/** Returns the newest keys of a workspace, as a subquery under the name that the conditions for states use. */
function newest(db: Db, workspaceId: string, which: SQL | undefined) {
  return db
    .select(readable)
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, workspaceId), which))
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
    .limit(mostSurveyed)
    .as("api_keys");
}

/**
 * Returns the owners of the newest `mostSurveyed` keys: this person first, then those with the most keys, at most 50.
 * Service keys are not counted.
 */
export async function owners(
  db: Db,
  workspaceId: string,
  personId: string,
): Promise<{ id: string; name: string; keys: number }[]> {
  const keys = newest(db, workspaceId, and(isNull(apiKeys.revokedAt), eq(apiKeys.isService, false)));
  return db
    .select({ id: users.id, name: users.name, keys: count() })
    .from(keys)
    .innerJoin(users, eq(users.id, keys.createdBy))
    .groupBy(users.id, users.name)
    .orderBy(desc(eq(users.id, personId)), desc(count()), asc(users.name), asc(users.id))
    .limit(50);
}

/** Returns how many service keys are not revoked, among the newest `mostSurveyed` keys that are not. */
export async function serviceTotal(db: Db, workspaceId: string): Promise<number> {
  const keys = newest(db, workspaceId, isNull(apiKeys.revokedAt));
  const [row] = await db.select({ n: count() }).from(keys).where(eq(keys.isService, true));
  return row?.n ?? 0;
}

function shown(search: string): SQL | undefined {
  const id = idPart(search);
  return or(isNull(apiKeys.revokedAt), inKeyState.revoked, id?.length === 12 ? eq(apiKeys.id, id) : undefined);
}

function matching({ search, owner }: Filter): SQL | undefined {
  const id = idPart(search);
  return and(
    search
      ? or(ilike(apiKeys.name, `%${escapeLike(search)}%`), id ? sql`starts_with(${apiKeys.id}, ${id})` : undefined)
      : undefined,
    owner === "service" ? eq(apiKeys.isService, true) : undefined,
    owner && owner !== "service" ? and(eq(apiKeys.createdBy, owner), eq(apiKeys.isService, false)) : undefined,
  );
}

/**
 * Returns the beginning of a key id that a search text may mean, with or without "atl_" before it and without any
 * part of the secret.
 */
function idPart(search: string): string | undefined {
  return /^(?:atl_)?([0-9A-Za-z]{1,12})(?:_.*)?$/.exec(search)?.[1];
}
