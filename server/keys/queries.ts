import DataLoader from "dataloader";
import { and, eq, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import { client, type Db } from "@/db/client";
import { onLiveConnection } from "@/db/guard";
import { type AdminBounds, apiKeys } from "@/db/schema/keys";
import { rateLimits } from "@/db/schema/limits";
import { workspaces } from "@/db/schema/workspaces";
import { canGrantScope, type KeyScope } from "@/server/access/key-scopes";
import type { Role } from "@/server/access/permissions";
import type { NewKey } from "./secret";

/** The settings of a key that people choose. Limits: null is none. */
export type KeySettings = {
  name: string;
  scopes: KeyScope[];
  /** Null: all models. */
  models: string[] | null;
  /** In CIDR notation; null: all addresses. */
  ipRanges: string[] | null;
  /** Origins of pages in browsers; null: none. */
  origins: string[] | null;
  requestsPerMinute: number | null;
  tokensPerMinute: number | null;
  /** Micro-units of the instance's currency a calendar month in UTC. */
  monthlyLimit: number | null;
};

const settings = {
  name: apiKeys.name,
  scopes: apiKeys.scopes,
  models: apiKeys.models,
  ipRanges: apiKeys.ipRanges,
  origins: apiKeys.origins,
  requestsPerMinute: apiKeys.requestsPerMinute,
  tokensPerMinute: apiKeys.tokensPerMinute,
  monthlyLimit: apiKeys.monthlyLimit,
};

/** Stores a new key. `days` null: it never expires, unless an Admin has set an end as its bound. */
export async function create(
  db: Db,
  workspaceId: string,
  values: Omit<NewKey, "key"> &
    Partial<KeySettings> & {
      name: string;
      createdBy: string;
      isService?: boolean;
      rotatedFrom?: string;
      adminBounds?: AdminBounds | null;
      days: number | null;
    },
): Promise<{ expiresAt: Date | null }> {
  const { days, ...kept } = values;
  const [row] = await db
    .insert(apiKeys)
    .values({ workspaceId, ...kept, expiresAt: notAfter(kept.adminBounds?.expiresAt, endIn(days)) })
    .returning({ expiresAt: apiKeys.expiresAt });
  return { expiresAt: row?.expiresAt ?? null };
}

const details = {
  ...settings,
  id: apiKeys.id,
  lastFour: apiKeys.lastFour,
  createdBy: apiKeys.createdBy,
  isService: apiKeys.isService,
  createdAt: apiKeys.createdAt,
  expiresAt: apiKeys.expiresAt,
  isExpired: sql<boolean>`coalesce(${apiKeys.expiresAt} <= now(), false)`,
  revokedAt: apiKeys.revokedAt,
  revokedByAdmin: apiKeys.revokedByAdmin,
  disabledBecause: apiKeys.disabledBecause,
  disabledByAdmin: apiKeys.disabledByAdmin,
  adminBounds: apiKeys.adminBounds,
  replacedBy: apiKeys.replacedBy,
  rotatedFrom: apiKeys.rotatedFrom,
  lastUsedAt: apiKeys.lastUsedAt,
  lastClient: apiKeys.lastClient,
  lastAddress: apiKeys.lastAddress,
};

/** Finds a key without its secret; undefined when the workspace has no such key. */
export async function find(db: Db, workspaceId: string, id: string) {
  const [row] = await db.select(details).from(apiKeys).where(one(workspaceId, id));
  return row;
}

/** Finds a key like `find`, and locks it until the transaction ends. */
export async function hold(db: Db, workspaceId: string, id: string) {
  const [row] = await db.select(details).from(apiKeys).where(one(workspaceId, id)).for("no key update");
  return row;
}

/**
 * Changes a key that is not revoked. `days` undefined: its end is not changed; null: it never expires; otherwise it
 * ends this many days from now, and its reminders are sent anew. Returns its end, or undefined when there was nothing
 * to change.
 */
export async function update(
  db: Db,
  workspaceId: string,
  id: string,
  changes: Partial<KeySettings> & { days?: number | null; adminBounds?: AdminBounds | null },
): Promise<{ expiresAt: Date | null } | undefined> {
  const { days, ...set } = changes;
  const isOtherReach = "scopes" in set || "models" in set || "ipRanges" in set;
  const [row] = await db
    .update(apiKeys)
    .set({
      ...set,
      ...(isOtherReach ? { narrowedFrom: null } : {}),
      ...(days === undefined ? {} : { expiresAt: endIn(days), remindedDays: null }),
    })
    .where(and(one(workspaceId, id), isNull(apiKeys.revokedAt)))
    .returning({ expiresAt: apiKeys.expiresAt });
  return row;
}

/** The bounds that the workspace's policy and limits set for every key. Null: no bound. */
export type Bounds = {
  maximumKeyDays: number | null;
  monthlyLimit: number | null;
  /** The monthly limit of a key that is made without one; never more than the workspace's. */
  newKeyLimit: number | null;
  requestsPerMinute: number | null;
  tokensPerMinute: number | null;
};

/** Returns the bounds of every key of a workspace. */
export async function bounds(db: Db, workspaceId: string): Promise<Bounds> {
  const [row] = await db
    .select({
      maximumKeyDays: workspaces.maximumKeyDays,
      monthlyLimit: workspaces.monthlyLimit,
      newKeyLimit: sql<
        string | null
      >`case when ${workspaces.newKeyLimit} is not null then least(${workspaces.newKeyLimit}, ${workspaces.monthlyLimit}) end`.mapWith(
        (value) => (value === null ? null : Number(value)),
      ),
      requestsPerMinute: rateLimits.requestsPerMinute,
      tokensPerMinute: rateLimits.tokensPerMinute,
    })
    .from(workspaces)
    .leftJoin(rateLimits, and(eq(rateLimits.workspaceId, workspaceId), eq(rateLimits.model, "")))
    .where(eq(workspaces.id, workspaceId));
  return (
    row ?? {
      ...{ maximumKeyDays: null, monthlyLimit: null, newKeyLimit: null },
      ...{ requestsPerMinute: null, tokensPerMinute: null },
    }
  );
}

/**
 * Checks whether the workspace's policy lets a key end this many days from now (null: never). The policy counts from
 * when the key was made. An earlier end than the present one is always allowed, so that an old key can be brought
 * within the policy.
 */
export async function mayEndIn(db: Db, workspaceId: string, id: string, days: number | null): Promise<boolean> {
  const end = sql`now() + make_interval(days => ${days ?? 0}::int)`;
  const most = sql`make_interval(days => ${workspaces.maximumKeyDays})`;
  const [row] = await db
    .select({
      isAllowed: sql<boolean>`${workspaces.maximumKeyDays} is null or (${days !== null}::boolean
        and ${days ?? 0}::int <= ${workspaces.maximumKeyDays}
        and (${end} <= ${apiKeys.createdAt} + ${most} or ${end} < coalesce(${apiKeys.expiresAt}, 'infinity')))`,
    })
    .from(apiKeys)
    .innerJoin(workspaces, eq(workspaces.id, apiKeys.workspaceId))
    .where(one(workspaceId, id));
  return row?.isAllowed ?? false;
}

/**
 * What the gateway remembers of a key, to compare with the key in a request. `msLeft` is how long the key still lives
 * by the database's clock; null: it never expires.
 */
export type KeptKey = {
  workspaceId: string;
  secretMac: Buffer;
  pepperVersion: number;
  isLive: boolean;
  msLeft: number | null;
  /** The member whose key it is; null: a service key, which belongs to the workspace alone. */
  memberId: string | null;
  scopes: KeyScope[];
  /** Null: all models of the workspace. */
  models: string[] | null;
  /** In CIDR notation; null: all addresses. */
  ipRanges: string[] | null;
  /** The origins whose pages may call from a browser; null: none. */
  origins: string[] | null;
};

/**
 * Returns the key with this id, in whatever workspace it is, with those of its scopes that its owner's role still
 * allows.
 */
export function byId(id: string): Promise<KeptKey | undefined> {
  return lookUps.load(id);
}

/**
 * Calls in the same turn of the event loop share one statement, because the exchange with the database costs more
 * than finding a key. Nothing is remembered here.
 */
const lookUps = new DataLoader(byIds, {
  cache: false,
  maxBatchSize: 16,
  batchScheduleFn: (send) => setImmediate(send),
});

/** Finds keys with one statement, prepared once per connection, without a transaction. */
async function byIds(ids: readonly string[]): Promise<(KeptKey | undefined)[]> {
  const rows = await onLiveConnection(
    () => client()<(KeptKey & { id: string; memberRole: Role | null })[]>`
      select asked.id, workspace_id as "workspaceId", secret_mac as "secretMac", pepper_version as "pepperVersion",
        is_live as "isLive", (extract(epoch from expires_at - now()) * 1000)::float8 as "msLeft",
        member_id as "memberId", member_role as "memberRole", scopes, models, ip_ranges as "ipRanges", origins
      from string_to_table(${ids.join(" ")}, ' ') as asked (id), api_key_by_id(asked.id)`,
  );
  const found = new Map(
    rows.map(({ id, memberRole, scopes, ...key }) => [
      id,
      { ...key, scopes: memberRole ? scopes.filter((scope) => canGrantScope(memberRole, scope)) : scopes },
    ]),
  );
  return ids.map((id) => found.get(id));
}

/** One use of a key: the program, as it names itself, and its address. */
export type KeyUse = { id: string; client: string | null; address: string | null };

/** Notes that keys of a workspace were used, for each key at most once a minute. */
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

const one = (workspaceId: string, id: string) => and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, id));

const endIn = (days: number | null): SQL | null => (days === null ? null : sql`now() + make_interval(days => ${days})`);

const notAfter = (latest: string | undefined, end: SQL | null): SQL | null =>
  latest === undefined ? end : sql`least(${latest}::timestamptz, ${end ?? sql`null`})`;
