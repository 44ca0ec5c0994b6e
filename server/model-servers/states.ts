import { isOut } from "./outages";
import { instanceServers, modelServers, serversFor } from "./registry";
import { ownName } from "./source";

/** Returns the model servers of the instance by name, and whether each can be reached as far as this process knows. */
export function serverStates(): { name: string; isDown: boolean }[] {
  return instanceServers().map(({ settings, isDown }) => ({ name: settings.name, isDown }));
}

/** Returns the model servers of a workspace that have not been reachable for a while, and whether each is its own. */
export function outagesFor(workspaceId: string): { name: string; isOwn: boolean }[] {
  return serversFor(workspaceId).flatMap((server) => {
    const isOwn = server.source.kind === "workspace";
    const { name } = server.settings;
    return isOut(server) ? [{ name: isOwn ? name.slice(ownName("").length) : name, isOwn }] : [];
  });
}

/** Returns the workspaces' own model servers that have not been reachable for a while, as far as this process knows. */
export function ownOutages(): { workspaceId: string; name: string }[] {
  return modelServers().flatMap((server) => {
    const { source, settings } = server;
    if (source.kind !== "workspace" || !isOut(server)) return [];
    return [{ workspaceId: source.workspaceId, name: settings.name.slice(ownName("").length) }];
  });
}

/**
 * Returns the names of the instance's model servers that have not been reachable for a while, as far as this process
 * knows.
 */
export function instanceOutages(): string[] {
  return instanceServers()
    .filter(isOut)
    .map(({ settings }) => settings.name);
}
