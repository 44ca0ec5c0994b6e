import type { Refused } from "./metering";
import { currency } from "./prices";

/** What a program is answered when a limit refuses its request; `retryAfter` in seconds. */
export type ReachedLimit = {
  status: 402 | 429;
  type: "rate_limit_error";
  code: string;
  message: string;
  retryAfter: number;
  shouldRetry?: false;
};

const whose = {
  key: "This key's",
  workspace: "The workspace's",
  model: "The model's",
  member: "The member's",
} as const;

/** Describes the limit that refused a request: which one, its value, and when there is room again. */
export function describeReachedLimit(
  refused: Refused,
  { promptTokens, completionTokens }: { promptTokens: number; completionTokens: number },
): ReachedLimit {
  const { reason, scope, limit, retryAfterSeconds } = refused;
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
