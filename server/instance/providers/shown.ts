import type { ModelServer } from "@/server/model-servers/client";
import { instanceServers, serverOfProvider, unreadableKeys } from "@/server/model-servers/registry";
import { env } from "@/server/platform/env";
import type { ShownProvider } from "./queries";

/** Returns a provider as its page shows it: with the slugs of its workspaces, and how it is at this instance. */
export function shownOf({ allowedWorkspaces, ...row }: ShownProvider, slugs: Map<string, string>) {
  const isOvershadowed = env().modelServers.some(({ name }) => name === row.name);
  return {
    ...row,
    /** Null: all workspaces may use it. */
    workspaces: allowedWorkspaces?.flatMap((id) => slugs.get(id) ?? []) ?? null,
    isKeyUnreadable: unreadableKeys().has(row.id),
    isOvershadowed,
    ...stateOf(serverOfProvider(row.id)),
  };
}

/** Returns how a server is as this instance knows it. `modelCount` null: it has not listed any lately. */
const stateOf = (server: ModelServer | undefined) => ({
  isDown: server?.isDown ?? false,
  underWay: server?.underWay ?? 0,
  modelCount: server?.settings.models?.length ?? server?.models?.length ?? null,
});

/** Returns the servers that the environment names, and by which variable. */
export function environmentServers() {
  const { MODEL_SERVERS, MODEL_SERVERS_FILE } = env();
  const variable = MODEL_SERVERS ? "MODEL_SERVERS" : MODEL_SERVERS_FILE ? "MODEL_SERVERS_FILE" : "MODEL_SERVER_URL";
  const servers = instanceServers().filter(({ source }) => source.kind === "environment");
  return {
    variable,
    environment: servers.map((server) => {
      const { name, url, key } = server.settings;
      return { name, url, hasKey: key !== undefined, ...stateOf(server) };
    }),
  };
}

/** Returns stated models as the audit log keeps them; none: all that the provider lists. */
export const statedTexts = (models: ShownProvider["models"]): string[] =>
  (models ?? []).slice(0, 100).map(({ id, upstream }) => (id === upstream ? id : `${id} = ${upstream}`));

/** Returns stated fine-tuned models as the audit log keeps them. */
export const tunedTexts = (tuned: ShownProvider["tuned"]): string[] =>
  (tuned ?? []).slice(0, 100).map(({ upstream, base }) => (base === undefined ? upstream : `${upstream} = ${base}`));
