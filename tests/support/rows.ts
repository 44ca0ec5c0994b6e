import type postgres from "postgres";

/** Returns every row of every table as text, by table, as a stolen dump would contain them. */
export async function dump(owner: postgres.Sql): Promise<Map<string, string>> {
  const tables = await owner<{ name: string }[]>`
    select quote_ident(relname) as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname`;
  const rows = new Map<string, string>();
  for (const { name } of tables) {
    const [all] = await owner.unsafe(
      `select coalesce(string_agg(t::text, e'\\n' order by t::text), '') as text from ${name} t`,
    );
    rows.set(name, all?.text);
  }
  return rows;
}

/** Returns every row of one workspace in every table that belongs to workspaces, as one text. */
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
