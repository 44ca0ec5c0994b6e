import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytea, instant } from "./columns";
import { users } from "./people";

const userId = () =>
  uuid()
    .notNull()
    .references(() => users.id, { onDelete: "cascade" });

/** A passkey: the public half of a key pair whose private half never leaves the person's authenticator. */
export const passkeys = pgTable(
  "passkeys",
  {
    id: uuid().primaryKey().defaultRandom(),
    userId: userId(),
    /** The authenticator's id for it, as Base64url. */
    credentialId: text().notNull().unique(),
    /** COSE. */
    publicKey: bytea().notNull(),
    /** The authenticator's own counter of its signatures; 0: it does not count. The counter never decreases. */
    counter: bigint({ mode: "number" }).notNull(),
    /** How a browser reaches the authenticator: "internal", "hybrid", "usb", … */
    transports: text().array().notNull().default(sql`'{}'`),
    name: text().notNull(),
    /** Whether it is on all of the person's devices rather than on one. */
    isSynced: boolean().notNull(),
    createdAt: instant().notNull().defaultNow(),
    lastUsedAt: instant(),
  },
  (table) => [
    index().on(table.userId),
    check("passkeys_name_length", sql`char_length(${table.name}) between 1 and 60`),
    check("passkeys_credential_length", sql`char_length(${table.credentialId}) <= 1400`),
    check("passkeys_counter", sql`${table.counter} >= 0`),
  ],
);

/**
 * A challenge that an authenticator must sign. The first answer consumes it, whether it is valid or not. Only its
 * SHA-256 is stored. `userId` is the person who must answer; null: the person whose passkey answers signs in.
 */
export const passkeyChallenges = pgTable(
  "passkey_challenges",
  {
    challengeHash: bytea().primaryKey(),
    purpose: text().$type<"add" | "sign-in">().notNull(),
    userId: uuid().references(() => users.id, { onDelete: "cascade" }),
    expiresAt: instant().notNull(),
  },
  (table) => [
    index().on(table.expiresAt),
    index().on(table.userId),
    check("passkey_challenges_purpose", sql`${table.purpose} in ('add', 'sign-in')`),
    check("passkey_challenges_added_by_a_person", sql`${table.purpose} = 'sign-in' or ${table.userId} is not null`),
  ],
);

/**
 * The new address that a person wants, until they confirm it with the button behind a link in a mail to it. At most one
 * per person. `tokenHash` is the SHA-256 of the token in that mail.
 */
export const emailChanges = pgTable(
  "email_changes",
  {
    userId: userId().primaryKey(),
    email: text().notNull(),
    tokenHash: bytea().notNull().unique(),
    expiresAt: instant().notNull(),
  },
  (table) => [
    check(
      "email_changes_email_canonical",
      sql`${table.email} = lower(${table.email}) and char_length(${table.email}) <= 254`,
    ),
  ],
);

/** A browser in which a person has signed in, by the SHA-256 of a random cookie. */
export const knownBrowsers = pgTable(
  "known_browsers",
  {
    userId: userId(),
    markHash: bytea().notNull(),
    firstSeenAt: instant().notNull().defaultNow(),
    lastSeenAt: instant().notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.markHash] }), index().on(table.lastSeenAt)],
);

/**
 * A person's picture: a square of 128 pixels as WebP, made by the server from the uploaded one. `users.avatar` is its
 * hash.
 */
export const userAvatars = pgTable(
  "user_avatars",
  {
    userId: userId().primaryKey(),
    webp: bytea().notNull(),
  },
  (table) => [check("user_avatars_size", sql`octet_length(${table.webp}) between 1 and 262144`)],
);

/** A kind of mail that a person does not want. */
export const mailOptOuts = pgTable(
  "mail_opt_outs",
  {
    userId: userId(),
    /** The mail's template. */
    topic: text().notNull(),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.topic] }),
    check("mail_opt_outs_topic_length", sql`char_length(${table.topic}) between 1 and 40`),
  ],
);
