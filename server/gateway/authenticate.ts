import { createMiddleware } from "hono/factory";
import { transaction } from "@/db/client";
import * as keys from "@/server/keys/queries";
import { idOf, isKey } from "@/server/keys/secret";
import { log } from "@/server/log";
import { apiError, unauthorized } from "./errors";

/** Whose key a request carries. */
export type Bearer = { keyId: string; workspaceId: string };

export type GatewayEnv = { Variables: { bearer: Bearer } };

/**
 * The door for programs: a live key, or 401, the same for every cause. The database is asked each time, so a revoked
 * key is refused from its very next request on; when it cannot be asked, nobody is let in.
 */
export const authenticate = createMiddleware<GatewayEnv>(async (c, next) => {
  const key = bearerToken(c.req.header("authorization"));
  const keyId = key && idOf(key);
  if (!key || !keyId) return unauthorized(c);
  let kept: keys.KeptKey | undefined;
  try {
    kept = await keys.byId(keyId);
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

/** Keeps "last used" true to the minute without writing on every request, and without anybody waiting for it. */
function noteUse(workspaceId: string, keyId: string): void {
  const now = Date.now();
  if (now - (noted.get(keyId) ?? 0) < noteEveryMs) return;
  if (noted.size > 10_000) noted.clear();
  noted.set(keyId, now);
  transaction("write", { workspaceId }, (db) => keys.touch(db, workspaceId, keyId)).catch((error) => {
    noted.delete(keyId);
    log.warn({ err: error }, "a key's use was not noted");
  });
}

function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer ([\w]{1,200})$/.exec(header ?? "")?.[1];
}
