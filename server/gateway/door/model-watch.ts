import {
  type Allowance,
  allowanceOf,
  allowsMade,
  allowsModel,
  allowsServer,
} from "@/server/model-servers/allowances/allowances";
import { usableModel } from "@/server/models/cache";
import type { UsableModel } from "@/server/models/usable/queries";
import { isFor } from "@/server/models/visibility";
import { InFlight } from "@/server/platform/in-flight";
import { log } from "@/server/platform/log";
import type { WatchAccess } from "../calls/call";
import { type AllowedModel, isOwnId, type ModelUser } from "./allowed-models";

const checkEveryMs = 1_000;

type Watched = { model: AllowedModel; user: ModelUser; end: (cause: "model") => void };

/** The calls under way, by workspace. */
const watched = new Map<string, { calls: InFlight<Watched>; isAsking: boolean }>();
let timer: NodeJS.Timeout | undefined;

/**
 * Calls `end` within two seconds when the caller may no longer use a model: a workspace's own model was deleted, made
 * private or is no longer shared, or operators no longer allow the workspace the model or its server. While this
 * cannot be checked, the watch of the key or the person decides. Each workspace is read once, however many calls it
 * has.
 */
export function watchModel(model: AllowedModel, user: ModelUser): WatchAccess {
  return (end) => {
    const { workspaceId } = user;
    const entry = watched.get(workspaceId) ?? { calls: new InFlight<Watched>(), isAsking: false };
    const place = entry.calls.add({ model, user, end });
    watched.set(workspaceId, entry);
    timer ??= setInterval(checkAll, checkEveryMs).unref();
    return () => {
      entry.calls.remove(place);
      if (entry.calls.size === 0 && watched.get(workspaceId) === entry) watched.delete(workspaceId);
      if (watched.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  };
}

function checkAll(): void {
  for (const [workspaceId, entry] of watched) {
    if (entry.isAsking) continue;
    entry.isAsking = true;
    check(workspaceId, entry.calls)
      .catch((error) => log.warn({ err: error }, "the models of calls under way could not be checked"))
      .finally(() => {
        entry.isAsking = false;
      });
  }
}

async function check(workspaceId: string, calls: InFlight<Watched>): Promise<void> {
  const allowance = await allowanceOf(workspaceId);
  const own = new Map<string, UsableModel | undefined>();
  // One after the other: a workspace may use many models, and while nothing may be remembered each of them is a
  // query.
  for (const id of new Set([...calls].map(({ model }) => model.id).filter(isOwnId)))
    own.set(id, await usableModel(workspaceId, id));
  for (const call of calls) {
    const { id } = call.model;
    if (!isOwnId(id)) judge(call, allowance, (offer) => allowsModel(allowance, id) && allowsServer(allowance, offer));
    else if (own.has(id)) judgeOwn(call, allowance, own.get(id));
  }
}

function judgeOwn(call: Watched, allowance: Allowance, own: UsableModel | undefined): void {
  if (!own || !isFor(call.user.memberId, own)) call.end("model");
  else judge(call, allowance, (offer) => allowsMade(allowance, own, offer));
}

type Offers = AllowedModel["offers"];

/**
 * Ends a call whose model is no longer allowed at any of its servers, or at one that is still allowed for other models.
 * Otherwise each server that is no longer allowed ends its requests of this workspace.
 */
function judge({ model, user, end }: Watched, allowance: Allowance, mayUse: (offer: Offers[number]) => boolean): void {
  const refused = model.offers.filter((offer) => !mayUse(offer));
  if (refused.length === 0) return;
  // A server that is allowed, but not for this model, may be the one that is answering.
  if (refused.length === model.offers.length || refused.some((offer) => allowsServer(allowance, offer))) end("model");
  else for (const { server } of refused) server.endRequests((workspaceId) => workspaceId !== user.workspaceId);
}
