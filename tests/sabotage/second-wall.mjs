// What the database refuses by itself, taken out of its migrations.

const walls = "db/migrations/0001_walls.sql";
const joining = "db/migrations/0003_joining_walls.sql";
const lists = "db/migrations/0008_lists.sql";
/** What a later migration says again is taken out there. */
const doors = "db/migrations/0025_keys_of_deleted.sql";
const forcedLast = { workspaces: doors, api_keys: doors, memberships: lists };
const expectRedIn = ["db/walls.test.ts"];

const tables = [
  [walls, "memberships"],
  [walls, "invitations"],
  [walls, "api_keys"],
  [walls, "audit_events"],
  [joining, "domains"],
  [joining, "join_requests"],
  [joining, "invite_links"],
];

const tenantOf = (column, table) =>
  `CREATE POLICY tenant ON ${table} USING (${column} = app_workspace_id()) WITH CHECK (${column} = app_workspace_id());`;
/** The same as a later migration has it, for tables with several policies. */
const alteredOf = (table, checked = "coalesce(workspace_id = app_workspace_id(), false)") =>
  `ALTER POLICY tenant ON ${table} USING (coalesce(workspace_id = app_workspace_id(), false)) WITH CHECK (${checked});`;
const altered = ["memberships", "api_keys"];
const everybody = (table) => `CREATE POLICY tenant ON ${table} USING (true) WITH CHECK (true);`;

export const secondWall = [
  {
    name: "a membership that has ended is still seen",
    file: "db/migrations/0022_membership_ends.sql",
    find: "coalesce(ends_at > now() OR coalesce(current_setting('app.job', true), '') = 'membership-ends', true)",
    replace: "true",
    expectRedIn: ["server/members/offboarding/ending.test.ts"],
  },
  {
    name: "a key does not stop with its maker's membership",
    file: doors,
    find: "least(found_key.expires_at, found_key.stops_at)",
    replace: "found_key.expires_at",
    expectRedIn: ["server/gateway/tests/offboarding.test.ts"],
  },
  {
    name: "the keys of a deleted workspace go on",
    file: doors,
    find: "found_key.workspace_deleted_at IS NULL AND ",
    replace: "",
    expectRedIn: ["server/workspaces/life/life.test.ts"],
  },
  ...[[walls, "workspaces"], ...tables].map(([file, table]) => ({
    name: `${table} without FORCE`,
    file: forcedLast[table] ?? file,
    find: `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;`,
    replace: "SELECT 1;",
    expectRedIn,
  })),
  ...[[walls, "workspaces"], ...tables].map(([file, table]) => ({
    name: `${table}: a tenant policy for everybody`,
    file: altered.includes(table) ? lists : file,
    find: altered.includes(table) ? alteredOf(table) : tenantOf(table === "workspaces" ? "id" : "workspace_id", table),
    replace: everybody(table).replace("CREATE", altered.includes(table) ? "ALTER" : "CREATE"),
    expectRedIn,
  })),
  {
    name: "invitations without a tenant policy",
    file: walls,
    find: tenantOf("workspace_id", "invitations"),
    replace: "SELECT 1;",
    expectRedIn,
    isQuick: true,
  },
  {
    name: "memberships: the policy checks nothing that is written",
    file: lists,
    find: alteredOf("memberships"),
    replace: alteredOf("memberships", "true"),
    expectRedIn,
  },
  {
    name: "an invitation is visible to an address that was not verified",
    file: walls,
    find: /(visible_to_address ON invitations[\s\S]*?) AND u\.email_verified_at IS NOT NULL/,
    replace: "$1",
    expectRedIn: ["db/visibility.test.ts"],
  },
  {
    name: "any invitation is visible to whoever holds one",
    file: walls,
    find: "token_hash = decode(nullif(current_setting('app.invitation_token_hash', true), ''), 'hex')",
    replace: "nullif(current_setting('app.invitation_token_hash', true), '') is not null",
    expectRedIn: ["db/visibility.test.ts"],
  },
  {
    name: "any key is visible to whoever presents one",
    file: walls,
    find: "USING (id = nullif(current_setting('app.api_key_id', true), ''))",
    replace: "USING (nullif(current_setting('app.api_key_id', true), '') is not null)",
    expectRedIn: ["db/visibility.test.ts"],
  },
  {
    name: "a domain is visible to an address that was not verified",
    file: joining,
    find: /(visible_to_address ON domains[\s\S]*?) AND u\.email_verified_at IS NOT NULL/,
    replace: "$1",
    expectRedIn: ["db/visibility.test.ts"],
  },
  {
    name: "any invite link is visible to whoever holds one",
    file: joining,
    find: "token_hash = decode(nullif(current_setting('app.invite_link_hash', true), ''), 'hex')",
    replace: "nullif(current_setting('app.invite_link_hash', true), '') is not null",
    expectRedIn: ["db/visibility.test.ts"],
  },
  {
    name: "a workspace whose join page is closed is visible by its slug",
    file: lists,
    find: "is_join_page_open AND slug",
    replace: "slug",
    expectRedIn: ["db/visibility.test.ts"],
  },
  {
    name: "the audit trail can be rewritten",
    file: walls,
    find: "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events EXECUTE FUNCTION refuse_rewriting_history();",
    replace: "SELECT 1;",
    expectRedIn,
  },
];
