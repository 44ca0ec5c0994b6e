import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import type { KeyScope } from "@/server/access/key-scopes";
import { bytea, instant } from "./columns";
import { users } from "./people";
import { workspaceId } from "./workspaces";

/**
 * The bounds that an Admin has set on another member's key. Its maker may change the key within them. A missing field:
 * no bound. `expiresAt` is an ISO moment.
 */
export type AdminBounds = {
  scopes?: KeyScope[];
  models?: string[];
  ipRanges?: string[];
  /** Empty: none at all. */
  origins?: string[];
  requestsPerMinute?: number;
  tokensPerMinute?: number;
  monthlyLimit?: number;
  expiresAt?: string;
};

/** The former values of a narrowing, for undoing it: the changed settings, and their bounds. */
export type NarrowedFrom = {
  settings: { scopes?: KeyScope[]; models?: string[] | null; ipRanges?: string[] | null };
  adminBounds: AdminBounds | null;
};

/**
 * An API key. It belongs to the workspace and has a maker. Of the secret, only an HMAC-SHA-256 with the pepper
 * `pepperVersion` is stored, and its last four characters, so that people can tell keys apart.
 */
export const apiKeys = pgTable(
  "api_keys",
  {
    workspaceId: workspaceId(),
    /** The public part of the key: 12 Base62 characters. */
    id: text().notNull().unique(),
    name: text().notNull(),
    secretMac: bytea().notNull(),
    pepperVersion: smallint().notNull(),
    lastFour: text().notNull(),
    createdBy: uuid()
      .notNull()
      .references(() => users.id),
    createdAt: instant().notNull().defaultNow(),
    expiresAt: instant(),
    lastUsedAt: instant(),
    /** The user agent and the address of its last use, written together with `lastUsedAt`. */
    lastClient: text(),
    lastAddress: text(),
    revokedAt: instant(),
    /** Since when it is disabled: by a person, or because the key was found in public. */
    disabledAt: instant(),
    disabledBecause: text().$type<"person" | "leaked">(),
    /** Whether an Admin who is not its maker revoked it. Then only an Admin can restore it. */
    revokedByAdmin: boolean().notNull().default(false),
    /** Whether an Admin who is not its maker disabled it. */
    disabledByAdmin: boolean().notNull().default(false),
    /** The bounds that an Admin has set; null: none. */
    adminBounds: jsonb().$type<AdminBounds>(),
    /**
     * Whether it is a service key: it belongs to the workspace alone, and its maker has only the rights of their role
     * on it.
     */
    isService: boolean().notNull().default(false),
    /** When it became a service key because its maker left; null: it did not. */
    keptAt: instant(),
    /** When it stops because its maker's membership ends, if the workspace wants that; kept by triggers. */
    stopsAt: instant(),
    /**
     * When its workspace was deleted, until that is restored; kept by a trigger, so that the key check need not read
     * the workspace.
     */
    workspaceDeletedAt: instant(),
    /** What a program may do with it. */
    scopes: text()
      .array()
      .$type<KeyScope[]>()
      .notNull()
      .default(
        sql`'{models:read,chat,responses,messages,completions,embeddings,rerank,moderation,audio,images,ocr,batches,files,fine-tuning,usage:read}'`,
      ),
    /** The models it may use; null: every model of the workspace. */
    models: text().array(),
    /** The addresses from which it may be used, in CIDR notation; null: any. */
    ipRanges: text().array(),
    /** The origins whose pages may call `/v1` with it from a browser; null: no page may. */
    origins: text().array(),
    requestsPerMinute: integer(),
    tokensPerMinute: integer(),
    /** Its limit in micro-units of the instance's currency per calendar month in UTC; null: it has none. */
    monthlyLimit: bigint({ mode: "number" }),
    /** Its successor. This key goes on working until it expires or is ended. */
    replacedBy: text(),
    /** The first key of its rotations; null: it was not made by a rotation. */
    rotatedFrom: text(),
    /**
     * The counter for its limits, "key:ID". All keys of a rotation share it, otherwise rotating a key would be a way
     * around its limits.
     */
    countedAs: text().notNull().generatedAlwaysAs(sql`'key:' || coalesce(rotated_from, id)`),
    /** Since when its use is noted in `keyFootprints`. */
    footprintSince: instant().notNull().defaultNow(),
    /** Its settings before it was narrowed to its use; null: it was not narrowed, or has been changed since. */
    narrowedFrom: jsonb().$type<NarrowedFrom>(),
    /** The last reminder of its expiry that was mailed: 7 or 1 days before. */
    remindedDays: smallint(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index("api_keys_newest_first").on(table.workspaceId, table.createdAt, table.id),
    check("api_keys_name_length", sql`char_length(${table.name}) between 1 and 60`),
    index("api_keys_with_origins").on(table.workspaceId).where(sql`origins is not null`),
    index("api_keys_expiring").on(table.expiresAt).where(sql`revoked_at is null`),
    // A workspace's keys that are not revoked, and of these the ones that end next.
    index("api_keys_ending").on(table.workspaceId, table.expiresAt).where(sql`revoked_at is null`),
    // For the keys of a maker.
    index("api_keys_of_maker").on(table.workspaceId, table.createdBy),
    // For a person's own keys that end next, in all workspaces.
    index("api_keys_ending_of_maker")
      .on(table.createdBy, table.expiresAt)
      .where(sql`revoked_at is null and disabled_at is null and replaced_by is null and not is_service`),
    check("api_keys_disabled", sql`(${table.disabledAt} is null) = (${table.disabledBecause} is null)`),
    check("api_keys_disabled_because", sql`${table.disabledBecause} in ('person', 'leaked')`),
    check(
      "api_keys_scopes",
      sql`${table.scopes} <@ '{models:read,chat,responses,messages,completions,embeddings,rerank,moderation,audio,images,ocr,batches,files,fine-tuning,usage:read}' and cardinality(${table.scopes}) > 0`,
    ),
    check(
      "api_keys_limits",
      sql`coalesce(${table.requestsPerMinute}, 1) > 0 and coalesce(${table.tokensPerMinute}, 1) > 0 and coalesce(${table.monthlyLimit}, 0) >= 0`,
    ),
    check(
      "api_keys_lists",
      sql`coalesce(cardinality(${table.models}), 1) between 1 and 100 and coalesce(cardinality(${table.ipRanges}), 1) between 1 and 50 and coalesce(cardinality(${table.origins}), 1) between 1 and 20`,
    ),
    check("api_keys_kept", sql`${table.keptAt} is null or ${table.isService}`),
    check("api_keys_id_form", sql`${table.id} ~ '^[0-9A-Za-z]{12}$'`),
  ],
);

/** The kinds of a footprint: a scope, a model or route, an address. */
export const footprintKinds = ["scope", "model", "address"] as const;

/**
 * The use of each key, with its first and last hour. It is the basis of "narrow to what it used", and shows from where
 * a leaked key was used. Deleted 90 days after the last use.
 */
export const keyFootprints = pgTable(
  "key_footprints",
  {
    workspaceId: workspaceId(),
    keyId: text().notNull(),
    kind: text().$type<(typeof footprintKinds)[number]>().notNull(),
    /** The scope, the id of the model or the name of the route, the address. */
    value: text().notNull(),
    firstAt: instant().notNull().defaultNow(),
    lastAt: instant().notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.keyId, table.kind, table.value] }),
    foreignKey({
      name: "key_footprints_key",
      columns: [table.workspaceId, table.keyId],
      foreignColumns: [apiKeys.workspaceId, apiKeys.id],
    }),
    index("key_footprints_last").on(table.lastAt),
    check("key_footprints_kind", sql`${table.kind} in ('scope', 'model', 'address')`),
    check("key_footprints_value_length", sql`char_length(${table.value}) between 1 and 256`),
  ],
);

/**
 * The peppers with which keys were made, each as an HMAC-SHA-256 of a constant, keyed with the pepper. It reveals
 * nothing about a long random pepper. A start with a different pepper is recognised and stops, instead of refusing
 * every key.
 */
export const keyPeppers = pgTable("key_peppers", {
  /** As in `apiKeys.pepperVersion`. */
  version: smallint().primaryKey(),
  mac: bytea().notNull(),
});
