import type { ModelServer } from "@/server/model-servers/client";
import { env } from "@/server/platform/env";

const underWay = new Map<string, number>();
const waiting = new Map<string, (() => void)[]>();

/**
 * Runs the work of a model server for a batch. At most `BATCH_CONCURRENCY` of them run at a time per server, whatever
 * the number of batches, in the order in which they come.
 */
export async function inServerTurn<T>(server: string, run: () => Promise<T>): Promise<T> {
  const count = underWay.get(server) ?? 0;
  if (count >= env().BATCH_CONCURRENCY)
    await new Promise<void>((resolve) => waiting.set(server, [...(waiting.get(server) ?? []), resolve]));
  else underWay.set(server, count + 1);
  try {
    return await run();
  } finally {
    passOn(server);
  }
}

/** Passes the turn to the work that has waited longest, or frees it. */
function passOn(server: string): void {
  const [next, ...others] = waiting.get(server) ?? [];
  if (others.length > 0) waiting.set(server, others);
  else waiting.delete(server);
  if (next) {
    next();
    return;
  }
  const left = (underWay.get(server) ?? 1) - 1;
  if (left > 0) underWay.set(server, left);
  else underWay.delete(server);
}

/**
 * Returns the name under which a server's turns are counted. Two workspaces may give their own servers the same name.
 */
export function turnOf(server: Pick<ModelServer, "settings" | "source"> | undefined, model: string): string {
  if (!server) return model;
  const { settings, source } = server;
  return source.kind === "workspace" ? `${source.workspaceId} ${settings.name}` : settings.name;
}
