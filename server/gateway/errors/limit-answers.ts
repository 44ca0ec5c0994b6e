import type { ServerResponse } from "node:http";
import type { Granted, LimitState, Refused } from "@/server/usage/metering";
import { currency } from "@/server/usage/prices";
import type { Estimate } from "../calls/estimate";
import { type ApiError, invalidKey } from "./errors";

/** Says in the headers of an answer where the limits a minute stand, in the words of both client families. */
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

/** The limit a minute that was reached, for the headers. */
export function reachedLimit({ reason, limit, retryAfterSeconds }: Refused): Pick<Granted, "requests" | "tokens"> {
  if (reason !== "requests" && reason !== "tokens") return {};
  return { [reason]: { limit, remaining: 0, resetSeconds: retryAfterSeconds } };
}

const whose = {
  key: "This key's",
  workspace: "The workspace's",
  model: "The model's",
  member: "The member's",
} as const;

/** What a program is told that may not go on: which limit it is, how much it is, and when there is room again. */
export function limitError(refused: Refused, { promptTokens, completionTokens }: Estimate): ApiError {
  const { reason, scope, limit, retryAfterSeconds } = refused;
  if (reason === "key") return invalidKey;
  const common = { status: 429, type: "rate_limit_error", retryAfter: retryAfterSeconds } as const;
  const again = `Try again in ${seconds(retryAfterSeconds)}.`;
  if (reason === "requests")
    return {
      ...common,
      code: "requests_per_minute",
      message: `${whose[scope]} limit of ${count(limit)} requests a minute is reached. ${again}`,
    };
  if (reason === "spend") {
    const until = new Date(Date.now() + retryAfterSeconds * 1_000).toISOString().slice(0, 10);
    return {
      ...common,
      code: "spend_limit",
      message: `${whose[scope]} spending limit of ${money(limit)} a month is reached, or would be by this request. There is room again on ${until} (UTC), or when it is raised.`,
      shouldRetry: false,
    };
  }
  const needed = promptTokens + completionTokens;
  const isTooMuch = needed > limit;
  return {
    ...common,
    code: "tokens_per_minute",
    message: `${whose[scope]} limit of ${count(limit)} tokens a minute ${isTooMuch ? `is less than the ${count(needed)} tokens that this request may take: ask for fewer with max_tokens, or send less at once.` : `is reached: this request may take ${count(needed)}. ${again}`}`,
    ...(isTooMuch && { shouldRetry: false }),
  };
}

const count = (number: number) => number.toLocaleString("en-US");
const seconds = (number: number) => (number === 1 ? "a second" : `${count(number)} seconds`);
const money = (micro: number) => `${(micro / 1_000_000).toFixed(2)} ${currency()}`;
