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
 * The bounds that an Admin has set on another member's key; its maker may change it within them. Absent: an Admin has set
 * no limit there. `expiresAt` is an ISO moment.
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

/** What is undone when a narrowing is: the settings that it changed, and the bounds on them. */
export type NarrowedFrom = {
  settings: { scopes?: KeyScope[]; models?: string[] | null; ipRanges?: string[] | null };
  adminBounds: AdminBounds | null;
};

/**
 * An API key. It belongs to the workspace and remembers who made it. Of the secret only an HMAC-SHA-256 is kept, keyed
 * with the pepper that `pepperVersion` names, and its last four characters so that people can tell keys apart.
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
    /** The program that used it last, as it calls itself, and from where; noted with `lastUsedAt`. */
    lastClient: text(),
    lastAddress: text(),
    revokedAt: instant(),
    /** Switched off for a while: by a person, or because the key was found in public. */
    disabledAt: instant(),
    disabledBecause: text().$type<"person" | "leaked">(),
    /** Whether it was an Admin, and not the key's maker, who revoked it: then only an Admin restores it. */
    revokedByAdmin: boolean().notNull().default(false),
    /** Likewise of switching it off. */
    disabledByAdmin: boolean().notNull().default(false),
    /** What an Admin has limited it to; null: nothing. */
    adminBounds: jsonb().$type<AdminBounds>(),
    /** A service key: it belongs to the workspace alone, and its maker has no rights on it but those of their role. */
    isService: boolean().notNull().default(false),
    /** Since when it is the workspace's alone because its maker has left; null: it was not passed on. */
    keptAt: instant(),
    /** When it stops because its maker's membership ends and the workspace wants it so; kept by triggers. */
    stopsAt: instant(),
    /** When its workspace was deleted, until it is restored; kept by a trigger, so that the door need not look there. */
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
    /** Where it may be used from, in CIDR notation; null: anywhere. */
    ipRanges: text().array(),
    /** The origins whose pages may call `/v1` with it from a browser; null: no page may. */
    origins: text().array(),
    requestsPerMinute: integer(),
    tokensPerMinute: integer(),
    /** Micro-units of the instance's currency a calendar month in UTC; null: no limit of its own. */
    monthlyLimit: bigint({ mode: "number" }),
    /** The key that takes over from this one, which goes on working until it expires or is ended. */
    replacedBy: text(),
    /** The first key of the rotations that led to this one; null: it is none's successor. */
    rotatedFrom: text(),
    /**
     * As what its use is counted against its limits, "key:ID": what takes over from a key goes on with what that has used of
     * its month and its minute, or else rotating a key would be a way around them.
     */
    countedAs: text().notNull().generatedAlwaysAs(sql`'key:' || coalesce(rotated_from, id)`),
    /** Since when what it uses is noted in `keyFootprints`. */
    footprintSince: instant().notNull().defaultNow(),
    /** What it was before it was narrowed to what it used; null: it was not, or has been changed since. */
    narrowedFrom: jsonb().$type<NarrowedFrom>(),
    /** Which reminder of its expiry was mailed last: 7 or 1 days before. */
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
    // Whose they are.
    index("api_keys_of_maker").on(table.workspaceId, table.createdBy),
    // A person's own that end next, in whichever workspaces.
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

/** What a key is noted to have used: a scope, a model or route, an address. */
export const footprintKinds = ["scope", "model", "address"] as const;

/**
 * What each key has used, and when first and last, to the hour: what "narrow to what it used" goes by, and where a key that was found in
 * public was used from. Forgotten 90 days after its last use.
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
 * By which a start recognises each pepper that keys were made with: an HMAC-SHA-256 of a constant, keyed with it. It says
 * nothing of a long random pepper, and lets a start with another one stop instead of refusing every key.
 */
export const keyPeppers = pgTable("key_peppers", {
  /** As in `apiKeys.pepperVersion`. */
  version: smallint().primaryKey(),
  mac: bytea().notNull(),
});
