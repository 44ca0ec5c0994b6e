import type { Allowance } from "@/server/model-servers/allowances/allowances";
import type { Capabilities } from "@/server/model-servers/cards";
import { knownModel } from "@/server/model-servers/catalogue";
import { describe } from "../own-cards";
import type { Retirement } from "../retirement/queries";
import type { UsableModel } from "../usable/queries";
import type { Route } from "./queries";

/**
 * Returns a route in the wire format for base models of both client families, because their strict clients know no
 * other type; `route` marks it. Its capabilities are the ones that all its models have, and its context length is the
 * smallest of theirs, as far as is known.
 *
 * @param own the workspace's own models that the reader may use; others are not named
 */
export function routeCard(
  route: Route & { createdAt: Date },
  workspaceId: string,
  own: readonly UsableModel[],
  allowance: Allowance,
  retirement?: Retirement,
) {
  const { id, mode, saverModel, saverPercent } = route;
  const isShown = (model: string) => !model.startsWith("ft:") || own.some((one) => one.id === model);
  const models = route.models.filter(({ model }) => isShown(model));
  const known = models.flatMap(({ model }) => factsOf(model, workspaceId, own, allowance) ?? []);
  const lengths = known.flatMap(({ contextLength }) => contextLength ?? []);
  return {
    id,
    object: "model" as const,
    created: Math.floor(route.createdAt.getTime() / 1_000),
    owned_by: workspaceId,
    type: "base" as const,
    capabilities: common(known.map(({ capabilities }) => capabilities)),
    name: id,
    description: `Route: ${mode === "ordered" ? "the first that answers of" : "spread over"} ${models.map(({ model }) => model).join(", ")}`,
    ...(lengths.length > 0 && { max_context_length: Math.min(...lengths) }),
    aliases: [] as string[],
    deprecation: retirement?.retiresAt.toISOString() ?? null,
    default_model_temperature: null,
    route: {
      mode,
      models,
      saver:
        saverModel !== null && isShown(saverModel) ? { model: saverModel, from_percent_spent: saverPercent } : null,
    },
  };
}

export type RouteCard = ReturnType<typeof routeCard>;

function factsOf(id: string, workspaceId: string, own: readonly UsableModel[], allowance: Allowance) {
  const base = knownModel(id, workspaceId, allowance);
  if (base) return { capabilities: base.card.capabilities, contextLength: base.contextLength };
  const found = own.find((model) => model.id === id);
  return found && describe(found, workspaceId, allowance);
}

/** Returns the common capabilities: true if all models have one, false if one of them lacks it. */
function common(all: Capabilities[]): Capabilities {
  const names = [...new Set(all.flatMap((each) => Object.keys(each)))] as (keyof Capabilities)[];
  const said = names.flatMap((name) => {
    if (all.some((each) => each[name] === false)) return [[name, false]];
    return all.every((each) => each[name] === true) ? [[name, true]] : [];
  });
  return Object.fromEntries(said);
}
