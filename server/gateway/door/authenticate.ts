import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { KeyScope } from "@/server/access/key-scopes";
import { isWithin } from "@/server/keys/address-ranges";
import { lookUp, recall } from "@/server/keys/cache";
import type { KeptKey } from "@/server/keys/queries";
import { idOf, isKey } from "@/server/keys/secret";
import { log } from "@/server/platform/log";
import { apiError, unauthorized } from "../errors/errors";
import { noteUse } from "./key-uses";
import { presentedKey } from "./presented-key";

/** Whose key a request carries, and what it may do. */
export type Bearer = { keyId: string } & Pick<KeptKey, "workspaceId" | "memberId" | "scopes" | "models">;

export type GatewayEnv = { Bindings: Partial<HttpBindings>; Variables: { bearer: Bearer } };

/**
 * The door for programs: a live key, used from where it may be, or 401, the same for every cause. A live key is
 * remembered until the database announces that it changed, and for a second at most when nothing is heard of the
 * database; when it cannot be asked, no request is accepted.
 */
export const authenticate = createMiddleware<GatewayEnv>(async (c, next) => {
  const key = presentedKey((name) => c.req.header(name));
  const keyId = key && idOf(key);
  if (!key || !keyId) return unauthorized(c);
  let kept: KeptKey | undefined;
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
  const address = ownHeader(c, "x-client-address");
  if (!isWithin(address, kept.ipRanges)) return unauthorized(c);
  const { workspaceId, memberId, scopes, models } = kept;
  c.set("bearer", { keyId, workspaceId, memberId, scopes, models });
  noteUse(workspaceId, {
    id: keyId,
    client: c.req.header("user-agent")?.slice(0, 200) ?? null,
    address: address ?? null,
  });
  return next();
});

/** Lets only keys with this scope go on. */
export const needs = (scope: KeyScope) =>
  createMiddleware<GatewayEnv>(async (c, next) => {
    if (c.get("bearer").scopes.includes(scope)) return next();
    return apiError(c, {
      status: 403,
      message: `This key may not do that: it lacks the scope ${scope}.`,
      type: "permission_error",
      code: "missing_scope",
    });
  });

/**
 * Returns a header that the front of the process has set. Read from Node's request itself, where the front replaced whatever the
 * client had written there; Hono may go back to the headers as they arrived.
 */
export function ownHeader(c: Context<GatewayEnv>, name: "x-client-address" | "x-request-id"): string | undefined {
  const value = c.env?.incoming?.headers[name];
  return typeof value === "string" ? value : undefined;
}
