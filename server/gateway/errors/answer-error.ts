import type { IncomingMessage } from "node:http";
import type { ModelServer } from "@/server/model-servers/client";
import { readUpTo } from "@/server/platform/http-body";
import { log } from "@/server/platform/log";
import { type ApiError, Refusal } from "./errors";

const longestError = 64 * 1024;
const longestMessage = 500;

/** What a program is told of a model server's failure: never anything the server said. */
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
    message: "The model server does not accept this Atelier. Whoever runs it has to look at its configuration.",
    type: "server_error",
    code: "model_server_refused",
  },
  slow: {
    status: 504,
    message: "The model server did not answer in time. Try again in a moment.",
    type: "server_error",
    code: "model_server_timeout",
  },
  busy: {
    status: 429,
    message: "The model server is busy. Try again in a moment.",
    type: "rate_limit_error",
    code: "model_server_busy",
    retryAfter: 5,
  },
} as const satisfies Record<string, ApiError>;

/** What the server says of a request it refuses: the body of an error, of a usable length, or nothing. */
export async function readError(response: IncomingMessage): Promise<string> {
  try {
    const body = await readUpTo(response, longestError);
    if (!body) response.destroy();
    return body?.toString("utf8") ?? "";
  } catch {
    return "";
  }
}

/** What becomes of an answer that is no success. `said` is its body, of which only a message about the request is passed on. */
export function refusalFor(server: ModelServer, status: number, said: string): Refusal {
  if (status === 400 || status === 404 || status === 413 || status === 422) {
    const message = messageIn(said) ?? "The model server refused the request.";
    return new Refusal({ status, message, type: "invalid_request_error", code: "model_server_refused_request" });
  }
  log.warn({ modelServer: server.settings.name, status }, "a model server refused");
  if (status === 401 || status === 403) return new Refusal(failures.refused);
  if (status === 429) return new Refusal(failures.busy);
  if (status === 504 || status === 408) return new Refusal(failures.slow);
  return new Refusal(failures.failed);
}

/** The message in an error of any dialect: `error.message`, `message`, `error` or `detail`; undefined when it is no text. */
function messageIn(said: string): string | undefined {
  try {
    const { error, message, detail } = JSON.parse(said) as Record<string, unknown>;
    const nested = typeof error === "object" && error !== null ? (error as { message?: unknown }).message : error;
    const found = [nested, message, detail].find((each) => typeof each === "string" && each.trim() !== "");
    return (found as string | undefined)?.slice(0, longestMessage);
  } catch {
    return undefined;
  }
}
