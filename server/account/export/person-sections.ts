import type { Section } from "./section";

/** The sections of an export with the person's data outside any workspace. */
export const personSections = {
  person: {
    table: "users",
    person: "id",
    key: [["id", "uuid"]],
    columns: ["id", "name", "email", "email_verified_at", "image", "created_at", "time_zone", "locale", "week_start"],
  },
  picture: {
    table: "user_avatars",
    person: "user_id",
    key: [["user_id", "uuid"]],
    columns: ["webp"],
    bytes: ["webp"],
  },
  providers: {
    table: "accounts",
    person: "user_id",
    key: [
      ["provider", "text"],
      ["provider_account_id", "text"],
    ],
    columns: ["type", "provider", "provider_account_id"],
  },
  sessions: {
    table: "sessions",
    person: "user_id",
    key: [["id", "uuid"]],
    columns: ["id", "created_at", "last_seen_at", "expires_at", "ip", "user_agent"],
  },
  passkeys: {
    table: "passkeys",
    person: "user_id",
    key: [["id", "uuid"]],
    columns: ["id", "name", "credential_id", "transports", "counter", "is_synced", "created_at", "last_used_at"],
  },
  knownBrowsers: {
    table: "known_browsers",
    person: "user_id",
    key: [
      ["first_seen_at", "timestamptz"],
      ["last_seen_at", "timestamptz"],
    ],
    columns: ["first_seen_at", "last_seen_at"],
  },
  addressChange: {
    table: "email_changes",
    person: "user_id",
    key: [["user_id", "uuid"]],
    columns: ["email", "expires_at"],
  },
  mailOptOuts: {
    table: "mail_opt_outs",
    person: "user_id",
    key: [["topic", "text"]],
    columns: ["topic", "created_at"],
  },
  operator: {
    table: "operators",
    person: "user_id",
    key: [["user_id", "uuid"]],
    columns: ["source", "created_at"],
  },
  events: {
    table: "account_events",
    person: "user_id",
    key: [
      ["at", "timestamptz"],
      ["id", "uuid"],
    ],
    columns: ["id", "at", "action", "detail", "ip", "user_agent", "request_id"],
  },
} as const satisfies Record<string, Section>;

/** The name of a section of the person's own data. */
export type PersonSection = keyof typeof personSections;
