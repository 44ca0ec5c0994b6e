import { env } from "@/server/platform/env";
import type { Refused } from "./metering";
import { decimalMoney } from "./money";
import { currency } from "./prices";

/** The answer to a program whose request a limit refused; `retryAfter` in seconds. */
export type ReachedLimit = {
  status: 402 | 429;
  type: "insufficient_quota" | "rate_limit_error";
  code: string;
  message: string;
  retryAfter: number;
  shouldRetry?: false;
};

const ofScope = {
  key: "This key's",
  workspace: "The workspace's",
  model: "The model's",
  member: "The member's",
  "end-user": "The end user's",
  ceiling: "The operator's",
} as const;

const spans = { minute: " a minute", day: " a day", week: " a week", month: " a month", total: " in total" } as const;

/**
 * Describes the limit that refused a request: which one, its value, what is used, when there is room again, and on
 * which page it is shown. The status is 402 when the money is spent, because another attempt will not help; otherwise
 * 429 with the seconds to wait.
 */
export function describeReachedLimit(
  refused: Refused,
  { promptTokens, completionTokens } = { promptTokens: 0, completionTokens: 0 },
): ReachedLimit {
  const { reason, span, limit, used, isUnderWay, retryAfterSeconds } = refused;
  const whose = whoseOf(refused);
  const common = { status: 429, type: "rate_limit_error", retryAfter: retryAfterSeconds } as const;
  const again = `Try again in ${seconds(retryAfterSeconds)}.${seeAlso(refused)}`;
  if (reason === "requests")
    return {
      ...common,
      code: "requests_per_minute",
      message: `${whose} limit of ${count(limit)} requests per minute is reached: ${count(used)} are used. ${again}`,
    };
  if (reason === "spend") {
    const limited = `${whose} spending limit of ${money(limit)}${spans[span]}`;
    if (isUnderWay)
      return {
        ...common,
        code: "spend_under_way",
        message: `${limited} leaves no room beside the requests that are under way: ${money(used)} is spent or held for them. ${again}`,
      };
    const until = (refused.roomAt ?? new Date(Date.now() + retryAfterSeconds * 1_000)).toISOString().slice(0, 10);
    const room = span === "total" ? "when it is raised" : `on ${until} (UTC), or when it is raised`;
    return {
      ...{ status: 402, type: "insufficient_quota", retryAfter: retryAfterSeconds },
      // Its own code, so that a program with many end users can go on with the others.
      code: refused.scope === "end-user" ? "end_user_limit" : "spend_limit",
      message: `${limited} is reached, or would be by this request: ${money(used)} is used. There is room again ${room}.${seeAlso(refused)}`,
      shouldRetry: false,
    };
  }
  const needed = promptTokens + completionTokens;
  const isTooMuch = needed > limit;
  return {
    ...common,
    code: "tokens_per_minute",
    message: `${whose} limit of ${count(limit)} tokens per minute ${isTooMuch ? `is less than the ${count(needed)} tokens that this request may take: ask for fewer with max_tokens, or send less at once.` : `is reached: ${count(used)} are used${needed > 0 ? `, and this request may take ${count(needed)}` : ""}. ${again}`}`,
    ...(isTooMuch && { shouldRetry: false }),
  };
}

const whoseOf = ({ scope, whose }: Refused) =>
  scope === "tag" ? `The tag ${whose.slice("tag:".length)}'s` : ofScope[scope];
const count = (number: number) => number.toLocaleString("en-US");
const seconds = (number: number) => (number === 1 ? "a second" : `${count(number)} seconds`);
const money = (micro: number) => `${decimalMoney(micro)} ${currency()}`;

/** Returns the sentence, after a space, that names the page with the limit, where members can ask for a higher one. */
function seeAlso({ slug, reason, whose: of, span }: Refused): string {
  if (slug === undefined) return "";
  const page =
    reason === "spend"
      ? `limits/spending?${new URLSearchParams({ of, span })}`
      : `limits?${new URLSearchParams({ of, measure: reason })}`;
  return ` See ${env().APP_URL}/w/${slug}/${page}`;
}
