import { allowanceOf, allowsServer } from "@/server/model-servers/allowances/allowances";
import { log } from "@/server/platform/log";
import type { WatchAccess } from "../calls/call";
import { type AllowedModel, isOwnId, isStillAllowed, type ModelUser, ownModel } from "./allowed-models";

const checkEveryMs = 1_000;

/**
 * Calls `end` within two seconds when a model stops being available to its user: a workspace's own is deleted, no longer shared with them, or private
 * now; any is no longer among those that operators let the workspace use. What runs at a server that the workspace may no longer use is cut there. While it
 * cannot be checked, the watch of the key or the person decides.
 */
export function watchModel({ id, offers }: AllowedModel, user: ModelUser): WatchAccess {
  return (end) => {
    const timer = setInterval(() => {
      check().catch((error) => log.warn({ err: error }, "the model of a call under way could not be checked"));
    }, checkEveryMs);
    const check = async () => {
      if (isOwnId(id) && !(await ownModel(id, user))) return end("model");
      if (!(await isStillAllowed(id, user))) return end("model");
      const allowance = await allowanceOf(user.workspaceId);
      for (const offer of offers)
        if (!allowsServer(allowance, offer))
          offer.server.endRequests((workspaceId) => workspaceId !== user.workspaceId);
    };
    return () => clearInterval(timer);
  };
}
