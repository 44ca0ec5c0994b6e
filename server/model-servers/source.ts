/** Where a model server is configured, which decides which workspaces may use it. */
export type Source =
  | { kind: "environment" }
  /** Added by operators. `workspaces` null: all may use it. */
  | { kind: "instance"; id: string; workspaces: ReadonlySet<string> | null; isDraining: boolean }
  /** A workspace's own. */
  | { kind: "workspace"; id: string; workspaceId: string; isDraining: boolean };

/** The source of servers in MODEL_SERVERS, which all workspaces may use. */
export const whole: Source = { kind: "environment" };

/** Checks whether a request of a workspace in progress on a server may go on. */
export function mayGoOn(source: Source, workspaceId: string): boolean {
  if (source.kind === "environment") return true;
  if (source.kind === "workspace") return source.workspaceId === workspaceId;
  return source.workspaces === null || source.workspaces.has(workspaceId);
}

/** Checks whether a server takes new requests. */
export const isTaking = (source: Source): boolean => source.kind === "environment" || !source.isDraining;

/** The prefix of models of a workspace's own providers: `own/PROVIDER/MODEL`. No other model has such an id. */
const ownPrefix = "own/";

/** Checks whether a model belongs to a workspace's own provider, by its id. Such models cost the instance nothing. */
export const isOwnProviderModel = (id: string): boolean => id.startsWith(ownPrefix);

/** Returns the part of its models' ids before the server's own name, which is also its name in the ledger. */
export const ownName = (provider: string): string => `${ownPrefix}${provider}`;
