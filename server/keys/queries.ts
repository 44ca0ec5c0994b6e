import { and, asc, count, desc, eq, ilike, isNull, lt, or, sql } from "drizzle-orm";
import { client, type Db } from "@/db/client";
import { onLiveConnection } from "@/db/guard";
import { apiKeys } from "@/db/schema/keys";
import { users } from "@/db/schema/people";
import { memberships } from "@/db/schema/workspaces";
import type { KeyScope } from "@/server/access/key-scopes";
import { escapeLike } from "@/server/api/like";
import { decodeCursor, keyParts, type Page, type Place, toPage } from "@/server/api/pages";
import type { NewKey } from "./secret";

/** A key as its workspace's members see it: never the secret. */
export type ListedKey = {
  id: string;
  name: string;
  lastFour: string;
  ownerId: string;
  ownerName: string;
  /** Whoever made it is no longer a member; the key goes on working until somebody revokes it. */
  isOwnerGone: boolean;
  createdAt: Date;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
  isExpired: boolean;
};

const pageSize = 50;

/** A page of the keys that are not revoked, newest first. */
export async function list(db: Db, workspaceId: string, query: Place & { search: string }): Promise<Page<ListedKey>> {
  const isBackward = query.before !== undefined;
  const from = decodeCursor(query.before ?? query.after, [keyParts.instant, keyParts.keyId]);
  const key = sql`(${apiKeys.createdAt}, ${apiKeys.id})`;
  const order = isBackward ? asc : desc;
  const rows = await db
    .select({
      id: apiKeys.id,
      name: apiKeys.name,
      lastFour: apiKeys.lastFour,
      ownerId: apiKeys.createdBy,
      ownerName: users.name,
      isOwnerGone: sql<boolean>`${memberships.userId} is null`,
      createdAt: apiKeys.createdAt,
      sortKey: sql<string>`${apiKeys.createdAt}::text`,
      lastUsedAt: apiKeys.lastUsedAt,
      expiresAt: apiKeys.expiresAt,
      isExpired: sql<boolean>`coalesce(${apiKeys.expiresAt} <= now(), false)`,
    })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.createdBy))
    .leftJoin(memberships, and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, apiKeys.createdBy)))
    .where(
      and(
        live(workspaceId, query.search),
        from ? sql`${key} ${sql.raw(isBackward ? ">" : "<")} (${from[0]}::timestamptz, ${from[1]})` : undefined,
      ),
    )
    .orderBy(order(apiKeys.createdAt), order(apiKeys.id))
    .limit(pageSize + 1);
  const page = toPage(rows, pageSize, query, (row) => [row.sortKey, row.id]);
  return { ...page, rows: page.rows.map(({ sortKey, ...listed }) => listed) };
}

/** How many keys are not revoked. */
export async function total(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(apiKeys).where(live(workspaceId, ""));
  return row?.n ?? 0;
}

/** Keeps a new key. `days` null: it never expires. */
export async function create(
  db: Db,
  workspaceId: string,
  values: Omit<NewKey, "key"> & { name: string; createdBy: string; days: number | null },
): Promise<{ expiresAt: Date | null }> {
  const { days, ...kept } = values;
  const [row] = await db
    .insert(apiKeys)
    .values({ workspaceId, ...kept, expiresAt: days === null ? null : sql`now() + make_interval(days => ${days})` })
    .returning({ expiresAt: apiKeys.expiresAt });
  return { expiresAt: row?.expiresAt ?? null };
}

/** A key's name, its maker and whether it is revoked, or undefined when the workspace has no such key. */
export async function find(db: Db, workspaceId: string, id: string) {
  const [row] = await db
    .select({ name: apiKeys.name, createdBy: apiKeys.createdBy, revokedAt: apiKeys.revokedAt })
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, id)));
  return row;
}

/** Ends a key. False when it has ended already. */
export async function revoke(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db
    .update(apiKeys)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
    .returning({ id: apiKeys.id });
  return rows.length > 0;
}

/**
 * What is kept of a key, for the gateway to compare with what it was shown. `msLeft` is how long it still lives by the
 * database's clock; null: it never expires.
 */
export type KeptKey = {
  workspaceId: string;
  secretMac: Buffer;
  pepperVersion: number;
  isLive: boolean;
  msLeft: number | null;
  /** Whose it is; null: a service key, the workspace's alone. */
  memberId: string | null;
  scopes: KeyScope[];
  /** Null: every model of the workspace. */
  models: string[] | null;
  /** In CIDR notation; null: from anywhere. */
  ipRanges: string[] | null;
};

/** The key of this id in whatever workspace: one statement, prepared once per connection, no transaction around it. */
export async function byId(id: string): Promise<KeptKey | undefined> {
  const [row] = await onLiveConnection(
    () => client()<KeptKey[]>`
      select workspace_id as "workspaceId", secret_mac as "secretMac", pepper_version as "pepperVersion", is_live as "isLive",
        (extract(epoch from expires_at - now()) * 1000)::float8 as "msLeft",
        member_id as "memberId", scopes, models, ip_ranges as "ipRanges"
      from api_key_by_id(${id})`,
  );
  return row;
}

const channel = "atelier_keys";

/**
 * Listens to changes of keys. `onChange` gets the id of each key that changed once the change is committed, and whatever
 * `sayAboutKeys` says; `onListening` is called when listening begins and whenever it begins again after a gap, in which
 * changes were missed. Returns what ends it.
 */
export async function onKeyChange(
  onChange: (id: string) => void,
  onListening: () => void,
): Promise<() => Promise<void>> {
  const { unlisten } = await client().listen(channel, onChange, onListening);
  return unlisten;
}

/** Says something on the channel of key changes, after every change that was committed before. Nothing is made durable. */
export async function sayAboutKeys(text: string): Promise<void> {
  await client()`select set_config('synchronous_commit', 'off', true), pg_notify(${channel}, ${text})`;
}

/** A use of a key: by which program, as it calls itself, and from where. */
export type KeyUse = { id: string; client: string | null; address: string | null };

/** Notes that keys of a workspace were used, each at most once a minute. */
export async function touch(db: Db, workspaceId: string, uses: KeyUse[]): Promise<void> {
  await db
    .update(apiKeys)
    .set({ lastUsedAt: sql`now()`, lastClient: sql`used.client`, lastAddress: sql`used.address` })
    .from(sql`jsonb_to_recordset(${JSON.stringify(uses)}::jsonb) as used (id text, client text, address text)`)
    .where(
      and(
        eq(apiKeys.workspaceId, workspaceId),
        eq(apiKeys.id, sql`used.id`),
        or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, sql`now() - interval '1 minute'`)),
      ),
    );
}

function live(workspaceId: string, search: string) {
  return and(
    eq(apiKeys.workspaceId, workspaceId),
    isNull(apiKeys.revokedAt),
    search ? ilike(apiKeys.name, `%${escapeLike(search)}%`) : undefined,
  );
}
