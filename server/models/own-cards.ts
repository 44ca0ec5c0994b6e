import type { Allowance } from "@/server/model-servers/allowances/allowances";
import { type Capabilities, capabilitiesOf, contextLength } from "@/server/model-servers/cards";
import { knownModel, type Offer, runningTuned } from "@/server/model-servers/catalogue";
import type { UpstreamModel } from "@/server/model-servers/client";
import { serverOf, serversFor } from "@/server/model-servers/registry";
import type { Retirement } from "./retirement/queries";
import type { UsableModel } from "./usable/queries";

/**
 * Returns a workspace's own model in the wire format for fine-tuned models of both client families. Mistral's first
 * client requires `job` and `root`: a registered model has an empty job and, without a known base, itself as its root.
 */
export function ownCard(model: ShownModel, workspaceId: string, allowance: Allowance, retirement?: Retirement) {
  const { id, name, description, base, upstream, jobId } = model;
  const { capabilities, contextLength } = describe(model, workspaceId, allowance);
  return {
    id,
    object: "model" as const,
    created: Math.floor(model.createdAt.getTime() / 1_000),
    // Programs do not learn which other workspace shares a model.
    owned_by: model.isShared ? "shared" : model.workspaceId,
    type: "fine-tuned" as const,
    job: jobId ?? "",
    root: base ?? upstream,
    archived: model.isArchived,
    capabilities,
    name,
    description: description || null,
    ...(contextLength !== null && { max_context_length: contextLength }),
    aliases: [] as string[],
    // The date of its retirement.
    deprecation: retirement?.retiresAt.toISOString() ?? null,
    default_model_temperature: null,
  };
}

type ShownModel = Pick<
  UsableModel,
  | "id"
  | "workspaceId"
  | "isShared"
  | "name"
  | "description"
  | "jobId"
  | "isArchived"
  | "createdAt"
  | keyof DescribedModel
>;

export type OwnCard = ReturnType<typeof ownCard>;

/** Returns a model's capabilities and context length: as its server states them, else those of its base model. */
export function describe(
  { base, modelServer, upstream, contextLength: kept }: DescribedModel,
  workspaceId: string,
  allowance: Allowance,
): {
  capabilities: Capabilities;
  /** In tokens; null: unknown. */
  contextLength: number | null;
} {
  const said = serverOf(modelServer, workspaceId)?.models?.find((model) => model.id === upstream);
  const made = base === null ? undefined : knownModel(base, workspaceId, allowance);
  return {
    capabilities: { ...made?.card.capabilities, ...(said && capabilitiesOf(said)), fine_tuning: false },
    contextLength: kept ?? lengthOf(said) ?? made?.contextLength ?? null,
  };
}

type DescribedModel = Pick<UsableModel, "base" | "modelServer" | "upstream" | "contextLength">;

const lengthOf = (said: UpstreamModel | undefined) => (said ? contextLength(said) : null);

/**
 * Returns where a model runs: the result of a job on the job's server, a registered model on every server that lists
 * it. Empty: none of them is configured any more.
 */
export function offersOf({ origin, modelServer, upstream }: RunningModel, workspaceId: string): Offer[] {
  const own = serversFor(workspaceId).find(({ settings }) => settings.name === modelServer);
  const others =
    origin === "registered" ? runningTuned(upstream, workspaceId).filter(({ server }) => server !== own) : [];
  return [...(own ? [{ server: own, upstream }] : []), ...others.map(({ server }) => ({ server, upstream }))];
}

type RunningModel = Pick<UsableModel, "origin" | "modelServer" | "upstream">;

/**
 * Checks whether a server lists the model, as far as is known without waiting; null: no server has listed its models
 * recently.
 */
export function isServed(model: RunningModel, workspaceId: string): boolean | null {
  const servers = offersOf(model, workspaceId).map(({ server }) => server);
  if (servers.some(({ models }) => models?.some(({ id }) => id === model.upstream))) return true;
  return servers.some(({ models }) => models === undefined) ? null : false;
}
