import type postgres from "postgres";

/** Returns every row of every table as text, by table, as a stolen dump would contain them. */
export async function dump(owner: postgres.Sql): Promise<Map<string, string>> {
  const tables = await owner<{ name: string }[]>`
    select quote_ident(relname) as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname`;
  return read(owner, new Map(tables.map(({ name }) => [name, `from ${name} t`])));
}

/** Returns every row of one workspace in every table that belongs to workspaces, as one text. */
export async function rowsOf(owner: postgres.Sql, workspaceId: string): Promise<string> {
  const tables = await owner<{ name: string }[]>`
    select quote_ident(table_name) as name from information_schema.columns
    where table_schema = 'public' and column_name = 'workspace_id' order by table_name`;
  const sources = new Map([["workspaces", "from workspaces t where id = $1"]]);
  for (const { name } of tables) sources.set(name, `from ${name} t where workspace_id = $1`);
  return [...(await read(owner, sources, workspaceId))].map(([name, text]) => `${name}\n${text}`).join("\n");
}

/** Returns the rows of each source as text, by its name, read in one statement. */
async function read(owner: postgres.Sql, sources: Map<string, string>, ...parameters: string[]) {
  const texts = [...sources.values()].map(
    (source) => `(select coalesce(string_agg(t::text, e'\\n' order by t::text), '') ${source})`,
  );
  const [row] = await owner.unsafe(`select array[${texts.join(", ")}] as texts`, parameters);
  return new Map([...sources.keys()].map((name, index) => [name, String(row?.texts[index])]));
}
