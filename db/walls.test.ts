import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { workspace } from "@/tests/support/people";
import { world } from "@/tests/support/procedures/world";
import { rowsOf } from "@/tests/support/schema/rows";
import { fillTenantTables, tenantTables } from "@/tests/support/schema/tenant-tables";

/** A correct table. */
const whole = `
  create table t (workspace_id uuid not null references workspaces, id uuid, primary key (workspace_id, id));
  alter table t enable row level security;
  alter table t force row level security;
  create policy tenant on t using (workspace_id = app_workspace_id()) with check (workspace_id = app_workspace_id());`;

let app: postgres.Sql;
let tables: string[];

beforeAll(async () => {
  app = postgres(process.env.DATABASE_APP_URL ?? "", { max: 1, onnotice: () => {} });
  tables = (await tenantTables(owner)).map(({ name }) => name);
  const { caller, workspace: made } = await world();
  await caller.api.keys.create({ workspace: made.slug, name: "A key" });
  await fillTenantTables(owner, made.id);
});

afterAll(() => app.end({ timeout: 1 }));

/** Returns the tables whose rows the application may change and delete, that is all but history. */
async function rewritable(): Promise<string[]> {
  const rows = await app<{ name: string }[]>`
    select name from unnest(${tables}::text[]) name
    where has_table_privilege(name, 'update') and has_table_privilege(name, 'delete')`;
  expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(["api_keys", "invitations", "memberships"]));
  return rows.map(({ name }) => name);
}

/** Returns the SQLSTATE and message with which the database refuses; fails the test if it does not refuse. */
async function refusal(attempt: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await attempt;
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error("it was not refused");
}

