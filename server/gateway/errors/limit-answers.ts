import type { ServerResponse } from "node:http";
import { decimalMoney } from "@/server/billing/money";
import { env } from "@/server/platform/env";
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
  ceiling: "The operator's",
} as const;

const spans = { minute: " a minute", day: " a day", week: " a week", month: " a month", total: " in total" } as const;

/**
 * What a program is told that may not go on: which limit it is, how much it is, what of it is used, when there is room again, and where
 * it is shown. 402 when what is spent leaves no room: nothing is gained by asking again. 429 otherwise, with the seconds to wait.
 */
export function limitError(refused: Refused, { promptTokens, completionTokens }: Estimate): ApiError {
  const { reason, scope, span, limit, used, isUnderWay, retryAfterSeconds } = refused;
  if (reason === "key") return invalidKey;
  const common = { status: 429, type: "rate_limit_error", retryAfter: retryAfterSeconds } as const;
  const again = `Try again in ${seconds(retryAfterSeconds)}.${seeAlso(refused)}`;
  if (reason === "requests")
    return {
      ...common,
      code: "requests_per_minute",
      message: `${whose[scope]} limit of ${count(limit)} requests a minute is reached. ${again}`,
    };
  if (reason === "spend") {
    const limited = `${whose[scope]} spending limit of ${money(limit)}${spans[span]}`;
    if (isUnderWay)
      return {
        ...common,
        code: "spend_under_way",
        message: `${limited} leaves no room beside the requests that are under way: ${money(used)} is spent or held for them. ${again}`,
      };
    const until = (refused.roomAt ?? new Date(Date.now() + retryAfterSeconds * 1_000)).toISOString().slice(0, 10);
    const room = span === "total" ? "when it is raised" : `on ${until} (UTC), or when it is raised`;
    return {
      ...{ status: 402, type: "insufficient_quota", retryAfter: retryAfterSeconds, code: "spend_limit" },
      message: `${limited} is reached, or would be by this request: ${money(used)} is used. There is room again ${room}.${seeAlso(refused)}`,
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
const money = (micro: number) => `${decimalMoney(micro)} ${currency()}`;

/** Where whoever may see the limit finds it, and who can raise it. */
function seeAlso({ slug, reason }: Refused): string {
  if (slug === undefined) return "";
  return ` See ${env().APP_URL}/w/${slug}/${reason === "spend" ? "billing" : "limits"}`;
}
