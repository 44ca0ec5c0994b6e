import { personSections } from "@/server/account/export/person-sections";
import type { Section } from "@/server/account/export/section";

/**
 * Sections of a person's own export that are used with the same columns. The database refuses a column that the
 * operators' role may not read.
 */
const { providers, sessions, knownBrowsers, addressChange, mailOptOuts, operator } = personSections;

/**
 * The sections of the file: the person, their ways to sign in and origins, their workspaces and roles, the fact that
 * they created keys, and their actions as an operator. It has no data inside a workspace and no secrets: each column is
 * named, and the operators' role can read no others.
 */
export const knownOfPerson = {
  person: {
    table: "users",
    person: "id",
    key: [["id", "uuid"]],
    columns: ["id", "name", "email", "email_verified_at", "created_at", "last_seen_at", "deactivated_at"],
  },
  providers,
  sessions,
  passkeys: {
    table: "passkeys",
    person: "user_id",
    key: [["id", "uuid"]],
    columns: ["id", "name", "is_synced", "created_at", "last_used_at"],
  },
  knownBrowsers,
  addressChange,
  mailOptOuts,
  operator,
  memberships: {
    table: "memberships",
    person: "user_id",
    key: [["workspace_id", "uuid"]],
    columns: ["workspace_id", "role", "joined_at", "last_active_at", "ends_at"],
  },
  createdWorkspaces: {
    table: "workspaces",
    person: "created_by",
    key: [["id", "uuid"]],
    columns: ["id", "slug", "name", "kind", "created_at", "deleted_at"],
  },
  keys: {
    table: "api_keys",
    person: "created_by",
    key: [
      ["workspace_id", "uuid"],
      ["id", "text"],
    ],
    columns: ["workspace_id", "id", "is_service", "expires_at", "revoked_at", "disabled_at"],
  },
  events: {
    table: "account_events",
    person: "user_id",
    key: [
      ["at", "timestamptz"],
      ["id", "uuid"],
    ],
    columns: ["id", "at", "action", "ip", "user_agent"],
  },
  // The operators' role can only read the instance's own audit log.
  instanceLog: {
    table: "audit_events",
    person: "actor_id",
    key: [
      ["at", "timestamptz"],
      ["id", "uuid"],
    ],
    columns: ["id", "at", "action", "target_type", "target_id", "ip", "user_agent"],
  },
} as const satisfies Record<string, Section>;

/** The name of a section of the file. */
export type KnownSection = keyof typeof knownOfPerson;
