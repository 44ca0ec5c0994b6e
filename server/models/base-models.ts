import { type Allowance, allowanceOf } from "@/server/model-servers/allowances/allowances";
import { mayUseBase } from "@/server/model-servers/base-names";
import { catalogue, findModel, type OfferedModel } from "@/server/model-servers/catalogue";
import { soon } from "@/server/platform/soon";
import { priceOf } from "@/server/usage/prices";
import { baseRetirementOf } from "./base-retirement/kept";

/** How long a page waits for a model server, in milliseconds. */
const patienceMs = 500;

/** A base model as pages show it. Context length in tokens; null: its server does not state it. */
export type BaseModelFacts = ReturnType<typeof factsOf>;

/** Returns the base models that match a search, by id; null: no model server has listed its models in time. */
export async function baseModels(workspaceId: string, search = ""): Promise<BaseModelFacts[] | null> {
  const [allowance, found] = await Promise.all([allowanceOf(workspaceId), soon(catalogue(workspaceId), patienceMs)]);
  if (!found) return null;
  const text = search.toLowerCase();
  const models = [...found.byName].filter(([name, { id }]) => name === id).map(([, model]) => model);
  return models
    .filter(({ card: { id, name, aliases } }) =>
      [id, name, ...aliases].some((each) => each.toLowerCase().includes(text)),
    )
    .map((model) => factsOf(model, workspaceId, allowance))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}

/**
 * Waits for a moment until the model servers have listed their models, so that functions that do not wait have data.
 */
export async function knowServers(workspaceId: string): Promise<void> {
  await soon(catalogue(workspaceId), patienceMs);
}

/** Returns a base model by its id or an alias; undefined: there is none, or no server answered in time. */
export async function baseModel(id: string, workspaceId: string): Promise<BaseModelFacts | undefined> {
  const [allowance, found] = await Promise.all([
    allowanceOf(workspaceId),
    soon(findModel(id, workspaceId), patienceMs),
  ]);
  return found ? factsOf(found, workspaceId, allowance) : undefined;
}

function factsOf({ card, contextLength }: OfferedModel, workspaceId: string, allowance: Allowance) {
  const { id, name, description, capabilities, aliases } = card;
  return {
    id,
    name,
    description: description ?? "",
    capabilities,
    aliases,
    contextLength,
    retirement: endOf(id, workspaceId, allowance),
    ...priceOf(id),
  };
}

/**
 * Returns the retirement of a base model, with its successor if the workspace may use that; null: none is announced.
 */
function endOf(id: string, workspaceId: string, allowance: Allowance) {
  const found = baseRetirementOf(id);
  if (!found) return null;
  const { retiresAt, successor, afterwards, isOver } = found;
  if (successor !== null && mayUseBase(successor, workspaceId, allowance))
    return { retiresAt, successor, afterwards, isOver };
  return { retiresAt, successor: null, afterwards: "refuse" as const, isOver };
}
