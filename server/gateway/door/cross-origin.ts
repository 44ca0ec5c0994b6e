import type { IncomingMessage, ServerResponse } from "node:http";
import { isNamedOrigin } from "@/server/keys/origins/named";
import type { KeptKey } from "@/server/keys/queries";
import type { ApiError } from "../errors/errors";

/*
 * Calls by web pages (CORS). Before such a call a browser asks, without a key, whether the page may send it: it may
 * if any live key names the page's origin. Whether the page may read the answer depends on the key of the request
 * that follows.
 */

/**
 * Checks whether a key may be used by this caller. A key that names origins is only for pages of these origins, and
 * for programs, which send no origin.
 */
export function allowsOrigin({ origins }: Pick<KeptKey, "origins">, origin: string | undefined): boolean {
  return origins === null || origin === undefined || origins.includes(origin);
}

export const originNotAllowed: ApiError = {
  status: 403,
  message: "This key may not be used by pages of this origin.",
  type: "permission_error",
  code: "origin_not_allowed",
};

/** The headers of an answer that a page may read, besides those that it always may. */
const exposed = [
  ...["x-request-id", "request-id", "retry-after", "x-should-retry"],
  ...["x-atelier-model-server", "x-atelier-route", "x-atelier-model", "x-atelier-translated"],
  ...["x-atelier-left-out", "x-atelier-estimated", "deprecation", "sunset"],
  ...["limit", "remaining", "reset"].flatMap((what) => [`x-ratelimit-${what}-requests`, `x-ratelimit-${what}-tokens`]),
  ...["limit", "remaining"].flatMap((what) => [`x-ratelimit-${what}-req-minute`, `x-ratelimit-${what}-tokens-minute`]),
].join(", ");

/** Tells a browser that pages of this origin may read the answer. */
export function tellOrigin(outgoing: ServerResponse, origin: string): void {
  outgoing.setHeader("Access-Control-Allow-Origin", origin);
  outgoing.setHeader("Access-Control-Expose-Headers", exposed);
  outgoing.appendHeader("Vary", "Origin");
}

/**
 * How long a browser may reuse the answer, in seconds. It is safe because each request is checked by its key anyway.
 */
const believedSeconds = 600;
const methods = "GET, HEAD, POST, PATCH, DELETE";
/** The form of the list of header names that a page wants to send. */
const headerNames = /^[a-z0-9-]{1,100}(?:, ?[a-z0-9-]{1,100}){0,63}$/;

/**
 * Answers a browser that asks whether a page may send a request. Returns false, without answering, when the request
 * is not such a question or when no live key names the page's origin.
 *
 * @throws when the database has to be asked and cannot be
 */
export async function answerPreflight(
  { method, headers }: IncomingMessage,
  outgoing: ServerResponse,
): Promise<boolean> {
  const { origin, "access-control-request-method": wanted, "access-control-request-headers": names } = headers;
  if (method !== "OPTIONS" || !origin || !wanted || !(await isNamedOrigin(origin))) return false;
  outgoing.setHeader("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
  outgoing
    .writeHead(204, {
      "Access-Control-Allow-Origin": origin,
      "Access-Control-Allow-Methods": methods,
      ...(names && headerNames.test(names) && { "Access-Control-Allow-Headers": names }),
      "Access-Control-Max-Age": believedSeconds,
      "Cache-Control": "no-store",
    })
    .end();
  return true;
}
