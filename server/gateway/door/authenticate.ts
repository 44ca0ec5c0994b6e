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

/** Whose key a request carries, and what it may do. */
export type Bearer = { keyId: string } & Pick<KeptKey, "workspaceId" | "memberId" | "scopes" | "models">;

export type GatewayEnv = { Bindings: HttpBindings; Variables: { bearer: Bearer } };

/**
 * The door for programs: a live key, used from where it may be, or 401, the same for every cause. A live key is
 * remembered until the database announces that it changed, and for a second at most when nothing is heard of the
 * database; when it cannot be asked, no request is accepted.
 *
 * Where the key is for the page that asks, the browser is told that the page may read the answer, whatever it is.
 *
 * @throws Refusal 401 and 503, and 403 where the key names other pages
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
  // Of an IPv6 address the network: who has one address there has more than could be noted. Of most, nothing has to be worked out.
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

/** Lets only requests with a live key go on. */
export const authenticate = createMiddleware<GatewayEnv>(async (c, next) => {
  c.set("bearer", await findBearer(c.env.incoming, c.env.outgoing));
  await next();
});

/** Refuses a key without this scope with 403, and notes that one with it has used it. */
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

/** Lets only keys with this scope go on. */
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

/** Returns a header that the front of the process has set, in place of whatever the client had written there. */
export function frontHeader(
  { headers }: IncomingMessage,
  name: "x-client-address" | "x-request-id",
): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}