describe("TI-10 BM-07 the catalogue", () => {
  test("every table with rows of workspaces has the whole second wall", async () => {
    const all = await tenantTables(owner);
    expect(all.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["api_keys", "audit_events", "invitations", "memberships", "workspaces"]),
    );
    expect(all.filter(({ lacks }) => lacks.length > 0)).toEqual([]);
  });

  test("what does not depend on a row is asked once for a statement: a batch's workspaces, and whether an operator asks", async () => {
    const policies = await owner<{ policy: string; text: string }[]>`
      select tablename || '.' || policyname as policy, concat(qual, ' ', with_check) as text from pg_policies
      where concat(qual, with_check) ~ 'app_(workspace_ids|is_operator)'`;
    expect(policies.length).toBeGreaterThan(10);
    const oncePerStatement = /\( SELECT (unnest\()?app_(workspace_ids|is_operator)\(\)/g;
    const forEachRow = policies.filter(({ text }) =>
      /app_(workspace_ids|is_operator)\(/.test(text.replaceAll(oncePerStatement, "")),
    );
    expect(forEachRow).toEqual([]);
  });

  test.each([
    [
      "nothing but its column",
      "create table t (workspace_id uuid)",
      [
        "workspace_id not null",
        "enable row level security",
        "force row level security",
        "policy tenant",
        "index on (workspace_id, …)",
        "foreign key to workspaces",
      ],
    ],
    ["no FORCE", whole.replace(/alter table t force[^;]+;/, ""), ["force row level security"]],
    ["no ENABLE", whole.replace(/alter table t enable[^;]+;/, ""), ["enable row level security"]],
    [
      "a policy for reading only",
      whole.replace("on t using", "on t for select using").replace(/ with check.*?;/, ";"),
      ["policy tenant: for all", "policy tenant: with check"],
    ],
    [
      "a policy that writes anything",
      whole.replace(/with check \(.*\);/, "with check (true);"),
      ["policy tenant: with check"],
    ],
    ["a policy that reads anything", whole.replace(/using \(.*\) with/, "using (true) with"), ["policy tenant: using"]],
    [
      "an index in the other order",
      whole.replace("(workspace_id, id)", "(id, workspace_id)"),
      ["index on (workspace_id, …)"],
    ],
    ["no foreign key", whole.replace("references workspaces", ""), ["foreign key to workspaces"]],
    ["the whole wall", whole, []],
  ])("a new table with %s is reported for what it lacks", async (_, statements, lacks) => {
    await owner
      .begin(async (tx) => {
        await tx.unsafe(statements);
        expect((await tenantTables(tx)).find(({ name }) => name === "t")?.lacks).toEqual(lacks);
        throw new Error("undo");
      })
      .catch((error) => {
        if (error.message !== "undo") throw error;
      });
  });
});

/** Returns the columns with which a row of a table is inserted: all that are not generated. */
async function columnsOf(table: string): Promise<string> {
  const rows = await owner<{ name: string }[]>`
    select quote_ident(attname) as name from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = ''`;
  return rows.map(({ name }) => name).join(", ");
}

describe("TI-09 the application's role without app.workspace_id", () => {
  test("sees no row of any table with rows of workspaces, though each has some", async () => {
    for (const table of tables) {
      const [there] = await owner.unsafe(`select count(*)::int as n from ${table}`);
      expect([table, there?.n]).not.toEqual([table, 0]);
      expect([table, await app.unsafe(`select from ${table}`)]).toEqual([table, []]);
    }
  });

  test("changes and deletes no row", async () => {
    for (const table of await rewritable()) {
      const column = table === "workspaces" ? "id" : "workspace_id";
      expect((await app.unsafe(`update ${table} set ${column} = ${column}`)).count).toBe(0);
      expect((await app.unsafe(`delete from ${table}`)).count).toBe(0);
    }
  });

  test("can insert a copy of no row that is there", async () => {
    for (const table of tables) {
      const [row] = await owner.unsafe(`select to_jsonb(t) as row from ${table} t limit 1`);
      const columns = await columnsOf(table);
      const attempt = app.unsafe(
        `insert into ${table} (${columns}) select ${columns} from jsonb_populate_record(null::${table}, $1)`,
        [row?.row],
      );
      expect([table, (await refusal(attempt)).code]).toEqual([table, "42501"]);
    }
  });

  test("nor does the setting's empty remainder after a transaction open anything", async () => {
    const acme = await workspace();
    const seen = await app.begin(async (tx) => {
      await tx`select set_config('app.workspace_id', ${acme.id}, true)`;
      return tx`select name from workspaces`;
    });
    expect(seen).toHaveLength(1);
    expect(await app`select current_setting('app.workspace_id', true) as setting`).toEqual([{ setting: "" }]);
    expect(await app`select from workspaces`).toEqual([]);
  });
});

test("TI-09 inside one workspace the application's role reads, changes, deletes and makes no row of another", async () => {
  const [here, there] = await Promise.all([world(), world()]);
  for (const { workspace } of [here, there]) await fillTenantTables(owner, workspace.id);
  const before = await rowsOf(owner, there.workspace.id);
  const writable = await rewritable();
  for (const table of tables) {
    const column = table === "workspaces" ? "id" : "workspace_id";
    const inHere = (statement: string, values: string[]) =>
      app.begin(async (tx) => {
        await tx`select set_config('app.workspace_id', ${here.workspace.id}, true)`;
        return tx.unsafe(statement, values);
      });
    const foreign = [there.workspace.id];
    expect(await inHere(`select from ${table} where ${column} = $1`, foreign)).toEqual([]);
    if (!writable.includes(table)) continue;
    expect((await inHere(`delete from ${table} where ${column} = $1`, foreign)).count).toBe(0);
    expect((await inHere(`update ${table} set ${column} = $1 where ${column} = $1`, foreign)).count).toBe(0);
    // A row cannot be moved to another workspace either.
    const push = inHere(`update ${table} set ${column} = $1`, foreign);
    expect([table, (await refusal(push)).code]).toEqual([table, "42501"]);
  }
  expect(await rowsOf(owner, there.workspace.id)).toBe(before);
});

test("the application's role owns nothing and cannot step around the policies", async () => {
  const [role] = await app`
    select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication from pg_roles where rolname = current_user`;
  expect(role).toEqual({
    rolname: "atelier_app",
    rolsuper: false,
    rolbypassrls: false,
    rolcreaterole: false,
    rolcreatedb: false,
    rolreplication: false,
  });
  const owned = await owner`
    select relname as name from pg_class where relowner = 'atelier_app'::regrole
    union all select proname from pg_proc where proowner = 'atelier_app'::regrole
    union all select nspname from pg_namespace where nspowner = 'atelier_app'::regrole
    union all select datname from pg_database where datdba = 'atelier_app'::regrole`;
  expect(owned).toEqual([]);
  // It may switch to the operator's role, and never has that role's rights otherwise.
  const memberOf = await owner`
    select roleid::regrole::text as role, inherit_option as inherits, admin_option as grants
    from pg_auth_members where member = 'atelier_app'::regrole order by 1`;
  const roles = ["atelier_looker", "atelier_operator"];
  expect(memberOf).toEqual(roles.map((role) => ({ role, inherits: false, grants: false })));
  // A function with its owner's rights would bypass row-level security.
  const doors = await owner`select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace`;
  expect(doors).toEqual([]);
  for (const statement of [
    "create table mine (id int)",
    "alter table memberships disable row level security",
    "drop policy tenant on memberships",
    "set role atelier_owner",
    "set row_security = off; select from memberships",
  ])
    expect([statement, (await refusal(app.unsafe(statement))).code]).toEqual([statement, "42501"]);
});

describe.each([
  ["audit_events", "action = 'nothing happened'"],
  ["audit_seals", "hash = sha256('nothing happened')"],
  ["account_events", "action = 'nothing happened'"],
  ["usage_ledger", "cost = 0"],
])("PA-04 history in %s", (table, change) => {
  const rewriting = [`update ${table} set ${change}`, `delete from ${table}`, `truncate ${table} cascade`];

  test("is not the application's to rewrite", async () => {
    for (const statement of rewriting) {
      const { code, message } = await refusal(app.unsafe(statement));
      expect([statement, code, message]).toEqual([statement, "42501", `permission denied for table ${table}`]);
    }
  });

  test("is refused even to the database's owner and to a superuser, by a trigger", async () => {
    const { admin } = await workspace();
    await admin.api.account.update({ name: "Another Name" });
    const asOwner = (statement: string) =>
      owner.begin(async (tx) => {
        await tx`set local role atelier_owner`;
        await tx.unsafe(statement);
      });
    for (const statement of rewriting)
      for (const attempt of [asOwner(statement), owner.unsafe(statement)]) {
        const { code, message } = await refusal(attempt);
        expect([statement, code, message]).toEqual([statement, "42501", `${table} is append-only`]);
      }
    const [left] = await owner.unsafe(`select count(*)::int as n from ${table}`);
    expect(left?.n).toBeGreaterThan(0);
  });
});

test("a partition of the ledger is reached through the ledger only, and is as unchangeable", async () => {
  const partitions = await owner<{ name: string; isWalled: boolean }[]>`
    select relname as name, relrowsecurity and relforcerowsecurity as "isWalled" from pg_class
    where relispartition and relkind = 'r' order by relname`;
  expect(partitions.length).toBeGreaterThanOrEqual(4);
  for (const { name, isWalled } of partitions) {
    expect([name, isWalled]).toEqual([name, true]);
    for (const statement of [`select from ${name}`, `insert into ${name} default values`, `truncate ${name}`])
      expect([statement, (await refusal(app.unsafe(statement))).code]).toEqual([statement, "42501"]);
    for (const statement of [`update ${name} set cost = 0`, `delete from ${name}`, `truncate ${name}`])
      expect((await refusal(owner.unsafe(statement))).message).toBe(`${name} is append-only`);
  }
});

test("the months ahead have their partitions, made once however many ask", async () => {
  await Promise.all(Array.from({ length: 4 }, () => owner`select make_ledger_partitions()`));
  const months = [0, 1, 2].map((ahead) => {
    const now = new Date();
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1)).toISOString();
    return `usage_ledger_${month.slice(0, 7).replace("-", "_")}`;
  });
  const rows = await owner<
    { name: string }[]
  >`select relname as name from pg_class where relispartition and relkind = 'r'`;
  expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining([...months, "usage_ledger_other"]));
});
