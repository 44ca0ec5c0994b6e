import { type Allowance, allowanceOf } from "@/server/model-servers/allowances/allowances";
import { mayUseBase } from "@/server/model-servers/base-names";
import { catalogue, findModel, type OfferedModel } from "@/server/model-servers/catalogue";
import { soon } from "@/server/platform/soon";
import { priceOf } from "@/server/usage/prices";
import { baseRetirementOf } from "./base-retirement/kept";

/** A page is not kept waiting for a model server. */
const patienceMs = 500;

/** A base model as people are shown it. Context in tokens; null: its server does not say. */
export type BaseModelFacts = ReturnType<typeof factsOf>;

/** Returns the base models that match a search, by id; null while no model server says at once which it has. */
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

/** Waits a moment until the model servers have said what they run, so that what is known without waiting is something. */
export async function knowServers(workspaceId: string): Promise<void> {
  await soon(catalogue(workspaceId), patienceMs);
}

/** Finds a base model by its id or an alias; undefined when there is none, or no server answers at once. */
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

/** Returns when a base model ends, and what is named in its place; null: its end is not announced. What the workspace may not use is not named. */
function endOf(id: string, workspaceId: string, allowance: Allowance) {
  const found = baseRetirementOf(id);
  if (!found) return null;
  const { retiresAt, successor, afterwards, isOver } = found;
  if (successor !== null && mayUseBase(successor, workspaceId, allowance))
    return { retiresAt, successor, afterwards, isOver };
  return { retiresAt, successor: null, afterwards: "refuse" as const, isOver };
}
