import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type postgres from "postgres";

/** The folders of db/sql, in the order in which they are applied. */
const kinds = ["roles", "functions", "policies", "triggers"] as const;

/**
 * One file of db/sql. `name` is that of the function or role, of the table whose policies it contains, or
 * TABLE.TRIGGER. `checksum` is the SHA-256 of its text, in hex.
 */
export type SqlObject = { kind: (typeof kinds)[number]; name: string; path: string; text: string; checksum: string };

/**
 * Reads the files of db/sql in the order in which they are applied: a function comes after those that it mentions.
 *
 * @param folder the absolute path of db/sql
 */
export function readSqlObjects(folder: string): SqlObject[] {
  return kinds.flatMap((kind) => {
    const files = readdirSync(path.join(folder, kind)).filter((file) => file.endsWith(".sql"));
    const objects = files.sort().map((file) => {
      // Files that were checked out on Windows have other line ends; they must have the same checksum.
      const text = readFileSync(path.join(folder, kind, file), "utf8").replaceAll("\r\n", "\n");
      return { kind, name: file.slice(0, -".sql".length), path: `${kind}/${file}`, text, checksum: sha256(text) };
    });
    return kind === "functions" ? afterWhatTheyMention(objects) : objects;
  });
}

/**
 * Returns the checksum of a build's SQL: of all files and the version, because a later version may return to an
 * earlier text.
 */
export function checksumOf(objects: SqlObject[], version: string): string {
  return sha256([version, ...objects.map((object) => `${object.path} ${object.checksum}`).sort()].join("\n"));
}

/**
 * Returns those of `objects` that have changed since they were last applied. With `all`, every role and function is
 * included, which locks no table, and the policies and triggers that were dropped together with what they depend on.
 */
export async function changedObjects(
  tx: postgres.TransactionSql,
  objects: SqlObject[],
  all: boolean,
): Promise<SqlObject[]> {
  const rows = await tx<{ path: string; checksum: string }[]>`select path, checksum from drizzle.sql_objects`;
  const applied = new Map(rows.map((row) => [row.path, row.checksum]));
  const isChanged = ({ path, checksum }: SqlObject) => applied.get(path) !== checksum;
  if (!all) return objects.filter(isChanged);
  const policies = await policiesByTable(tx);
  const triggers = await tx<{ name: string }[]>`
    select c.relname || '.' || t.tgname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where c.relnamespace = 'public'::regnamespace and not t.tgisinternal`;
  const isThere = ({ kind, name, text }: SqlObject) => {
    if (kind === "triggers") return triggers.some((trigger) => trigger.name === name);
    const wanted = text.match(/^\s*CREATE POLICY\b/gim)?.length ?? 0;
    return kind === "policies" && policies.get(name)?.length === wanted;
  };
  return objects.filter((object) => isChanged(object) || !isThere(object));
}

/**
 * Makes the database's roles, functions, policies and triggers equal to `objects`: applies those that have changed,
 * and drops those that are no longer among them.
 *
 * @param tx the transaction of the migration, under its lock
 * @param all also applies unchanged objects that may be missing, because a migration may have dropped what they
 * depend on
 * @throws when a role has been removed from db/sql (roles belong to the whole server), or when something still
 * depends on a dropped object
 */
