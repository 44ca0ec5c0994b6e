import { catalogueOf } from "@/server/model-servers/catalogue";
import { instanceServers } from "@/server/model-servers/registry";
import { soon } from "@/server/platform/soon";
import { hasPrice } from "@/server/usage/prices";

/** How long a page waits for a model server. */
const patienceMs = 1_000;
/** The most models that are returned. */
const most = 1_000;

/**
 * Returns the models of the instance's servers without a price now, by id; null while no server has listed its models.
 */
export async function unpricedModels(): Promise<string[] | null> {
  const found = await soon(catalogueOf(instanceServers()), patienceMs);
  const now = new Date();
  const ids = found?.cards.map(({ id }) => id).filter((id) => !hasPrice(id, now));
  return ids?.sort().slice(0, most) ?? null;
}
