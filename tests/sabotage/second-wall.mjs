// The database's own protection: policies, triggers and grants that are removed.

const policies = (table) => `db/sql/policies/${table}.sql`;
const keyById = "db/sql/functions/api_key_by_id.sql";
const expectRedIn = ["db/walls.test.ts"];

const tables = [
  "workspaces",
  "memberships",
  "invitations",
  "api_keys",
  "audit_events",
  "domains",
  "join_requests",
  "invite_links",
  "former_members",
  "playground_presets",
  "saved_views",
  "key_footprints",
  "looks",
  "access_review_plans",
  "access_reviews",
  "access_review_items",
  "model_retirements",
];

/** The inbox of a person reads these tables for several workspaces in one query. */
const readInSeveral = [
  "join_requests",
  "role_requests",
  "limit_requests",
  "limit_raises",
  "memberships",
  "api_keys",
  "access_reviews",
];

const tenant = /(CREATE POLICY tenant ON \w+) USING .*;/;

export const secondWall = [
  {
    name: "an operator who looks inside can change data",
    file: "server/api/seen.ts",
    find: 'if (look) return isChange || hasContents || !lookerPermissions.includes(permission) ? "looking_inside" : null;',
    replace: "",
    expectRedIn: ["server/composition/looking-inside.test.ts"],
  },
  {
    name: "a grant to look inside has no end",
    file: "db/schema/looks.ts",
    find: ", gt(looks.endsAt, sql`now()`)",
    replace: "",
    expectRedIn: ["server/workspaces/looks/looks.test.ts"],
  },
  {
    name: "an operator who looks inside has the application's rights",
    file: "db/client.ts",
    find: ", set_config('role', 'atelier_looker', true)",
    replace: "",
    expectRedIn: ["server/workspaces/looks/looks.test.ts"],
  },
  {
    name: "the database accepts a look inside that has ended",
    file: "db/sql/functions/app_is_looking.sql",
    find: "AND l.status = 'granted' AND l.ends_at > now()",
    replace: "",
    expectRedIn: ["server/workspaces/looks/looks.test.ts"],
  },
  {
    name: "the database's certificate is not checked",
    file: "db/connection-string.ts",
    find: "rejectUnauthorized: verifies,",
    replace: "rejectUnauthorized: false,",
    expectRedIn: ["db/connect.test.ts"],
  },
  {
    name: "a start with another pepper continues",
    file: "server/keys/pepper/check.ts",
    find: "if (timingSafeEqual(mark.mac, await keepPepperMark(mark))) return;",
    replace: "if (timingSafeEqual(mark.mac, mark.mac) || (await keepPepperMark(mark))) return;",
    expectRedIn: ["server/http/check-database.test.ts"],
  },
  {
    name: "a statement that was refused without a connection runs later",
    file: "db/acquire.ts",
    find: 'Object.assign(query, { strings: ["select"], args: [], tagged: false });',
    replace: "",
    expectRedIn: ["db/acquire.test.ts"],
  },
  {
    name: "a policy without a file is not dropped",
    file: "db/sql-objects.ts",
    find: 'for (const { name } of removedOf("policies")) for (const drop of policies.get(name) ?? []) await tx.unsafe(drop);',
    replace: "",
    expectRedIn: ["db/sql-objects.test.ts"],
  },
  {
    name: "a database with only some early migrations is taken over",
    file: "db/takeover.ts",
    find: "known.length < migrationsBefore.length",
    replace: "known.length < 0",
    expectRedIn: ["db/takeover.test.ts"],
  },
  {
    name: "an interrupted takeover leaves half of its changes",
    file: "db/takeover.ts",
    find: "  return true;",
    replace: "  await tx`commit`;\n  await tx`begin`;\n  return true;",
    expectRedIn: ["db/takeover.test.ts"],
  },
  {
    name: "a membership that has ended is still visible",
    file: policies("memberships"),
    find: "coalesce(ends_at > now() OR coalesce(current_setting('app.job', true), '') = 'membership-ends', true)",
    replace: "true",
    expectRedIn: ["server/members/offboarding/ending.test.ts"],
  },
  {
    name: "a key does not stop with its maker's membership",
    file: keyById,
    find: "least(found_key.expires_at, found_key.stops_at)",
    replace: "found_key.expires_at",
    expectRedIn: ["server/gateway/tests/offboarding.test.ts"],
  },
  {
    name: "the keys of a deleted workspace still work",
    file: keyById,
    find: "found_key.workspace_deleted_at IS NULL AND ",
    replace: "",
    expectRedIn: ["server/workspaces/life/life.test.ts"],
  },
  ...tables.map((table) => ({
    name: `${table} without FORCE`,
    file: policies(table),
    find: `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;`,
    // Explicit, because an earlier migration may have forced it.
    replace: `ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY;`,
    expectRedIn,
  })),
  ...tables.map((table) => ({
    name: `${table}: a tenant policy for every role`,
    file: policies(table),
    find: tenant,
    replace: "$1 USING (true) WITH CHECK (true);",
    expectRedIn,
  })),
  ...readInSeveral.map((table) => ({
    name: `${table}: seen of every workspace where some are named`,
    file: policies(table),
    find: "workspace_id IN (SELECT unnest(app_workspace_ids()))",
    replace: "(SELECT app_workspace_ids()) IS NOT NULL",
    expectRedIn: ["server/account/inbox/inbox.test.ts"],
  })),
  {
    name: "invitations without a tenant policy",
    file: policies("invitations"),
    find: tenant,
    replace: "SELECT 1;",
    expectRedIn,
    isQuick: true,
  },
  {
    name: "memberships: the policy does not check written rows",
    file: policies("memberships"),
    find: /(CREATE POLICY tenant .* WITH CHECK) .*;/,
    replace: "$1 (true);",
    expectRedIn,
  },
  {
    name: "an invitation is visible to an address that was not verified",
    file: policies("invitations"),
    find: /(visible_to_address ON invitations[\s\S]*?) AND u\.email_verified_at IS NOT NULL/,
    replace: "$1",
    expectRedIn: ["db/visibility.test.ts"],
  },
  {
    name: "any invitation is visible to the holder of one",
    file: policies("invitations"),
    find: "token_hash = decode(nullif(current_setting('app.invitation_token_hash', true), ''), 'hex')",
    replace: "nullif(current_setting('app.invitation_token_hash', true), '') is not null",
    expectRedIn: ["db/visibility.test.ts"],
  },
  {
    name: "any key is visible to a program that presents one",
    file: policies("api_keys"),
    find: "USING (id = nullif(current_setting('app.api_key_id', true), ''))",
    replace: "USING (nullif(current_setting('app.api_key_id', true), '') is not null)",
    expectRedIn: ["db/visibility.test.ts"],
  },
  {
    name: "a domain is visible to an address that was not verified",
    file: policies("domains"),
    find: /(visible_to_address ON domains[\s\S]*?) AND u\.email_verified_at IS NOT NULL/,
    replace: "$1",
    expectRedIn: ["db/visibility.test.ts"],
  },
  {
    name: "any invite link is visible to the holder of one",
    file: policies("invite_links"),
    find: "token_hash = decode(nullif(current_setting('app.invite_link_hash', true), ''), 'hex')",
    replace: "nullif(current_setting('app.invite_link_hash', true), '') is not null",
    expectRedIn: ["db/visibility.test.ts"],
  },
  {
    name: "a workspace whose join page is closed is visible by its slug",
    file: policies("workspaces"),
    find: "is_join_page_open AND slug",
    replace: "slug",
    expectRedIn: ["db/visibility.test.ts"],
  },
  {
    name: "the audit trail can be rewritten",
    file: "db/sql/triggers/audit_events.append_only.sql",
    find: "CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events EXECUTE FUNCTION refuse_rewriting_history();",
    replace: "SELECT 1;",
    expectRedIn,
  },
];
