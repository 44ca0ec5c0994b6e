import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { instanceLog } from "@/db/client";
import { owner } from "@/tests/support/database";
import { newPerson } from "@/tests/support/people";
import { type World, world } from "@/tests/support/procedures/world";
import { fillTenantTables } from "@/tests/support/schema/tenant-tables";

let here: World;
let app: postgres.Sql;

beforeAll(async () => {
  app = postgres(process.env.DATABASE_APP_URL ?? "", { max: 1, onnotice: () => {} });
  here = await world();
  await fillTenantTables(owner, here.workspace.id);
});

afterAll(() => app.end({ timeout: 1 }));

/** Runs a statement for a person, like a transaction of the instance's pages. */
const as = (userId: string, statement: string, workspaceId = instanceLog) =>
  app.begin(async (tx) => {
    await tx`select set_config('app.user_id', ${userId}, true), set_config('app.workspace_id', ${workspaceId}, true),
      set_config('role', 'atelier_operator', true)`;
    return tx.unsafe(statement);
  });

const operatorId = () => here.operators[0].person.id;

/** The columns of workspaces and people that an operator's transaction may read. Adding a column is a decision. */
const readable = {
  account_events: ["action", "at", "id", "ip", "user_agent", "user_id"],
  accounts: ["provider", "provider_account_id", "type", "user_id"],
  api_keys: ["created_by", "disabled_at", "expires_at", "id", "is_service", "revoked_at", "workspace_id"],
  audit_events: "all columns",
  audit_seals: "all columns",
  audit_unsealed: "all columns",
  base_retirements: "all columns",
  budgets: ["amount", "span", "subject", "whose", "workspace_id"],
  email_changes: ["email", "expires_at", "user_id"],
  environment_groups: "all columns",
  file_totals: "all columns",
  fine_tuning_jobs: ["ended_at", "id", "workspace_id"],
  group_rules: [
    "accepted_at",
    "accepted_claim",
    "accepted_client",
    "created_at",
    "environment",
    "group_name",
    "id",
    "provider_id",
    "role",
    "workspace_id",
  ],
  instance_days: "all columns",
  instance_logo: "all columns",
  instance_providers: [
    ...[
      "allowed_workspaces",
      "changed_at",
      "created_at",
      "endpoints",
      "has_key",
      "id",
      "models",
      "name",
      "state",
      "tuned",
      "url",
    ],
  ],
  instance_settings: "all columns",
  known_browsers: ["first_seen_at", "last_seen_at", "user_id"],
  limit_requests: [
    ...["amount", "audience", "created_at", "id", "kind", "measure", "reason", "status", "user_id", "whose"],
    "workspace_id",
  ],
  mail_route: ["changed_at", "encryption", "has_secret", "host", "id", "kind", "port", "sender", "username"],
  mail_opt_outs: ["created_at", "topic", "user_id"],
  mail_outbox: ["attempts", "created_at", "due_at", "id", "last_error", "settled_at", "status", "template"],
  memberships: ["ends_at", "joined_at", "last_active_at", "role", "user_id", "workspace_id"],
  model_prices: "all columns",
  looks: "all columns",
  operators: "all columns",
  passkeys: ["created_at", "id", "is_synced", "last_used_at", "name", "user_id"],
  rate_buckets: "all columns",
  saml_keys: ["certificate", "created_at", "id", "signs_since"],
  sessions: ["by_passkey", "created_at", "expires_at", "id", "ip", "last_seen_at", "provider", "user_agent", "user_id"],
  sign_in_providers: [
    ...["certificates", "changed_at", "client_authentication", "client_id", "created_at", "email_claim"],
    ...["groups_claim", "id", "is_enabled", "is_missing_none", "issuer", "name", "protocol", "scope", "sign_in_url"],
    ...["sign_out_url", "signs_requests", "subject_claim", "trust_email"],
  ],
  sign_in_rules: "all columns",
  sign_in_tests: "all columns",
  suppressed_addresses: "all columns",
  spend_counters: ["period", "reserved", "span", "spent", "subject", "workspace_id"],
  usage_hourly: ["cost", "errors", "hour", "requests", "workspace_id"],
  users: [
    ...["avatar", "created_at", "deactivated_at", "deleted_at", "email", "email_verified_at", "id", "last_seen_at"],
    ...["locale", "name", "time_zone", "week_start"],
  ],
  workspace_figures: "all columns",
  workspaces: [
    ...["allowed_models", "allowed_providers"],
    ...["created_at", "created_by", "deleted_at", "id", "kind", "member_count", "monthly_limit"],
    ...["most_file_bytes", "most_keys", "most_members", "most_requests_per_minute", "most_tokens_per_minute"],
    ...["name", "name_key", "purge_begun_at", "slug", "suspended_at", "suspended_reason"],
  ],
};

