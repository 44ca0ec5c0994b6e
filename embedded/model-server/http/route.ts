import type { IncomingMessage, ServerResponse } from "node:http";
import type { FineTuning } from "../fine-tuning/fine-tuning";
import { ApiError, invalidRequest } from "./api-error";
import type { ChatSettings } from "./chat-completions";

/** The settings of all routes. */
export interface RouteSettings extends ChatSettings {
  /**
   * Returns the files, jobs and fine-tuned models. Refuses with 501 when there is no folder for them, with 503 while
   * another process has it.
   */
  fineTuning(): FineTuning;
}

/** One request; `id` is the decoded group of the route's path. */
export interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  /** Aborts when the client disconnects. */
  signal: AbortSignal;
  settings: RouteSettings;
  id: string;
  query: Record<string, string | undefined>;
}

/** A path and its handlers, by method. */
export interface Route {
  path: RegExp;
  methods: Record<string, (call: Call) => Promise<void> | void>;
}

const maxBodyBytes = 10 * 1024 * 1024;

/** Returns the JSON of a request body. Refuses more than 10 MB with 413 and invalid JSON with 422. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const tooLarge = () => new ApiError(413, "invalid_request_error", "Request body is larger than 10 MB");
  if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) throw tooLarge();
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    size += part.length;
    if (size > maxBodyBytes) throw tooLarge();
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    throw invalidRequest([{ type: "json_invalid", loc: ["body"], msg: "JSON decode error" }]);
  }
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
