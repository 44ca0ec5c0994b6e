import { readdirSync } from "node:fs";
import path from "node:path";
import type postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import "@/tests/support/database";
import { catalogue } from "@/tests/support/schema/catalogue";
import { emptyDatabase, type OwnDatabase } from "@/tests/support/schema/releases";
import { database } from "./client";
import { isMigrated, migrate } from "./migrate";
import { applySqlObjects, checksumOf, readSqlObjects, type SqlObject } from "./sql-objects";

const objects = readSqlObjects(path.resolve("db/sql"));
let own: OwnDatabase;

beforeAll(async () => {
  own = await emptyDatabase();
  await migrate(own.url);
});

afterAll(() => own.drop());

/** Runs `check` after `changed` has been applied in place of db/sql, and undoes it. */
async function applied(changed: SqlObject[], check: (tx: postgres.TransactionSql) => Promise<void>): Promise<void> {
  const undo = new Error("undo");
  await own.sql
    .begin(async (tx) => {
      await tx`set local role atelier_owner`;
      await applySqlObjects(tx, changed, false);
      await check(tx);
      throw undo;
    })
    .catch((error) => {
      if (error !== undo) throw error;
    });
}

const object = (kind: SqlObject["kind"], name: string, text: string): SqlObject => ({
  ...{ kind, name, text },
  path: `${kind}/${name}.sql`,
  checksum: text,
});
const without = (...paths: string[]) => objects.filter((one) => !paths.includes(one.path));
const functionsCalled = (tx: postgres.TransactionSql, name: string) => tx`
  select oid::regprocedure::text as signature, pg_get_function_result(oid) as result from pg_proc where proname = ${name}`;

describe("db/sql", () => {
  test("has a file for each function, trigger and table with policies, under its name", async () => {
    const names = (kind: string) => readdirSync(path.resolve("db/sql", kind)).map((file) => file.replace(/\.sql$/, ""));
    const there = await own.sql<{ kind: string; name: string }[]>`
      select 'functions' as kind, proname as name from pg_proc p where pronamespace = 'public'::regnamespace
        and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
      union all select 'triggers', relname || '.' || tgname from pg_trigger join pg_class c on c.oid = tgrelid
        where not tgisinternal and relname !~ '^usage_ledger_[0-9]'
      union all select 'policies', relname from pg_class
        where relrowsecurity and relnamespace = 'public'::regnamespace and relname !~ '^usage_ledger_[0-9]'`;
    for (const kind of ["functions", "triggers", "policies"])
      expect([
        kind,
        there
          .filter((one) => one.kind === kind)
          .map(({ name }) => name)
          .sort(),
      ]).toEqual([kind, names(kind).sort()]);
  });

  test("is applied again without a change to anything", async () => {
    const before = await catalogue(own.sql);
    await own.sql.begin(async (tx) => {
      await tx`set local role atelier_owner`;
      await applySqlObjects(tx, objects, true);
    });
    expect(await catalogue(own.sql)).toEqual(before);
  });
});

test("a function is replaced by one that takes and returns something else", () =>
  applied(
    [
      ...without("functions/usage_cost.sql"),
      object(
        "functions",
        "usage_cost",
        "create or replace function usage_cost(tokens text) returns text language sql return tokens",
      ),
    ],
    async (tx) => {
      expect(await functionsCalled(tx, "usage_cost")).toEqual([{ signature: "usage_cost(text)", result: "text" }]);
    },
  ));

test("a function that policies stand on is replaced where it is", () =>
  applied(
    [
      ...without("functions/app_user_id.sql"),
      object(
        "functions",
        "app_user_id",
        "create or replace function app_user_id() returns uuid language sql stable return null::uuid",
      ),
    ],
    async (tx) => {
      const [row] = await tx`select pg_get_functiondef('app_user_id'::regproc) as text`;
      expect(row?.text).toContain("NULL::uuid");
      expect(await tx`select from pg_policies where qual like '%app_user_id()%'`).not.toEqual([]);
    },
  ));

