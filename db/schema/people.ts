import { sql } from "drizzle-orm";
import { boolean, check, index, inet, pgTable, primaryKey, smallint, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns";

/**
 * A person. `email` is stored the way it is compared: NFKC, lower case. Erasing an account keeps the row
 * (`deletedAt` set, name and address gone), so that what the person did stays attributable to a reference.
 */
export const users = pgTable(
  "users",
  {
    id: uuid().primaryKey().defaultRandom(),
    name: text().notNull().default(""),
    email: text().unique(),
    emailVerified: timestamp("email_verified_at", { withTimezone: true, mode: "date" }),
    image: text(),
    /** Which picture of theirs is in `user_avatars`, by its content: the first 16 bytes of its SHA-256 in Base64url. */
    avatar: text(),
    createdAt: instant().notNull().defaultNow(),
    deletedAt: instant(),
    /** Since when an operator keeps them out: no session, no sign-in; null: they may come in. */
    deactivatedAt: instant(),
    /** When they were here last, to ten minutes; null: not since this is noted. */
    lastSeenAt: instant(),
    /** An IANA zone; null: their browser has not said one yet. One that no longer exists counts as UTC. */
    timeZone: text(),
    /** The language whose dates and numbers they read, as a BCP 47 tag; null: English. */
    locale: text(),
    /** The first day of their week, as ISO 8601 counts; null: the language's. */
    weekStart: smallint(),
  },
  (table) => [
    check("users_formats_length", sql`char_length(${table.timeZone}) <= 64 and char_length(${table.locale}) <= 35`),
    check("users_week_start", sql`${table.weekStart} in (1, 6, 7)`),
    check(
      "users_avatar",
      sql`${table.avatar} is null or (${table.avatar} ~ '^[A-Za-z0-9_-]{22}$' and ${table.deletedAt} is null)`,
    ),
    // As the operators list people: the newest first, by name, or the last seen first; and those whose name begins so.
    index("users_newest").on(table.createdAt, table.id),
    index("users_by_name").on(sql`lower(${table.name}) collate "C"`, table.id),
    index("users_by_address").on(sql`${table.email} collate "C"`).where(sql`email is not null`),
    index("users_last_seen").on(sql`coalesce(${table.lastSeenAt}, '-infinity'::timestamptz)`, table.id),
    index("users_deactivated").on(table.createdAt, table.id).where(sql`deactivated_at is not null`),
    index("users_deactivated_by_name")
      .on(sql`lower(${table.name}) collate "C"`, table.id)
      .where(sql`deactivated_at is not null`),
    index("users_deactivated_last_seen")
      .on(sql`coalesce(${table.lastSeenAt}, '-infinity'::timestamptz)`, table.id)
      .where(sql`deactivated_at is not null`),
    check("users_name_length", sql`char_length(${table.name}) <= 60`),
    check("users_email_canonical", sql`${table.email} = lower(${table.email}) and char_length(${table.email}) <= 254`),
    check("users_erased_or_reachable", sql`(${table.email} is null) = (${table.deletedAt} is not null)`),
  ],
);

/** A sign-in provider's account that belongs to a person. */
export const accounts = pgTable(
  "accounts",
  {
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    type: text().$type<"email" | "oauth" | "oidc" | "webauthn">().notNull(),
    provider: text().notNull(),
    providerAccountId: text().notNull(),
    /** Whether the person signed up with it. One that was linked later is removed by "sign out everywhere". */
    beganAccount: boolean().notNull().default(false),
  },
  (table) => [primaryKey({ columns: [table.provider, table.providerAccountId] }), index().on(table.userId)],
);

/**
 * A signed-in browser. The token itself is only in that browser's cookie; here is its SHA-256, so that a copy of this
 * table opens nothing. `expires` is the idle limit and moves; the limit from `createdAt` on does not. Both are settings of the instance.
 */
export const sessions = pgTable(
  "sessions",
  {
    sessionToken: text("token_hash").primaryKey(),
    id: uuid().notNull().unique().defaultRandom(),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    expires: timestamp("expires_at", { withTimezone: true, mode: "date" }).notNull(),
    createdAt: instant().notNull().defaultNow(),
    lastSeenAt: instant().notNull().defaultNow(),
    ip: inet(),
    userAgent: text(),
    /** The sign-in provider that it began with; null: a mailed link or a passkey. */
    provider: text(),
    /** The provider's own session (`sid`), hashed: it can end it. Null: the provider named none, or none began it. */
    providerSessionHash: text(),
    /** Whether a passkey was used to begin it, or was added in it. */
    byPasskey: boolean().notNull().default(false),
  },
  (table) => [
    index().on(table.userId),
    index("sessions_of_provider")
      .on(table.provider, table.providerSessionHash)
      .where(sql`${table.providerSessionHash} is not null`),
  ],
);

/** An asked-for sign-in link: single use, ten minutes. `token` is a hash keyed with AUTH_SECRET. */
export const verificationTokens = pgTable(
  "verification_tokens",
  {
    identifier: text().notNull(),
    token: text().notNull(),
    expires: timestamp("expires_at", { withTimezone: true, mode: "date" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.identifier, table.token] }),
    index().on(table.token),
    index().on(table.expires),
  ],
);
