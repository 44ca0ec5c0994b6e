import type { LineAnswer, Loss } from "../door";

/** What to do with an answer. */
export type Verdict =
  /** Store it as the line's answer; `isError` unless it is a success. */
  | { kind: "keep"; isError: boolean }
  /** Send the line again after waiting; `isOwnFault`: its own request may be what makes the server fail. */
  | { kind: "wait"; seconds: number; isOwnFault: boolean }
  /** A spending limit is reached, or a retirement is rehearsed: send no line until this is over. */
  | { kind: "pause"; seconds: number }
  /** A right was lost: send no more lines. */
  | { kind: "stop"; loss: Loss }
  /** This instance stops: another one will send the line. */
  | { kind: "leave" };

const spendCodes = new Set(["spend_limit", "spend_under_way"]);
const lostRights = new Set([
  ...["invalid_api_key", "missing_scope", "not_permitted"],
  ...["model_not_allowed", "model_not_found", "model_archived", "model_retired"],
]);

/**
 * Returns whether a refusal comes from a rehearsal: only then does it say when it ends, because a retired model does
 * not come back.
 */
const isRehearsal = (code: string, retryAfterSeconds: number | undefined): boolean =>
  code === "model_retired" && retryAfterSeconds !== undefined;

/** How often a line is sent when a server that can be reached fails. */
const mostTries = 5;

/** Decides what to do with an answer. `tries`: how often the line failed before at a server that can be reached. */
export function judge({ status, error, retryAfterSeconds, mayRetry }: LineAnswer, tries: number): Verdict {
  if (!error) return { kind: "keep", isError: false };
  const { code, message } = error;
  const seconds = retryAfterSeconds ?? 1;
  if (code === "restarting") return { kind: "leave" };
  if (spendCodes.has(code) || isRehearsal(code, retryAfterSeconds)) return { kind: "pause", seconds };
  if (lostRights.has(code)) return { kind: "stop", loss: { code, message } };
  const wait = { kind: "wait", seconds, isOwnFault: false } as const;
  // The line needs more tokens than the limit per minute: waiting does not help.
  if (code === "tokens_per_minute" && !mayRetry) return { kind: "keep", isError: true };
  if (status === 429 || status === 503 || code === "model_server_down" || code === "insufficient_quota") return wait;
  if (status >= 500 || status === 408)
    return tries + 1 < mostTries ? { ...wait, isOwnFault: true } : { kind: "keep", isError: true };
  return { kind: "keep", isError: true };
}
