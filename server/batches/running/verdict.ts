import type { LineAnswer, Loss } from "../door";

/** What is to be done about an answer. */
export type Verdict =
  /** It is the line's answer: `isError` unless it is a success. */
  | { kind: "keep"; isError: boolean }
  /** The line is sent again once there has been some waiting; `isOwnFault`: its own request may be what makes the server fail. */
  | { kind: "wait"; seconds: number; isOwnFault: boolean }
  /** A limit on spend is reached, or the end of a model is rehearsed: no line is sent until there is room, or that is over. */
  | { kind: "pause"; seconds: number }
  /** A right was lost: no line is sent any more. */
  | { kind: "stop"; loss: Loss }
  /** This instance stops: another one sends the line. */
  | { kind: "leave" };

const spendCodes = new Set(["spend_limit", "spend_under_way"]);
const lostRights = new Set([
  ...["invalid_api_key", "missing_scope", "not_permitted"],
  ...["model_not_allowed", "model_not_found", "model_archived", "model_retired"],
]);

/** Whether a refusal is that of a rehearsal: it says when that ends, and what is retired does not come back. */
const isRehearsal = (code: string, retryAfterSeconds: number | undefined): boolean =>
  code === "model_retired" && retryAfterSeconds !== undefined;

/** How often a line is sent at which a server fails that answers. */
const mostTries = 5;

/** Decides about an answer. `tries`: how often the line failed before at a server that answers. */
export function judge({ status, error, retryAfterSeconds, mayRetry }: LineAnswer, tries: number): Verdict {
  if (!error) return { kind: "keep", isError: false };
  const { code, message } = error;
  const seconds = retryAfterSeconds ?? 1;
  if (code === "restarting") return { kind: "leave" };
  if (spendCodes.has(code) || isRehearsal(code, retryAfterSeconds)) return { kind: "pause", seconds };
  if (lostRights.has(code)) return { kind: "stop", loss: { code, message } };
  const wait = { kind: "wait", seconds, isOwnFault: false } as const;
  // More tokens than a minute has: waiting does not change that.
  if (code === "tokens_per_minute" && !mayRetry) return { kind: "keep", isError: true };
  if (status === 429 || status === 503 || code === "model_server_down" || code === "insufficient_quota") return wait;
  if (status >= 500 || status === 408)
    return tries + 1 < mostTries ? { ...wait, isOwnFault: true } : { kind: "keep", isError: true };
  return { kind: "keep", isError: true };
}
