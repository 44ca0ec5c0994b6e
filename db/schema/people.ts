import { sql } from "drizzle-orm";
import { boolean, check, index, inet, pgTable, primaryKey, smallint, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns";

/**
 * A person. `email` is stored in the form in which it is compared: NFKC, lower case. Erasing an account keeps the row
 * (with `deletedAt`, without name and address), so that the person's actions still refer to it.
 */
export const users = pgTable(
  "users",
  {
    id: uuid().primaryKey().defaultRandom(),
    name: text().notNull().default(""),
    email: text().unique(),
    emailVerified: timestamp("email_verified_at", { withTimezone: true, mode: "date" }),
    image: text(),
    /** The hash of their picture in `user_avatars`: the first 16 bytes of its SHA-256 in Base64url. */
    avatar: text(),
    createdAt: instant().notNull().defaultNow(),
    deletedAt: instant(),
    /** Since when an operator has deactivated them: no session, no sign-in; null: they are active. */
    deactivatedAt: instant(),
    /** When they were last active, to ten minutes; null: not since this is recorded. */
    lastSeenAt: instant(),
    /** An IANA time zone; null: their browser has not sent one yet. A zone that no longer exists counts as UTC. */
    timeZone: text(),
    /** The language for their dates and numbers, as a BCP 47 tag; null: English. */
    locale: text(),
    /** The first day of their week, by ISO 8601; null: that of the language. */
    weekStart: smallint(),
  },
  (table) => [
    check("users_formats_length", sql`char_length(${table.timeZone}) <= 64 and char_length(${table.locale}) <= 35`),
    check("users_week_start", sql`${table.weekStart} in (1, 6, 7)`),
    check(
      "users_avatar",
      sql`${table.avatar} is null or (${table.avatar} ~ '^[A-Za-z0-9_-]{22}$' and ${table.deletedAt} is null)`,
    ),
    // For the operators' list of people: the newest first, by name, or the last active first; and for names that begin
    // with a text.
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
 * A signed-in browser. The token is only in that browser's cookie; this table has its SHA-256, so that a copy of the
 * table gives no access. `expires` is the idle limit and moves; the limit from `createdAt` on does not. Both are
 * settings of the instance.
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
    /** The sign-in provider with which it began; null: a sign-in link or a passkey. */
    provider: text(),
    /**
     * The hash of the provider's own session (`sid`), by which the provider can end it. Null: it began without a
     * provider, or the provider sent none.
     */
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

/** A requested sign-in link: for one use, within ten minutes. `token` is a hash keyed with AUTH_SECRET. */
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
