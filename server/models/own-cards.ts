import type { Allowance } from "@/server/model-servers/allowances/allowances";
import { type Capabilities, capabilitiesOf, contextLength } from "@/server/model-servers/cards";
import { knownModel, type Offer, runningTuned } from "@/server/model-servers/catalogue";
import type { UpstreamModel } from "@/server/model-servers/client";
import { serverOf, serversFor } from "@/server/model-servers/registry";
import type { Retirement } from "./retirement/queries";
import type { UsableModel } from "./usable/queries";

/**
 * Returns a workspace's own model in the wire format of both client families' fine-tuned models. Mistral's first client wants a
 * `job` and a `root` to be there: a registered model has no job, and without a known base it is its own root.
 */
export function ownCard(model: ShownModel, workspaceId: string, allowance: Allowance, retirement?: Retirement) {
  const { id, name, description, base, upstream, jobId } = model;
  const { capabilities, contextLength } = describe(model, workspaceId, allowance);
  return {
    id,
    object: "model" as const,
    created: Math.floor(model.createdAt.getTime() / 1_000),
    // Which other workspace shares a model is nothing to programs here.
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
    // When it ends.
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

/** Returns what a model can do and how much it takes: as its server says, else like the model it was made from. */
export function describe(
  { base, modelServer, upstream, contextLength: kept }: DescribedModel,
  workspaceId: string,
  allowance: Allowance,
): {
  capabilities: Capabilities;
  /** In tokens; null when unknown. */
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
 * Returns where a model runs: what a job made runs where the job did, what was registered on every server that lists it. Empty
 * when none of them is configured any more.
 */
export function offersOf({ origin, modelServer, upstream }: RunningModel, workspaceId: string): Offer[] {
  const own = serversFor(workspaceId).find(({ settings }) => settings.name === modelServer);
  const others =
    origin === "registered" ? runningTuned(upstream, workspaceId).filter(({ server }) => server !== own) : [];
  return [...(own ? [{ server: own, upstream }] : []), ...others.map(({ server }) => ({ server, upstream }))];
}

type RunningModel = Pick<UsableModel, "origin" | "modelServer" | "upstream">;

/** Checks whether a server lists the model, as far as is known without waiting; null: none has said lately. */
export function isServed(model: RunningModel, workspaceId: string): boolean | null {
  const servers = offersOf(model, workspaceId).map(({ server }) => server);
  if (servers.some(({ models }) => models?.some(({ id }) => id === model.upstream))) return true;
  return servers.some(({ models }) => models === undefined) ? null : false;
}
