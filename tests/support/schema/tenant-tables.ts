import type postgres from "postgres";

/**
 * Tables whose foreign keys are checked on another table that is written in the same statement, because checking them
 * for each call would cost a third of the write. A test proves it.
 */
export const referringFor: ReadonlyMap<string, string> = new Map([
  ["spend_counters", "usage_hourly"],
  ["usage_leases", "usage_hourly"],
  ["usage_ledger", "usage_hourly"],
  ["usage_unsealed", "usage_hourly"],
]);

/**
 * A table with rows of workspaces, and what it lacks of the protection by row-level security; empty when it lacks
 * nothing.
 */
export type TenantTable = { name: string; lacks: string[] };

/**
 * Returns every table with rows of workspaces and what it lacks. Such a table has a `workspace_id`, or is
 * `workspaces`; partitions are accessed through their table. Required are: row-level security enabled and forced, a
 * permissive policy `tenant` for every command and role whose USING and WITH CHECK are both "this workspace's rows",
 * a full index that begins with the workspace, and a foreign key to `workspaces`. For the audit log the foreign key
 * is on a column computed from the workspace, because the instance's own events belong to none. For tables that are
 * written for each call it is on the table in `referringFor`.
 */
export async function tenantTables(sql: postgres.ISql): Promise<TenantTable[]> {
  const rows = await sql<
    {
      name: string;
      column: string;
      is_not_null: boolean;
      is_enabled: boolean;
      is_forced: boolean;
      policy: {
        cmd: string;
        permissive: boolean;
        allRoles: boolean;
        using: string | null;
        check: string | null;
      } | null;
      is_indexed: boolean;
      is_referencing: boolean;
    }[]
  >`
    select c.relname as name, a.attname as column, a.attnotnull as is_not_null,
           c.relrowsecurity as is_enabled, c.relforcerowsecurity as is_forced,
           (select json_build_object('cmd', p.polcmd, 'permissive', p.polpermissive, 'allRoles', p.polroles = '{0}',
                     'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid))
            from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant') as policy,
           exists (select from pg_index i where i.indrelid = c.oid and i.indkey[0] = a.attnum and i.indpred is null and i.indisvalid) as is_indexed,
           c.relname = 'workspaces' or exists (
             select from pg_constraint k where k.conrelid = c.oid and k.contype = 'f' and k.convalidated and (
               k.confrelid = 'workspaces'::regclass and (k.conkey = array[a.attnum] or exists (
                 select from pg_attribute g where g.attrelid = c.oid and array[g.attnum] = k.conkey
                   and g.attgenerated = 's' and g.attname = 'of_workspace'))
               or k.confrelid = 'audit_events'::regclass and k.conkey[1] = a.attnum)) as is_referencing
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
      and a.attname = case c.relname when 'workspaces' then 'id' else 'workspace_id' end
    where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
    order by c.relname`;
  const referring = new Set(rows.flatMap(({ name, is_referencing }) => (is_referencing ? [name] : [])));
  return rows.map(({ name, column, policy, ...table }) => {
    const own = `(${column} = app_workspace_id())`;
    // The same condition, written so that the planner cannot analyse it.
    const isOwn = (condition: string | null) => condition === own || condition === `COALESCE(${own}, false)`;
    const wants: Record<string, boolean> = {
      [`${column} not null`]: table.is_not_null,
      "enable row level security": table.is_enabled,
      "force row level security": table.is_forced,
      "policy tenant": policy !== null,
      "policy tenant: for all": policy === null || (policy.cmd === "*" && policy.permissive && policy.allRoles),
      "policy tenant: using": policy === null || isOwn(policy.using),
      "policy tenant: with check": policy === null || isOwn(policy.check),
      [`index on (${column}, …)`]: table.is_indexed,
      "foreign key to workspaces": referring.has(referringFor.get(name) ?? name),
    };
    return { name, lacks: Object.keys(wants).filter((want) => !wants[want]) };
  });
}

/**
 * Inserts a row of a workspace into every table that has none of it yet, so that a new table is tested from the
 * start. The row is meaningless: CHECK constraints are dropped and foreign keys are not checked. It needs a
 * superuser's connection and a database of the test's own.
 */
export async function fillTenantTables(sql: postgres.Sql, workspaceId: string): Promise<void> {
  for (const { name } of (await tenantTables(sql)).filter(({ name }) => name !== "workspaces")) {
    const [existing] = await sql`select from ${sql(name)} where workspace_id = ${workspaceId} limit 1`;
    if (existing) continue;
    const columns = await sql<{ name: string; type: string }[]>`
      select attname as name, format_type(atttypid, null) as type from pg_attribute
      where attrelid = ${name}::regclass and attnum > 0 and not attisdropped and attnotnull and not atthasdef
        and attidentity = '' and attname <> 'workspace_id'`;
    const values = columns.map(({ type }) => meaningless[type] ?? "md5(random()::text)");
    await sql.begin(async (tx) => {
      for (const { conname } of await tx`
        select conname from pg_constraint where conrelid = ${name}::regclass and contype = 'c'`)
        await tx`alter table ${tx(name)} drop constraint ${tx(conname)}`;
      await tx`set local session_replication_role = replica`;
      await tx.unsafe(
        `insert into ${name} (${["workspace_id", ...columns.map((column) => `"${column.name}"`)].join(", ")})
         values (${["$1", ...values].join(", ")})`,
        [workspaceId],
      );
    });
  }
}

const meaningless: Record<string, string> = {
  uuid: "gen_random_uuid()",
  bytea: "decode(md5(random()::text), 'hex')",
  boolean: "false",
  jsonb: "'{}'",
  inet: "'203.0.113.7'",
  date: "now()",
  smallint: "1",
  integer: "1",
  "integer[]": "'{}'",
  "text[]": "'{}'",
  bigint: "1",
  numeric: "1",
  "double precision": "1",
  "timestamp with time zone": "now()",
};
