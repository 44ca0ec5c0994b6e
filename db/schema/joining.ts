import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { Role } from "@/server/access/permissions";
import { bytea, instant } from "./columns";
import { users } from "./people";
import { workspaceId } from "./workspaces";

/**
 * An e-mail domain whose people may join (`join`) or ask to join (`request`). Claiming it proves nothing; it is
 * `verified` by a DNS TXT record or, for requests only, by an Admin's own address there. Several workspaces may prove
 * one domain, each with its own record; while one has, addresses no longer prove it for any. `lapsed`: the record is
 * gone, and people can no longer join by the domain.
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
    /** The content of the TXT record. */
    challenge: text().notNull(),
    createdBy: uuid()
      .notNull()
      .references(() => users.id),
    createdAt: instant().notNull().defaultNow(),
    /** When the record was last looked up, successfully or not. */
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

/** A person's request to join. At most one pending per person and workspace. */
export const joinRequests = pgTable(
  "join_requests",
  {
    workspaceId: workspaceId(),
    id: uuid().notNull().unique().defaultRandom(),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    status: text().$type<"pending" | "approved" | "declined" | "withdrawn">().notNull().default("pending"),
    /** Whether the person was removed before, or their membership ended, in this account or another. */
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
 * An invite link for several people. Its token is stored twice: as a SHA-256 for look-ups, and encrypted with a key
 * outside of the database, so that Admins can copy it again.
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

/** A member's request for another role. At most one pending per member. */
export const roleRequests = pgTable(
  "role_requests",
  {
    workspaceId: workspaceId(),
    id: uuid().notNull().unique().defaultRandom(),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    /** The requested role; once approved, the given one. */
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
 * The marks by which a former member is recognised in another account: an HMAC of the workspace with an address or with
 * a provider's subject, under a key outside of the database. Stored only for people who must ask to join again, whose
 * membership had an end date, or whose role an Admin had changed. Deleted when they are members again, after two years,
 * and beyond the latest 10,000 of a workspace.
 */
export const formerMembers = pgTable(
  "former_members",
  {
    workspaceId: workspaceId(),
    mark: bytea().notNull(),
    /** Whether the membership was ended by a member or by its end date, not by the person. */
    mustAsk: boolean().notNull(),
    /**
     * Whether it ended because they had left the groups that made them a member. Then groups may make them a member
     * again, but links and domains may not.
     */
    byGroup: boolean().notNull().default(false),
    endsAt: instant(),
    /**
     * The role that an Admin had given them by hand: links, domains and groups give them no role with more permissions.
     */
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
