import { isOut } from "./outages";
import { instanceServers, serversFor } from "./registry";
import { ownName } from "./source";

/** Returns the model servers of the instance by name, and whether each can be reached as far as this process knows. */
export function serverStates(): { name: string; isDown: boolean }[] {
  return instanceServers().map(({ settings, isDown }) => ({ name: settings.name, isDown }));
}

/** Returns the model servers that a workspace uses and that have not been reached for a while, and whether each is its own. */
export function outagesFor(workspaceId: string): { name: string; isOwn: boolean }[] {
  return serversFor(workspaceId).flatMap((server) => {
    const isOwn = server.source.kind === "workspace";
    const { name } = server.settings;
    return isOut(server) ? [{ name: isOwn ? name.slice(ownName("").length) : name, isOwn }] : [];
  });
}
