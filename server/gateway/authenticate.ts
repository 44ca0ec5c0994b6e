import { createMiddleware } from "hono/factory";
import { transaction } from "@/db/client";
import * as keys from "@/server/keys/queries";
import { lookUp, recall } from "@/server/keys/remembered";
import { idOf, isKey } from "@/server/keys/secret";
import { log } from "@/server/log";
import { apiError, unauthorized } from "./errors";

/** Whose key a request carries. */
export type Bearer = { keyId: string; workspaceId: string };

export type GatewayEnv = { Variables: { bearer: Bearer } };

/**
 * The door for programs: a live key, or 401, the same for every cause. A live key is
 * remembered until the database announces that it changed, and for a second at most when nothing is heard of the
 * database; when it cannot be asked, nobody is let in.
 */
export const authenticate = createMiddleware<GatewayEnv>(async (c, next) => {
  const key = bearerToken(c.req.header("authorization"));
  const keyId = key && idOf(key);
  if (!key || !keyId) return unauthorized(c);
  let kept: keys.KeptKey | undefined;
  try {
    kept = recall(keyId) ?? (await lookUp(keyId));
  } catch (error) {
    log.error({ err: error }, "a key could not be looked up");
    return apiError(c, {
      status: 503,
      message: "Keys cannot be checked just now. Try again in a moment.",
      type: "server_error",
      code: "unavailable",
    });
  }
  if (!isKey(key, kept) || !kept?.isLive) return unauthorized(c);
  const { workspaceId } = kept;
  c.set("bearer", { keyId, workspaceId });
  noteUse(workspaceId, keyId);
  return next();
});

const noted = new Map<string, number>();
const noteEveryMs = 60_000;
/** Uses of one moment are written together. */
const gatherMs = 100;
const used = new Map<string, string[]>();

/** Keeps "last used" true to the minute without a write for every request, and without anybody waiting for it. */
function noteUse(workspaceId: string, keyId: string): void {
  const now = Date.now();
  if (now - (noted.get(keyId) ?? 0) < noteEveryMs) return;
  if (noted.size > 10_000) noted.clear();
  noted.set(keyId, now);
  if (used.size === 0) setTimeout(writeUses, gatherMs).unref();
  const ofWorkspace = used.get(workspaceId);
  if (ofWorkspace) ofWorkspace.push(keyId);
  else used.set(workspaceId, [keyId]);
}

/** One workspace after the other, so that noting never takes more than one of the connections that requests need. */
async function writeUses(): Promise<void> {
  const gathered = [...used];
  used.clear();
  for (const [workspaceId, keyIds] of gathered) {
    await transaction("write", { workspaceId }, (db) => keys.touch(db, workspaceId, keyIds)).catch((error) => {
      for (const keyId of keyIds) noted.delete(keyId);
      log.warn({ err: error }, "the use of keys was not noted");
    });
  }
}

function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer ([\w]{1,200})$/.exec(header ?? "")?.[1];
}
