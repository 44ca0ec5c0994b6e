import type { ServerResponse } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { countRefusal } from "@/server/platform/metrics";
import { bodyIn, familyOf } from "./families";

/** The types of errors that Atelier itself makes; a model server's own type is passed on. */
type ErrorType =
  | "authentication_error"
  | "insufficient_quota"
  | "invalid_request_error"
  | "permission_error"
  | "rate_limit_error"
  | "server_error";

/** An error as a program sees it. */
export type ApiError = {
  status: ContentfulStatusCode;
  message: string;
  type: ErrorType | (string & {});
  code: string;
  param?: string;
  /** For a 422 about several fields, or about something outside of the body. */
  detail?: Detail[];
  /** How long a client should wait before it retries: seconds, or the text of a model server. */
  retryAfter?: number | string;
  /** False: clients that respect it do not retry by themselves. */
  shouldRetry?: boolean;
};

export type Detail = { type: string; loc: (string | number)[]; msg: string };

/** Ends a request with an error. It is thrown where the error is found, and answered in one place. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(
    readonly error: ApiError,
    options?: ErrorOptions,
  ) {
    super(error.message, options);
  }
}

/** Returns the 422 for an invalid body or parameter, in the form of both client families. */
export function invalid(param: string | undefined, message: string, where: "body" | "query" = "body"): Refusal {
  return new Refusal({
    status: 422,
    message,
    type: "invalid_request_error",
    code: "invalid_request",
    ...(param && { param }),
    ...(where === "query" && param && { detail: [{ type: "invalid_request", loc: [where, param], msg: message }] }),
  });
}

/** The seconds to wait that are sent when an error has none. */
const waits: Partial<Record<number, number>> = { 429: 60, 503: 5 };

/** Returns an error in the format of the client that asked (docs/api.md has the formats and statuses). */
export function apiError(c: Pick<Context, "json"> & { env: HttpBindings }, error: ApiError) {
  countRefusal(error.code);
  const { incoming } = c.env;
  const { "x-request-id": id } = incoming.headers;
  const body = bodyIn(familyOf(incoming), error, typeof id === "string" ? id : undefined);
  return c.json(body, error.status, headersOf(error));
}

/** Sends an error with the text of its body. */
export function sendError(outgoing: ServerResponse, error: ApiError, body: string): void {
  countRefusal(error.code);
  outgoing
    .writeHead(error.status, {
      ...headersOf(error),
      "Cache-Control": "no-store",
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(body),
    })
    .end(body);
}

function headersOf({ status, retryAfter, shouldRetry }: ApiError): Record<string, string> {
  const seconds = retryAfter ?? (shouldRetry === false ? undefined : waits[status]);
  return {
    ...(status === 401 && { "WWW-Authenticate": 'Bearer realm="Atelier"' }),
    ...(seconds !== undefined && { "Retry-After": String(seconds) }),
    ...(shouldRetry === false && { "x-should-retry": "false" }),
  };
}

/** The answer to every key that is not valid here, whatever the cause. */
export const invalidKey: ApiError = {
  status: 401,
  message: "Invalid API key.",
  type: "authentication_error",
  code: "invalid_api_key",
};

/** The error for a program when a part of Atelier fails. */
export const unavailable: ApiError = {
  status: 503,
  message: "Something went wrong. It has been logged; try again.",
  type: "server_error",
  code: "unavailable",
};
