/** Where a model server is configured, and with that which workspaces may use it. */
export type Source =
  | { kind: "environment" }
  /** Added by operators. `workspaces` null: for all. */
  | { kind: "instance"; id: string; workspaces: ReadonlySet<string> | null; isDraining: boolean }
  /** A workspace's own. */
  | { kind: "workspace"; id: string; workspaceId: string; isDraining: boolean };

/** What MODEL_SERVERS has is for all workspaces. */
export const whole: Source = { kind: "environment" };

/** Checks whether a request that a server works on for a workspace may go on. */
export function mayGoOn(source: Source, workspaceId: string): boolean {
  if (source.kind === "environment") return true;
  if (source.kind === "workspace") return source.workspaceId === workspaceId;
  return source.workspaces === null || source.workspaces.has(workspaceId);
}

/** Checks whether a server takes new requests. */
export const isTaking = (source: Source): boolean => source.kind === "environment" || !source.isDraining;

/** How the ids of models of a workspace's own providers begin: `own/PROVIDER/MODEL`. No other model is offered by such an id. */
const ownPrefix = "own/";

/** Checks whether a model is of a workspace's own provider, by its id. Such models cost the instance nothing. */
export const isOwnProviderModel = (id: string): boolean => id.startsWith(ownPrefix);

/** Returns what is before the server's own name in the ids of its models, and the name by which it stands in the ledger. */
export const ownName = (provider: string): string => `${ownPrefix}${provider}`;
