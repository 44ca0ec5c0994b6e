import { reviewSections } from "./review-sections";
import type { Section } from "./section";

const byId = [["id", "uuid"]] as const;

/**
 * The sections of an export with the person's data in one workspace: membership, things they created, actions and
 * usage.
 */
export const workspaceSections = {
  created: {
    table: "workspaces",
    person: "created_by",
    key: byId,
    columns: ["id", "slug", "name", "kind", "created_at", "deleted_at"],
  },
  membership: {
    table: "memberships",
    person: "user_id",
    key: [["user_id", "uuid"]],
    columns: ["role", "joined_at", "last_active_at", "ends_at", "monthly_limit"],
  },
  /** Without the outcome of an invitation: a former member must not learn who joined later. */
  invitations: {
    table: "invitations",
    person: "invited_by",
    key: byId,
    columns: ["id", "email", "role", "created_at", "expires_at"],
  },
  inviteLinks: {
    table: "invite_links",
    person: "created_by",
    key: byId,
    columns: ["id", "role", "max_uses", "uses", "domain", "created_at", "expires_at", "ended_at"],
  },
  joinRequests: {
    table: "join_requests",
    person: "user_id",
    key: byId,
    columns: ["id", "status", "created_at", "settled_at"],
  },
  joinRequestsAnswered: {
    table: "join_requests",
    person: "settled_by",
    key: byId,
    columns: ["id", "status", "settled_at"],
  },
  roleRequests: {
    table: "role_requests",
    person: "user_id",
    key: byId,
    columns: ["id", "role", "status", "created_at", "settled_at"],
  },
  roleRequestsAnswered: {
    table: "role_requests",
    person: "settled_by",
    key: byId,
    columns: ["id", "role", "status", "settled_at"],
  },
  limitRequests: {
    table: "limit_requests",
    person: "user_id",
    key: byId,
    columns: ["id", "kind", "whose", "measure", "amount", "reason", "status", "created_at", "settled_at"],
  },
  limitRequestsAnswered: {
    table: "limit_requests",
    person: "settled_by",
    key: byId,
    columns: ["id", "kind", "measure", "amount", "status", "settled_at"],
  },
  alertWebhooks: {
    table: "alert_webhooks",
    person: "set_by",
    key: [["workspace_id", "uuid"]],
    columns: ["host", "created_at"],
  },
  looks: {
    table: "looks",
    person: "operator_id",
    key: byId,
    columns: ["id", "reason", "status", "created_at", "ends_at", "settled_at"],
  },
  looksAnswered: {
    table: "looks",
    person: "settled_by",
    key: byId,
    columns: ["id", "status", "ends_at", "settled_at"],
  },
  groupRules: {
    table: "group_rules",
    person: "created_by",
    key: byId,
    columns: ["id", "group_name", "role", "created_at"],
  },
  acceptedGroupRules: {
    table: "group_rules",
    person: "accepted_by",
    key: byId,
    columns: ["id", "group_name", "role", "accepted_at"],
  },
  domains: {
    table: "domains",
    person: "created_by",
    key: byId,
    columns: ["id", "domain", "mode", "proof", "status", "created_at"],
  },
  /** Without the last use and its address: the workspace keeps the keys, and other members use them. */
  keys: {
    table: "api_keys",
    person: "created_by",
    key: [["id", "text"]],
    columns: [
      ...[
        "id",
        "name",
        "last_four",
        "scopes",
        "models",
        "ip_ranges",
        "origins",
        "is_service",
        "created_at",
        "expires_at",
      ],
      ...["last_used_at", "disabled_at", "disabled_because", "revoked_at"],
      ...["requests_per_minute", "tokens_per_minute", "monthly_limit"],
    ],
  },
  files: {
    table: "files",
    person: "uploaded_by",
    key: byId,
    columns: ["id", "filename", "bytes", "purpose", "visibility", "created_at", "expires_at", "deleted_at"],
  },
  batches: {
    table: "batches",
    person: "created_by",
    key: byId,
    columns: ["id", "endpoint", "status", "total", "completed", "failed", "cost", "created_at", "ended_at"],
  },
  fineTuningJobs: {
    table: "fine_tuning_jobs",
    person: "created_by",
    key: byId,
    columns: ["id", "model", "status", "suffix", "fine_tuned_model", "cost", "created_at", "ended_at"],
  },
  models: {
    table: "models",
    person: "created_by",
    key: [["id", "text"]],
    columns: ["id", "name", "description", "base", "origin", "visibility", "created_at", "archived_at", "deleted_at"],
  },
  modelsMayUse: {
    table: "model_members",
    person: "user_id",
    key: [["model_id", "text"]],
    columns: ["model_id"],
  },
  modelsShared: {
    table: "model_shares",
    person: "shared_by",
    key: [
      ["model_id", "text"],
      ["to_workspace_id", "uuid"],
    ],
    columns: ["model_id", "to_workspace_id", "created_at", "ends_at"],
  },
  routes: {
    table: "model_routes",
    person: "created_by",
    key: [["id", "text"]],
    columns: ["id", "mode", "created_at"],
  },
  modelsRetired: {
    table: "model_retirements",
    person: "created_by",
    key: [["model_id", "text"]],
    columns: ["model_id", "announced_at", "retires_at", "successor", "afterwards"],
  },
  tags: {
    table: "usage_tags",
    person: "created_by",
    key: [["name", "text"]],
    columns: ["name", "created_at"],
  },
  ...reviewSections,
  savedViews: {
    table: "saved_views",
    person: "user_id",
    key: [["id", "uuid"]],
    columns: ["id", "list", "name", "query", "created_at"],
  },
  playgroundPresets: {
    table: "playground_presets",
    person: "created_by",
    key: [["id", "uuid"]],
    columns: ["id", "name", "instructions", "parameters", "tools", "created_at"],
  },
  /** The person's own actions, without the values before and after: these can be about other people. */
  actions: {
    table: "audit_events",
    person: "actor_id",
    key: [
      ["at", "timestamptz"],
      ["id", "uuid"],
    ],
    columns: ["id", "at", "action", "target_type", "target_id", "ip", "user_agent", "request_id"],
  },
  /** Actions of others on the person: what and when, but not by whom. */
  happenings: {
    table: "audit_events",
    person: "target_id",
    also: "target_type = 'member'",
    key: [
      ["at", "timestamptz"],
      ["id", "uuid"],
    ],
    columns: ["id", "at", "action"],
  },
  usage: {
    table: "usage_ledger",
    person: "member_id",
    key: [
      ["at", "timestamptz"],
      ["id", "uuid"],
    ],
    columns: [
      ...[
        "id",
        "at",
        "key_id",
        "model",
        "operation",
        "is_streamed",
        "status",
        "error_code",
        "model_server",
        "failover",
        "route",
        "tags",
      ],
      ...["prompt_tokens", "completion_tokens", "cost", "total_ms", "cache_read_tokens", "cache_write_tokens"],
      ...["audio_input_tokens", "image_input_tokens", "reasoning_tokens", "audio_output_tokens"],
      ...["seconds", "images", "pages", "characters"],
    ],
  },
} as const satisfies Record<string, Section>;

export type WorkspaceSection = keyof typeof workspaceSections;