test("what has no file any more is dropped, and nothing else", () =>
  applied(
    without("triggers/api_keys.announce_removal.sql", "functions/usage_lock.sql", "policies/rate_limits.sql"),
    async (tx) => {
      await tx`create function not_ours() returns int language sql return 1`;
      expect(await tx`select from pg_trigger where tgname = 'announce_removal'`).toEqual([]);
      expect(await functionsCalled(tx, "usage_lock")).toEqual([]);
      expect(await functionsCalled(tx, "not_ours")).toHaveLength(1);
      // A table without policies shows no rows instead of all rows.
      const [table] = await tx`select relrowsecurity as on from pg_class where relname = 'rate_limits'`;
      expect(table).toEqual({ on: true });
      expect(await tx`select from pg_policies where tablename = 'rate_limits'`).toEqual([]);
      expect(await tx`select from drizzle.sql_objects`).toHaveLength(objects.length - 3);
    },
  ));

test("a policy that its file has no more is dropped", () =>
  applied(
    [
      ...without("policies/files.sql"),
      object("policies", "files", "create policy tenant on files using (false) with check (false)"),
    ],
    async (tx) => {
      expect(await tx`select policyname as name from pg_policies where tablename = 'files'`).toEqual([
        { name: "tenant" },
      ]);
    },
  ));

test("what the role's file grants no more is revoked", () => {
  const role = objects.find(({ kind }) => kind === "roles") as SqlObject;
  const text = role.text.replace("audit_events, audit_seals,", "audit_seals,");
  return applied([...without(role.path), { ...role, text, checksum: "another" }], async (tx) => {
    const [may] = await tx`
      select has_table_privilege('atelier_app', 'audit_events', 'select') as lost, has_table_privilege('atelier_app', 'files', 'delete') as kept`;
    expect(may).toEqual({ lost: false, kept: true });
  });
});

test.each([
  ["roles/atelier_app.sql", "db/sql/roles/atelier_app.sql is gone"],
  ["functions/app_workspace_id.sql", "cannot drop function app_workspace_id()"],
])("taking away %s, which is still needed, is refused", async (gone, sentence) => {
  await expect(applied(without(gone), async () => {})).rejects.toThrow(sentence);
});

describe("whether a database is ready for this build", () => {
  test("depends on its SQL as well as on its migrations", async () => {
    expect(await isMigrated(database())).toBe(true);
    const { owner } = await import("@/tests/support/database");
    const rows = await owner`delete from drizzle.sql_builds returning *`;
    expect(await isMigrated(database())).toBe(false);
    // A later build was applied: this one goes on until it is replaced.
    await owner`insert into drizzle.sql_builds (checksum, version) values ('another', '999.0.0')`;
    expect(await isMigrated(database())).toBe(true);
    await owner`delete from drizzle.sql_builds`;
    await owner`insert into drizzle.sql_builds ${owner(rows)}`;
  });

  test("a start leaves the SQL of a later version alone", async () => {
    const lost = "drop trigger announce_removal on api_keys";
    await own.sql.unsafe(lost);
    await own.sql`insert into drizzle.sql_builds (checksum, version) values ('another', '999.0.0')`;
    await migrate(own.url);
    expect(await own.sql`select from pg_trigger where tgname = 'announce_removal'`).toEqual([]);
    await own.sql`delete from drizzle.sql_builds`;
    await own.sql`delete from drizzle.sql_objects where path like 'triggers/%'`;
    await migrate(own.url);
    expect(await own.sql`select from pg_trigger where tgname = 'announce_removal'`).toHaveLength(1);
  });

  test("the same text in a later version is another build", () => {
    expect(checksumOf(objects, "1.0.0")).not.toBe(checksumOf(objects, "1.1.0"));
    expect(checksumOf(objects.slice(1), "1.0.0")).not.toBe(checksumOf(objects, "1.0.0"));
  });
});
