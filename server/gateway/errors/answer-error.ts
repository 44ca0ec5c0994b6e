import type { ServerAnswer } from "@/server/model-servers/server-answer";
import { env } from "@/server/platform/env";
import type { ApiError } from "./errors";

const longestError = 64 * 1024;
/** How long the text of an error is waited for at most, in milliseconds, even if an answer may pause longer. */
const longestErrorMs = 10_000;

/** The errors for a program when a model server gave no answer, or none that says what is wrong. */
export const failures = {
  down: {
    status: 502,
    message: "The model server does not answer. Try again in a moment.",
    type: "server_error",
    code: "model_server_down",
  },
  failed: {
    status: 502,
    message: "The model server failed. Try again in a moment.",
    type: "server_error",
    code: "model_server_failed",
  },
  unusable: {
    status: 502,
    message: "The model server gave an answer that cannot be used.",
    type: "server_error",
    code: "model_server_invalid",
  },
  refused: {
    status: 502,
    message:
      "The model server does not accept the key that this Atelier uses for it. Its operator has to correct that.",
    type: "server_error",
    code: "model_server_refused",
  },
  // Clients must not retry this by themselves: they would start the same work up to three times more.
  slow: {
    status: 504,
    message: "The model server did not answer in time.",
    type: "server_error",
    code: "model_server_timeout",
    shouldRetry: false,
  },
  busy: {
    status: 429,
    message: "The model server is busy. Try again in a moment.",
    type: "rate_limit_error",
    code: "model_server_busy",
    retryAfter: 5,
  },
  unavailable: {
    status: 503,
    message: "The model server cannot work at the moment. Try again in a moment.",
    type: "server_error",
    code: "model_server_unavailable",
    retryAfter: 5,
  },
} as const satisfies Record<string, ApiError>;

/**
 * Reads the body of an error, at most 64 KB; an empty text when it is not complete within the time in which an answer
 * may pause.
 */
export async function readError(answer: ServerAnswer): Promise<string> {
  const timer = setTimeout(() => answer.abort(), Math.min(env().UPSTREAM_IDLE_MS, longestErrorMs));
  const parts: Buffer[] = [];
  let length = 0;
  try {
    await answer.read((piece) => {
      length += piece.length;
      if (length > longestError) throw new Error("an error is too long");
      parts.push(piece);
      return undefined;
    });
    return Buffer.concat(parts).toString("utf8");
  } catch {
    answer.abort();
    return "";
  } finally {
    clearTimeout(timer);
  }
}
