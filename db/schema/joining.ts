import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { Role } from "@/server/access/permissions";
import { bytea, instant } from "./columns";
import { users } from "./people";
import { workspaceId } from "./workspaces";

/**
 * An e-mail domain whose people may join (`join`) or ask to (`request`). Claiming it proves nothing; it is `verified` by
 * a DNS TXT record or, for requests only, by an Admin's own address there. Several workspaces may prove one domain, each with a
 * record of its own; while one does, addresses prove it for none. `lapsed` means that the record is gone: people can no longer
 * join by it.
 */
export const domains = pgTable(
  "domains",
  {
    workspaceId: workspaceId(),
    id: uuid().notNull().unique().defaultRandom(),
    domain: text().notNull(),
    mode: text().$type<"join" | "request">().notNull(),
    proof: text().$type<"dns" | "address">().notNull(),
    status: text().$type<"pending" | "verified" | "lapsed">().notNull(),
    /** What the TXT record must say. */
    challenge: text().notNull(),
    createdBy: uuid()
      .notNull()
      .references(() => users.id),
    createdAt: instant().notNull().defaultNow(),
    /** When the record was looked for last, successfully or not. */
    checkedAt: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    uniqueIndex("domains_once_each").on(table.workspaceId, table.domain),
    index("domains_verified").on(table.domain).where(sql`status = 'verified'`),
    index("domains_due").on(table.checkedAt).where(sql`status = 'verified' and proof = 'dns'`),
    check("domains_mode", sql`${table.mode} in ('join', 'request')`),
    check("domains_proof", sql`${table.proof} in ('dns', 'address')`),
    check("domains_status", sql`${table.status} in ('pending', 'verified', 'lapsed')`),
    check("domains_address_only_requests", sql`${table.proof} = 'dns' or ${table.mode} = 'request'`),
    check("domains_canonical", sql`${table.domain} = lower(${table.domain}) and char_length(${table.domain}) <= 253`),
  ],
);

/** A person's request to join. One at a time for each person and workspace. */
export const joinRequests = pgTable(
  "join_requests",
  {
    workspaceId: workspaceId(),
    id: uuid().notNull().unique().defaultRandom(),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    status: text().$type<"pending" | "approved" | "declined" | "withdrawn">().notNull().default("pending"),
    /** Whether the person, in this account or another, was removed before or their membership ended. */
    isFormerMember: boolean().notNull().default(false),
    createdAt: instant().notNull().defaultNow(),
    settledAt: instant(),
    settledBy: uuid().references(() => users.id),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    uniqueIndex("join_requests_one_pending").on(table.workspaceId, table.userId).where(sql`status = 'pending'`),
    index("join_requests_of_person").on(table.userId),
    index("join_requests_waiting").on(table.workspaceId, table.createdAt).where(sql`status = 'pending'`),
    check("join_requests_status", sql`${table.status} in ('pending', 'approved', 'declined', 'withdrawn')`),
  ],
);

/**
 * A link that lets several people in. Its token is kept twice: as a SHA-256 to be found by, and sealed with a key that is
 * not in the database, so that Admins can copy it again.
 */
export const inviteLinks = pgTable(
  "invite_links",
  {
    workspaceId: workspaceId(),
    id: uuid().notNull().unique().defaultRandom(),
    tokenHash: bytea().notNull().unique(),
    tokenSealed: bytea().notNull(),
    role: text().$type<Exclude<Role, "admin">>().notNull(),
    maxUses: integer().notNull(),
    uses: integer().notNull().default(0),
    /** Only addresses of this domain may use it. */
    domain: text(),
    createdBy: uuid()
      .notNull()
      .references(() => users.id),
    createdAt: instant().notNull().defaultNow(),
    expiresAt: instant().notNull(),
    endedAt: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    uniqueIndex("invite_links_one_open").on(table.workspaceId).where(sql`ended_at is null`),
    check("invite_links_role", sql`${table.role} in ('developer', 'billing', 'viewer')`),
    check(
      "invite_links_uses",
      sql`${table.uses} between 0 and ${table.maxUses} and ${table.maxUses} between 1 and 1000`,
    ),
  ],
);

/** A member asks for another role. One at a time for each. */
export const roleRequests = pgTable(
  "role_requests",
  {
    workspaceId: workspaceId(),
    id: uuid().notNull().unique().defaultRandom(),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    /** What they ask for; once approved, what they were given. */
    role: text().$type<Role>().notNull(),
    status: text().$type<"pending" | "approved" | "declined" | "withdrawn">().notNull().default("pending"),
    createdAt: instant().notNull().defaultNow(),
    settledAt: instant(),
    settledBy: uuid().references(() => users.id),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    uniqueIndex("role_requests_one_pending").on(table.workspaceId, table.userId).where(sql`status = 'pending'`),
    index("role_requests_of_member").on(table.workspaceId, table.userId, table.createdAt),
    index("role_requests_waiting").on(table.workspaceId, table.createdAt).where(sql`status = 'pending'`),
    check("role_requests_role", sql`${table.role} in ('admin', 'developer', 'billing', 'viewer')`),
    check("role_requests_status", sql`${table.status} in ('pending', 'approved', 'declined', 'withdrawn')`),
  ],
);

/**
 * By what a former member is recognised in another account: an HMAC of the workspace with an address or with a provider's
 * subject, under a key that is not in the database. Only of those who have to ask, whose membership had an end, or whose role an Admin had changed; forgotten
 * once they are members again, after two years, and beyond the latest 10,000 of a workspace.
 */
export const formerMembers = pgTable(
  "former_members",
  {
    workspaceId: workspaceId(),
    mark: bytea().notNull(),
    /** Whether a member or the end of the membership, not the person, ended it. */
    mustAsk: boolean().notNull(),
    /** Whether it ended as they had left the groups that had made them a member: groups may make them one again, links and domains not. */
    byGroup: boolean().notNull().default(false),
    endsAt: instant(),
    /** The role that an Admin had given them by hand: an open way gives them none that can do more. */
    roleByAdmin: text().$type<Role>(),
    leftAt: instant().notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.mark] }),
    index("former_members_latest").on(table.workspaceId, table.leftAt),
    index("former_members_oldest").on(table.leftAt),
    check("former_members_mark", sql`octet_length(${table.mark}) = 32`),
    check("former_members_role", sql`${table.roleByAdmin} in ('admin', 'developer', 'billing', 'viewer')`),
    check(
      "former_members_worth_keeping",
      sql`${table.mustAsk} or ${table.endsAt} is not null or ${table.roleByAdmin} is not null`,
    ),
  ],
);
