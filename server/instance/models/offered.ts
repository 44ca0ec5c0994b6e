import { catalogueOf } from "@/server/model-servers/catalogue";
import { instanceServers } from "@/server/model-servers/registry";
import { soon } from "@/server/platform/soon";

/** How long a page waits for a model server. */
const patienceMs = 1_000;
/** The most models that are shown; others can be searched. */
const most = 200;

/** Returns the base models of the instance's servers by id; null while no server has listed its models. */
export async function offeredModels() {
  const found = await soon(catalogueOf(instanceServers()), patienceMs);
  if (!found) return null;
  const aliases = new Map<string, string[]>();
  for (const [name, { id }] of found.byName) {
    const others = aliases.get(id) ?? [];
    if (name !== id) others.push(name);
    aliases.set(id, others);
  }
  return [...found.byName]
    .filter(([name, { id }]) => name === id)
    .map(([id, { offers }]) => ({
      id,
      aliases: aliases.get(id) ?? [],
      servers: [...new Set(offers.map(({ server }) => server.settings.name))],
    }))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** Returns the models with a text in their id or an alias, and whether there are more than are shown. */
export function matching<Row extends { id: string; aliases: string[] }>(models: Row[], search: string) {
  const text = search.toLowerCase();
  const rows = models.filter(({ id, aliases }) => [id, ...aliases].some((name) => name.toLowerCase().includes(text)));
  return { rows: rows.slice(0, most), total: rows.length };
}