describe("TI-30 the role of an operator's transactions", () => {
  test("reads these columns and no other", async () => {
    const rows = await owner<{ table: string; column: string; whole: boolean }[]>`
      select c.relname as table, a.attname as column, has_table_privilege('atelier_operator', c.oid, 'select') as whole
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
        and has_column_privilege('atelier_operator', c.oid, a.attnum, 'select') order by 1, 2`;
    const found: Record<string, string | string[]> = {};
    for (const { table, column, whole } of rows)
      found[table] = whole ? "all columns" : [...((found[table] as string[]) ?? []), column];
    expect(found).toEqual(readable);
  });

  test.each([
    "files",
    "models",
    "invitations",
    "fine_tuning_jobs",
    "usage_ledger",
    "mail_outbox",
    "api_keys",
    "sessions",
    "accounts",
    "passkeys",
    "known_browsers",
    "email_changes",
    "account_events",
  ])("is refused %s, also inside the workspace", async (table) => {
    for (const workspaceId of [instanceLog, here.workspace.id])
      await expect(as(operatorId(), `select * from ${table}`, workspaceId)).rejects.toMatchObject({ code: "42501" });
  });

  test("reads no workspace's audit log, also inside the workspace, and the instance's own", async () => {
    const select = "select workspace_id from audit_events";
    await here.operators[0].api.instance.verifyAudit({});
    for (const workspaceId of [instanceLog, here.workspace.id]) {
      const rows = await as(operatorId(), select, workspaceId);
      expect([...new Set(rows.map((row) => row.workspace_id))]).toEqual(
        workspaceId === instanceLog ? [instanceLog] : [],
      );
    }
  });

  test("shows an operator that there are workspaces, and no other caller of that role", async () => {
    const count = async (userId: string) => (await as(userId, "select id from workspaces")).length;
    expect(await count(operatorId())).toBeGreaterThan(0);
    const { person } = await newPerson();
    expect(await count(person.id)).toBe(0);
    await owner`update users set deactivated_at = now() where id = ${operatorId()}`;
    expect(await count(operatorId())).toBe(0);
    await owner`update users set deactivated_at = null where id = ${operatorId()}`;
  });

  test("changes nothing of a workspace, a person or a key", async () => {
    for (const statement of [
      "update workspaces set name = 'Mine'",
      "update users set email = 'mine@example.com'",
      "insert into memberships (workspace_id, user_id, role) select id, created_by, 'admin' from workspaces",
      "update api_keys set scopes = '{}'",
      "delete from workspaces",
      "update audit_events set action = 'x'",
    ])
      await expect(as(operatorId(), statement)).rejects.toMatchObject({ code: "42501" });
  });
});

test("TI-30 the application's role by itself sees nothing that an operator sees", async () => {
  const rows = await app.begin(async (tx) => {
    await tx`select set_config('app.user_id', ${operatorId()}, true), set_config('app.workspace_id', ${instanceLog}, true)`;
    return tx`select id from workspaces`;
  });
  expect(rows).toEqual([]);
});
