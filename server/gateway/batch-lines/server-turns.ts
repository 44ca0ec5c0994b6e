import type { ModelServer } from "@/server/model-servers/client";
import { env } from "@/server/platform/env";

const underWay = new Map<string, number>();
const waiting = new Map<string, (() => void)[]>();

/**
 * Runs work that a model server does for a batch: at most `BATCH_CONCURRENCY` at a time at each server, whatever number of batches there
 * are, in the order in which they come.
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

/** Hands the turn to the one that has waited longest, or gives it back. */
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

/** Returns what a server's turns are counted under. Two workspaces may call servers of their own the same. */
export function turnOf(server: Pick<ModelServer, "settings" | "source"> | undefined, model: string): string {
  if (!server) return model;
  const { settings, source } = server;
  return source.kind === "workspace" ? `${source.workspaceId} ${settings.name}` : settings.name;
}
