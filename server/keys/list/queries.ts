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

/** A key as its workspace's members see it: never the secret. */
export type ListedKey = {
  id: string;
  name: string;
  lastFour: string;
  ownerId: string;
  ownerName: string;
  isService: boolean;
  /** Its maker is no longer a member; the key goes on working until it is revoked. */
  isOwnerGone: boolean;
  /** A service key that its maker left to the workspace: they may still know its secret. */
  isKept: boolean;
  scopes: KeyScope[];
  /** This month, in micro-units. */
  spent: number;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
  isExpired: boolean;
  disabledBecause: "person" | "leaked" | null;
  /** Whether an Admin, and not its maker, switched it off. */
  disabledByAdmin: boolean;
  isRevoked: boolean;
  revokedByAdmin: boolean;
  /** Until when a revocation can be taken back; null once it cannot. */
  restorableUntil: Date | null;
  isReplaced: boolean;
};

/** Which keys: null owners mean all. */
export type Filter = { search: string; owner: "" | "service" | (string & {}) };

export type Query = Place & Filter & { state: "" | KeyState; sort: KeySort; order: "" | "asc" | "desc" };

const pageSize = 50;
const hourMs = 3_600_000;

const spent = sql`coalesce(${spendCounters.spent}, 0)`;

/**
 * What a list can be sorted by, each with the key's id to make it exact. `newest` has an index; the others sort the
 * workspace's keys, which are few beside what else it has.
 */
const sorts: Record<KeySort, SortKey & { order: "asc" | "desc" }> = {
  newest: { ...byMoment(apiKeys.createdAt), order: "desc" },
  name: { by: sql`lower(${apiKeys.name})`, type: "text", part: keyParts.name, order: "asc" },
  used: { ...byMoment(sql`coalesce(${apiKeys.lastUsedAt}, 'epoch')`), order: "desc" },
  spent: { by: spent, type: "bigint", part: /^\d{1,18}$/, order: "desc" },
  // What never expires comes last.
  expiry: { ...byMoment(sql`coalesce(${apiKeys.expiresAt}, '9999-12-31')`), order: "asc" },
};
const byKeyId: SortKey = { by: apiKeys.id, type: "text", part: keyParts.keyId };

/**
 * Returns a page of the keys that are not revoked, or were within the last hour. One that is looked for by its whole id is shown
 * whenever it was revoked.
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
      // A Date has milliseconds; the cursor must not lose the microseconds that the order is made of.
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
 * Returns how many keys are in each state, of those that a filter leaves. Looked through are the newest `mostSurveyed` of them;
 * `isAll` says whether there are no more.
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

/** What keys are checked by is not read here, where an operator may look as well. */
const { secretMac, pepperVersion, ...readable } = getTableColumns(apiKeys);

/** Returns the newest keys of a workspace, under the name that the states of keys are said with. */
function newest(db: Db, workspaceId: string, which: SQL | undefined) {
  return db
    .select(readable)
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, workspaceId), which))
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
    .limit(mostSurveyed)
    .as("api_keys");
}

/** Returns whose the newest `mostSurveyed` keys are: this person's, then those with the most, at most 50. Service keys are not counted. */
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

/** Returns how many service keys are not revoked, of the newest `mostSurveyed` keys that are not. */
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

/** Returns the beginning of an id that a search may mean: with "atl_" or without, and nothing of the secret. */
function idPart(search: string): string | undefined {
  return /^(?:atl_)?([0-9A-Za-z]{1,12})(?:_.*)?$/.exec(search)?.[1];
}
