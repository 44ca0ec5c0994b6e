import type postgres from "postgres";

/**
 * Returns what a database consists of, as one line for each thing, in order: tables with their owners, grants and partitions,
 * columns, constraints, indexes, functions, triggers, policies, extensions. Two databases with the same lines behave alike.
 */
export async function catalogue(sql: postgres.Sql): Promise<string[]> {
  const lines: string[] = [];
  const [{ isRecorded } = {}] = await sql`select to_regclass('drizzle.sql_objects') is not null as "isRecorded"`;
  for (const [kind, query] of Object.entries({ ...queries, ...(isRecorded ? { sql: recorded } : {}) }))
    for (const { line } of await sql.unsafe(query)) lines.push(`${kind} ${line}`);
  return lines.sort();
}

const ours = "('public'::regnamespace, 'drizzle'::regnamespace)";
/** Returns an access list in one order, however often something was granted and revoked. */
const grants = (acl: string) => `(
  select string_agg(format('%s to %s', privilege_type, grantee::regrole), ', ' order by grantee::regrole::text, privilege_type)
  from aclexplode(${acl}) where grantee <> 0)`;

const queries = {
  table: `
    select format('%s kind=%s persistence=%s rls=%s/%s partition=%s bound=%s owner=%s grants=%s', c.oid::regclass, relkind, relpersistence,
      relrowsecurity, relforcerowsecurity, pg_get_partkeydef(c.oid), pg_get_expr(relpartbound, c.oid), relowner::regrole, ${grants("relacl")}) as line
    from pg_class c where relnamespace in ${ours} and relkind in ('r', 'p', 'v', 'm', 'S')`,
  // The position of a column only matters where a function returns whole rows of the table.
  column: `
    select format('%s.%s %s %s default=%s generated=%s identity=%s place=%s', a.attrelid::regclass, attname, format_type(atttypid, atttypmod),
      case when attnotnull then 'not null' end, pg_get_expr(d.adbin, d.adrelid), attgenerated, attidentity,
      case when exists (select from pg_proc p where p.prorettype = c.reltype) then attnum end) as line
    from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = attnum
    where relnamespace in ${ours} and relkind in ('r', 'p') and attnum > 0 and not attisdropped`,
  constraint: `
    select format('%s %s %s validated=%s', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated) as line
    from pg_constraint where connamespace in ${ours}`,
  index: `
    select format('%s valid=%s', pg_get_indexdef(indexrelid), indisvalid) as line
    from pg_index join pg_class c on c.oid = indexrelid where relnamespace in ${ours}`,
  function: `
    select format('%s owner=%s grants=%s', pg_get_functiondef(p.oid), proowner::regrole, ${grants("proacl")}) as line
    from pg_proc p where pronamespace in ${ours} and not exists (
      select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')`,
  trigger: `
    select format('%s enabled=%s', pg_get_triggerdef(t.oid), tgenabled) as line
    from pg_trigger t join pg_class c on c.oid = tgrelid
    where relnamespace in ${ours} and not tgisinternal`,
  policy: `
    select format('%s %s %s %s to %s using %s check %s', tablename, policyname, permissive, cmd, roles, qual, with_check) as line
    from pg_policies`,
  schema: `
    select format('%s owner=%s grants=%s', nspname, nspowner::regrole, ${grants("nspacl")}) as line
    from pg_namespace where oid in ${ours}`,
  extension: "select extname as line from pg_extension",
  migration: "select hash || ' ' || created_at as line from drizzle.__drizzle_migrations",
};

const recorded = "select path || ' ' || checksum as line from drizzle.sql_objects";
