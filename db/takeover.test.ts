import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { keyScopes } from "@/server/access/key-scopes";
import { recordedReleases } from "@/tests/releases/records";
import { miscounted } from "@/tests/support/gateway/files";
import { catalogue } from "@/tests/support/schema/catalogue";
import { databaseOf, emptyDatabase, type OwnDatabase, rowsOfTables, upgraded } from "@/tests/support/schema/releases";
import { migrate } from "./migrate";

const before = "before-0.1.0";
let fresh: string[];
const made: OwnDatabase[] = [];

async function own(database: Promise<OwnDatabase>): Promise<OwnDatabase> {
  const one = await database;
  made.push(one);
  return one;
}

beforeAll(async () => {
  const database = await emptyDatabase();
  await migrate(database.url);
  fresh = await catalogue(database.sql);
  await database.drop();
});

afterEach(async () => {
  for (const database of made.splice(0)) await database.drop();
});

describe.each(recordedReleases())("a database that %s made", (release) => {
  test("is what a new one is once it has been migrated, and every row in it stays", async () => {
    const { sql, url } = await own(databaseOf(release));
    const rows = await rowsOfTables(sql);
    expect([...rows.values()].filter((all) => all.length > 0).length).toBeGreaterThan(30);
    await migrate(url);
    expect(await catalogue(sql)).toEqual(fresh);
    expect(await rowsOfTables(sql, rows)).toEqual(upgraded(rows));
    await migrate(url);
    expect(await catalogue(sql)).toEqual(fresh);
  });
});

test("a key that could do everything can do everything after the upgrade, and no other can do more", async () => {
  const { sql, url } = await own(databaseOf("0.1.0"));
  const once = ["models:read", "chat", "embeddings", "files", "fine-tuning", "usage:read"];
  const [all, some] = await sql`select workspace_id, id from api_keys order by id limit 2`;
  await sql`update api_keys set scopes = ${once} where id = ${all?.id}`;
  await sql`update api_keys set scopes = ${once.slice(1)} where id = ${some?.id}`;
  await migrate(url);
  const scopesOf = async (id: string) => (await sql`select scopes from api_keys where id = ${id}`)[0]?.scopes;
  expect(await scopesOf(all?.id)).toEqual([...keyScopes]);
  expect(await scopesOf(some?.id)).toEqual(once.slice(1));
  const [column] = await sql`
    select column_default from information_schema.columns where table_name = 'api_keys' and column_name = 'scopes'`;
  expect(column?.column_default).toContain(`{${keyScopes.join(",")}}`);
});

test("every workspace has its figures after the upgrade, so that no list by them leaves one out", async () => {
  const { sql, url } = await own(databaseOf("0.1.0"));
  const ids = async (table: string, column: string) =>
    (await sql`select ${sql(column)} as id from ${sql(table)} order by 1`).map(({ id }) => id);
  const before = await ids("workspaces", "id");
  expect(before.length).toBeGreaterThan(0);
  await migrate(url);
  const there = (await sql`select id from workspaces where purged_at is null order by 1`).map(({ id }) => id);
  expect(await ids("workspace_figures", "workspace_id")).toEqual(there);
});

