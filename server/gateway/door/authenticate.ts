import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import { createMiddleware } from "hono/factory";
import type { KeyScope } from "@/server/access/key-scopes";
import { isWithin } from "@/server/keys/address-ranges";
import { lookUp, recall } from "@/server/keys/cache";
import type { KeptKey } from "@/server/keys/queries";
import { idOf, isKey } from "@/server/keys/secret";
import { log } from "@/server/platform/log";
import { clientKey } from "@/server/platform/throttling/limits";
import { type ApiError, apiError, invalidKey, Refusal } from "../errors/errors";
import { allowsOrigin, originNotAllowed, tellOrigin } from "./cross-origin";
import { noteFootprint, noteUse } from "./key-uses";
import { presentedKey } from "./presented-key";

/** The key of a request, with its workspace, its member and what it may do. */
export type Bearer = { keyId: string } & Pick<KeptKey, "workspaceId" | "memberId" | "scopes" | "models">;

export type GatewayEnv = { Bindings: HttpBindings; Variables: { bearer: Bearer } };

/**
 * Checks the key of a request: it must be live and allowed from this address. Otherwise answers 401, the same for
 * every cause. A live key is remembered until the database announces a change of it. While announcements are not
 * heard it is remembered for a second at most, and when the database cannot be asked, requests are refused.
 *
 * When the key is allowed for the web page that sends the request, the browser is told that the page may read the
 * answer, even if it is an error.
 *
 * @throws Refusal 401 and 503, and 403 when the key is for other pages
 */
export async function findBearer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<Bearer> {
  const key = presentedKey(incoming.headers);
  const keyId = key && idOf(key);
  if (!key || !keyId) throw new Refusal(invalidKey);
  const kept = recall(keyId) ?? (await lookUpKey(keyId));
  if (!isKey(key, kept) || !kept?.isLive) throw new Refusal(invalidKey);
  refuseElsewhere(kept, incoming);
  const { origin } = incoming.headers;
  if (kept.origins !== null && origin !== undefined) tellOrigin(outgoing, origin);
  const address = frontHeader(incoming, "x-client-address");
  const { workspaceId, memberId, scopes, models } = kept;
  noteUse(workspaceId, keyId, incoming.headers["user-agent"], address);
  // For an IPv6 address its network is noted: a client with one address has more of them than could be noted. Most
  // addresses need no conversion.
  if (address !== undefined) {
    const noted = address.includes(":") ? clientKey(address) : address;
    noteFootprint({ keyId, workspaceId }, "address", noted);
  }
  return { keyId, workspaceId, memberId, scopes, models };
}

/**
 * Asks anew what a key may do: a body takes as long to come as its sender likes, and what was allowed before it may be so no longer. What
 * is done with a body is done by what this returns.
 *
 * @throws Refusal as `findBearer` does, and 403 where the key lacks the scope
 */
export async function stillBearer(
  { keyId }: Pick<Bearer, "keyId">,
  incoming: IncomingMessage,
  scope: KeyScope,
): Promise<Bearer> {
  const kept = recall(keyId) ?? (await lookUpKey(keyId));
  if (!kept?.isLive) throw new Refusal(invalidKey);
  refuseElsewhere(kept, incoming);
  refuseWithout(scope, kept);
  const { workspaceId, memberId, scopes, models } = kept;
  return { keyId, workspaceId, memberId, scopes, models };
}

/** Refuses with 401 an address, and with 403 a page, that the key is not for. */
function refuseElsewhere(kept: Pick<KeptKey, "ipRanges" | "origins">, incoming: IncomingMessage): void {
  if (!isWithin(frontHeader(incoming, "x-client-address"), kept.ipRanges)) throw new Refusal(invalidKey);
  if (!allowsOrigin(kept, incoming.headers.origin)) throw new Refusal(originNotAllowed);
}

async function lookUpKey(keyId: string): Promise<KeptKey | undefined> {
  try {
    return await lookUp(keyId);
  } catch (error) {
    log.error({ err: error }, "a key could not be looked up");
    throw new Refusal(uncheckable, { cause: error });
  }
}

const uncheckable = {
  status: 503,
  message: "Keys cannot be checked just now. Try again in a moment.",
  type: "server_error",
  code: "unavailable",
} as const;

/** Passes on only requests with a live key. */
export const authenticate = createMiddleware<GatewayEnv>(async (c, next) => {
  c.set("bearer", await findBearer(c.env.incoming, c.env.outgoing));
  await next();
});

/** Refuses a key without this scope with 403. For a key that has it, notes that the scope was used. */
export function requireScope(
  bearer: Pick<Bearer, "scopes" | "workspaceId"> & { keyId: string | null },
  scope: KeyScope,
): void {
  refuseWithout(scope, bearer);
  noteFootprint(bearer, "scope", scope);
}

function refuseWithout(scope: KeyScope, { scopes }: Pick<Bearer, "scopes">): void {
  if (!scopes.includes(scope)) throw new Refusal(missingScope(scope));
}

/** Passes on only requests whose key has this scope. */
export const needs = (scope: KeyScope) =>
  createMiddleware<GatewayEnv>(async (c, next) => {
    const bearer = c.get("bearer");
    if (!bearer.scopes.includes(scope)) return apiError(c, missingScope(scope));
    noteFootprint(bearer, "scope", scope);
    return next();
  });

const missingScope = (scope: KeyScope): ApiError => ({
  status: 403,
  message: `This key may not do that: it lacks the scope ${scope}.`,
  type: "permission_error",
  code: "missing_scope",
});

/** Returns a header that the front of the process has set, in place of what the client sent under this name. */
export function frontHeader(
  { headers }: IncomingMessage,
  name: "x-client-address" | "x-request-id",
): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}
