import { log } from "@/server/platform/log";
import type { WatchAccess } from "../calls/call";
import { isOwnId, type ModelUser, ownModel } from "./allowed-models";

const checkEveryMs = 1_000;

/**
 * Calls `end` within two seconds when a workspace's own model stops being available to its user: deleted, no longer
 * shared with them, or private now. While it cannot be checked, the watch of the key or the person decides.
 */
export function watchModel(id: string, user: ModelUser): WatchAccess {
  return (end) => {
    if (!isOwnId(id)) return () => {};
    const timer = setInterval(() => {
      ownModel(id, user).then(
        (model) => model ?? end("model"),
        (error) => log.warn({ err: error }, "the model of a call under way could not be checked"),
      );
    }, checkEveryMs);
    return () => clearInterval(timer);
  };
}
