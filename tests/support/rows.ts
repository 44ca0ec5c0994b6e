import type postgres from "postgres";

/** Returns the columns of every table, by table, as SQL: what `dump` reads of a database before and after a migration alike. */
export async function columnsOf(owner: postgres.Sql): Promise<Map<string, string>> {
  const tables = await owner<{ name: string; columns: string }[]>`
    select quote_ident(relname) as name, string_agg(quote_ident(attname), ', ' order by attnum) as columns
    from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') group by relname order by relname`;
  return new Map(tables.map(({ name, columns }) => [name, columns]));
}

/** Returns every row of every table as text, by table: what a person would have who stole a dump. */
export async function dump(owner: postgres.Sql, columns?: Map<string, string>): Promise<Map<string, string>> {
  const rows = new Map<string, string>();
  for (const [name, names] of columns ?? (await columnsOf(owner))) {
    const [all] = await owner.unsafe(
      `select coalesce(string_agg(row(${names})::text, e'\\n' order by row(${names})::text), '') as text from ${name}`,
    );
    rows.set(name, all?.text);
  }
  return rows;
}

/** Every row of one workspace in every table that belongs to workspaces, as one text. */
export async function rowsOf(owner: postgres.Sql, workspaceId: string): Promise<string> {
  const tables = await owner<{ name: string }[]>`
    select quote_ident(table_name) as name from information_schema.columns
    where table_schema = 'public' and column_name = 'workspace_id' order by table_name`;
  const texts: string[] = [];
  for (const [table, column] of [["workspaces", "id"], ...tables.map(({ name }) => [name, "workspace_id"])]) {
    const [all] = await owner.unsafe(
      `select coalesce(string_agg(t::text, e'\\n' order by t::text), '') as text from ${table} t where ${column} = $1`,
      [workspaceId],
    );
    texts.push(`${table}\n${all?.text}`);
  }
  return texts.join("\n");
}
