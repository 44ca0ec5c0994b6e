import { personSections } from "@/server/account/export/person-sections";
import type { Section } from "@/server/account/export/section";

/** What a person's own export says in the same columns. One that the operators' role may not read is refused by the database. */
const { providers, sessions, knownBrowsers, addressChange, mailOptOuts, operator } = personSections;

/**
 * What is in the file of all that is known of a person: who they are, how and from where they sign in, which workspaces they are in and as what,
 * that they made keys, and what they did as an operator. Nothing of what is in a workspace, and nothing that opens anything: each column is
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
  // Of the audit logs the operators' role reads the instance's own only.
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

/** One part of the file, by name. */
export type KnownSection = keyof typeof knownOfPerson;
