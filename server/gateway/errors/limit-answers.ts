import type { ServerResponse } from "node:http";
import type { Granted, LimitState, Refused } from "@/server/usage/metering";
import { describeReachedLimit } from "@/server/usage/reached-limit";
import type { Estimate } from "../calls/estimate";
import { type ApiError, invalidKey } from "./errors";

/** Says in the headers of an answer where the limits per minute stand, in the words of both client families. */
export function setLimitHeaders(outgoing: ServerResponse, { requests, tokens }: Pick<Granted, "requests" | "tokens">) {
  if (requests) setHeaders(outgoing, "requests", "req", requests);
  if (tokens) setHeaders(outgoing, "tokens", "tokens", tokens);
}

function setHeaders(outgoing: ServerResponse, name: string, short: string, state: LimitState): void {
  outgoing.setHeader(`x-ratelimit-limit-${name}`, state.limit);
  outgoing.setHeader(`x-ratelimit-remaining-${name}`, state.remaining);
  outgoing.setHeader(`x-ratelimit-reset-${name}`, `${state.resetSeconds}s`);
  outgoing.setHeader(`x-ratelimit-limit-${short}-minute`, state.limit);
  outgoing.setHeader(`x-ratelimit-remaining-${short}-minute`, state.remaining);
}

/** Returns the limit per minute that was reached, for the headers. */
export function reachedLimit({ reason, limit, retryAfterSeconds }: Refused): Pick<Granted, "requests" | "tokens"> {
  if (reason !== "requests" && reason !== "tokens") return {};
  return { [reason]: { limit, remaining: 0, resetSeconds: retryAfterSeconds } };
}

/** Returns the error for a refused request, before or after it is known what it may take: which limit it is, its value, and when there is room again. */
export function limitError(refused: Refused, estimate?: Estimate): ApiError {
  if (refused.reason === "tags") return undeclaredTag(refused.problem ?? "");
  if (refused.reason === "end-user") {
    const { problem: message = "", param = "", code = "" } = refused;
    return { status: 400, message, type: "invalid_request_error", code, param };
  }
  return refused.reason === "key" ? invalidKey : describeReachedLimit(refused, estimate);
}

const undeclaredTag = (message: string): ApiError => ({
  status: 400,
  message,
  type: "invalid_request_error",
  code: "undeclared_tag",
  param: "metadata.tags",
});