describe("what a key, a member and a workspace had used of their limits by the month", () => {
  const before = { ...process.env };
  afterEach(() => {
    Object.assign(process.env, before);
    vi.resetModules();
  });

  test.each<[string, (sql: Sql, key: Key) => Promise<unknown>, (key: Key) => string]>([
    [
      "key",
      (sql, { id }) => sql`update api_keys set monthly_limit = 1000 where id = ${id}`,
      ({ countedAs }) => countedAs,
    ],
    [
      "member",
      (sql, { memberId }) => sql`update memberships set monthly_limit = 1000 where user_id = ${memberId}`,
      ({ memberId }) => `member:${memberId}`,
    ],
    [
      "workspace",
      (sql, { workspaceId }) => sql`update workspaces set monthly_limit = 1000 where id = ${workspaceId}`,
      () => "workspace",
    ],
  ])("holds after the upgrade, of a %s", async (scope, limit, subjectOf) => {
    const { sql, url } = await own(databaseOf("0.1.0"));
    const [key] = await sql<Key[]>`
      select k.id, k.workspace_id as "workspaceId", k.created_by as "memberId", k.counted_as as "countedAs"
      from api_keys k join workspaces w on w.id = k.workspace_id join memberships m on m.workspace_id = w.id and m.user_id = k.created_by
      where k.revoked_at is null and not k.is_service and w.deleted_at is null order by k.id limit 1`;
    if (!key) throw new Error("there is no key");
    await sql`update api_keys set expires_at = null, monthly_limit = null where id = ${key.id}`;
    await sql`update memberships set monthly_limit = null`;
    await sql`update workspaces set monthly_limit = null`;
    await sql`delete from usage_reservations`;
    await sql`delete from spend_counters`;
    await limit(sql, key);
    const counter = { workspace_id: key.workspaceId, subject: subjectOf(key), spent: 945, reserved: 0 };
    await sql`insert into spend_counters ${sql({ ...counter, period: new Date().toISOString().slice(0, 8).concat("01") })}`;
    await migrate(url);
    const { pathname } = new URL(url);
    const app = new URL(process.env.DATABASE_APP_URL ?? "");
    app.pathname = pathname;
    Object.assign(process.env, { DATABASE_URL: url, DATABASE_APP_URL: app.href });
    vi.resetModules();
    const { asking, startMeters, stopMeters } = await import("@/tests/support/gateway/meters");
    const { disconnect } = await import("./client");
    const [meter] = await startMeters(sql, 1, { isHearing: false });
    const of = { keyId: key.id, memberId: key.memberId };
    // 55 of 1,000 are left: a request that may cost 60 is refused, one that may cost 40 is not.
    expect(await meter?.reserve(asking(key.workspaceId, of))).toMatchObject({
      ...{ isGranted: false, reason: "spend", scope, span: "month", limit: 1000, used: 945, isUnderWay: false },
    });
    const less = asking(key.workspaceId, { ...of, promptTokens: 0 });
    expect(await meter?.reserve(less)).toMatchObject({ isGranted: true });
    meter?.settle(less.id);
    await stopMeters();
    await disconnect();
  });
});

type Sql = OwnDatabase["sql"];
type Key = { id: string; workspaceId: string; memberId: string; countedAs: string };

test("what the files of each workspace take is right after the upgrade", async () => {
  const { sql, url } = await own(databaseOf("0.1.0"));
  const [there] = await sql`select count(*)::int as n from files where deleted_at is null`;
  expect(there?.n).toBeGreaterThan(0);
  await sql`update files set bytes = 700 where deleted_at is null`;
  await migrate(url);
  expect(await miscounted(sql)).toEqual([]);
  const [kept] = await sql`select sum(bytes)::int as bytes from file_totals`;
  expect(kept?.bytes).toBe(700 * there?.n);
});

describe("a database from before the first release", () => {
  test.each([1, 27])("that has %i of its 28 migrations is left as it is, with one sentence", async (some) => {
    const { sql, url } = await own(databaseOf(before, some));
    const was = await catalogue(sql);
    await expect(migrate(url)).rejects.toThrow(
      `The database cannot be migrated: it was made by an early version of Atelier, with ${some} of the 28 migrations before 0.1.0; start commit `,
    );
    expect(await catalogue(sql)).toEqual(was);
  });

  test("is left as it is when the process is killed half-way, and taken over by the next", async () => {
    const { sql, url } = await own(databaseOf(before));
    const was = [await catalogue(sql), await rowsOfTables(sql)];
    const holder = await sql.reserve();
    // The policies of workspaces wait for this lock: the steps before them are done but not committed.
    await holder.unsafe("begin; lock table workspaces in access share mode");
    const killed = migrate(url).then(
      () => "done",
      (error) => error.name,
    );
    await vi.waitFor(async () => {
      const [waiting] = await sql`
        select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
        and application_name = 'atelier migrations' and wait_event_type = 'Lock' and query ~ 'workspaces'`;
      expect(waiting).toBeDefined();
    }, 30_000);
    expect(await killed).toBe("MigrationError");
    await holder.unsafe("rollback");
    holder.release();
    expect([await catalogue(sql), await rowsOfTables(sql)]).toEqual(was);
    await migrate(url);
    expect(await catalogue(sql)).toEqual(fresh);
  });

  test("is taken over once, however many start at the same time", async () => {
    const { sql, url } = await own(databaseOf(before));
    const rows = await rowsOfTables(sql);
    await Promise.all(Array.from({ length: 4 }, () => migrate(url)));
    expect(await catalogue(sql)).toEqual(fresh);
    expect(await rowsOfTables(sql, rows)).toEqual(upgraded(rows));
    expect(await sql`select from drizzle.sql_builds`).toHaveLength(1);
  });
});