export async function applySqlObjects(tx: postgres.TransactionSql, objects: SqlObject[], all: boolean): Promise<void> {
  const rows = await tx<{ path: string; checksum: string }[]>`select path, checksum from drizzle.sql_objects`;
  const changed = await changedObjects(tx, objects, all);
  const present = new Set(objects.map((object) => object.path));
  const removed = rows.map((row) => splitPath(row.path)).filter((object) => !present.has(object.path));
  const removedOf = (kind: string) => removed.filter((object) => object.kind === kind);

  const [role] = removedOf("roles");
  if (role) throw new Error(`db/sql/${role.path} is gone, and a role is not dropped with one database`);
  for (const { name } of removedOf("triggers")) await dropTrigger(tx, name);
  const policies = await policiesByTable(tx);
  for (const { name } of removedOf("policies")) for (const drop of policies.get(name) ?? []) await tx.unsafe(drop);
  const functions = await functionsByName(tx);
  for (const { kind, name, text } of changed) {
    const before: string[] = [];
    if (kind === "policies") before.push(...(policies.get(name) ?? []));
    // CREATE OR REPLACE cannot change a return type, and with other parameters it would leave the old function beside
    // the new one.
    if (kind === "functions")
      for (const { drop, isNeeded } of functions.get(name) ?? []) if (!isNeeded) before.push(drop);
    await tx.unsafe([...before, text].join(";\n"));
  }
  for (const { name } of removedOf("functions"))
    for (const { drop } of functions.get(name) ?? []) await tx.unsafe(drop);
  if (removed.length > 0)
    await tx`delete from drizzle.sql_objects where path in ${tx(removed.map((object) => object.path))}`;
  if (changed.length > 0)
    await tx`
      insert into drizzle.sql_objects ${tx(changed, "path", "checksum")}
      on conflict (path) do update set checksum = excluded.checksum`;
}

async function dropTrigger(tx: postgres.TransactionSql, name: string): Promise<void> {
  const [table, trigger] = name.split(".") as [string, string];
  // The trigger is gone already if its table was dropped.
  const there = await tx`
    select from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where c.relnamespace = 'public'::regnamespace and c.relname = ${table} and t.tgname = ${trigger}`;
  if (there.length > 0) await tx`drop trigger ${tx(trigger)} on ${tx(table)}`;
}

/**
 * Returns the statements that drop each policy, by table. Row-level security stays enabled, so a table without
 * policies shows no rows.
 */
async function policiesByTable(tx: postgres.TransactionSql): Promise<Map<string, string[]>> {
  const rows = await tx<{ table: string; drop: string }[]>`
    select tablename as table, format('drop policy %I on %I', policyname, tablename) as drop
    from pg_policies where schemaname = 'public'`;
  const byTable = new Map<string, string[]>();
  for (const { table, drop } of rows) byTable.set(table, [...(byTable.get(table) ?? []), drop]);
  return byTable;
}

type Drop = { drop: string; isNeeded: boolean };

/**
 * Returns the statements that drop each function which no extension owns, by name. `isNeeded`: a policy, a trigger or
 * a function body depends on it.
 */
async function functionsByName(tx: postgres.TransactionSql): Promise<Map<string, Drop[]>> {
  const rows = await tx<({ name: string } & Drop)[]>`
    select p.proname as name, format('drop function %s', p.oid::regprocedure) as drop, exists (
      select from pg_depend d where d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid and d.deptype = 'n') as "isNeeded"
    from pg_proc p where p.pronamespace = 'public'::regnamespace and not exists (
      select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')`;
  const byName = new Map<string, Drop[]>();
  for (const row of rows) byName.set(row.name, [...(byName.get(row.name) ?? []), row]);
  return byName;
}

function splitPath(path: string): { kind: string; name: string; path: string } {
  const [kind, file] = path.split("/") as [string, string];
  return { kind, name: file.slice(0, -".sql".length), path };
}

/**
 * Sorts functions so that each comes after those it mentions: PostgreSQL parses some bodies at once, and their
 * functions must exist then.
 */
function afterWhatTheyMention<T extends { name: string; text: string }>(functions: T[]): T[] {
  const ordered = new Set<T>();
  const visiting = new Set<T>();
  const visit = (object: T) => {
    if (visiting.has(object)) return;
    visiting.add(object);
    for (const other of functions) if (new RegExp(`\\b${other.name}\\(`).test(object.text)) visit(other);
    ordered.add(object);
  };
  for (const object of functions) visit(object);
  return [...ordered];
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
