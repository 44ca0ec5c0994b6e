import type { ApiError } from "../../errors/errors";
import type { Members } from "../members";

const types = new Map<number, string>([
  ...([
    [401, "authentication_error"],
    [402, "billing_error"],
    [403, "permission_error"],
  ] as const),
  ...([
    [404, "not_found_error"],
    [413, "request_too_large"],
    [429, "rate_limit_error"],
  ] as const),
  ...([
    [503, "overloaded_error"],
    [504, "timeout_error"],
    [529, "overloaded_error"],
  ] as const),
]);

/** Returns an error as Anthropic's API has it, as the body of an answer or as the last event of a stream; `code` and `param` are more than that has. */
export function messagesError(
  { status, message, code, param }: ApiError,
  requestId?: string,
): Members & { type: "error" } {
  const type = types.get(status) ?? (status >= 500 ? "api_error" : "invalid_request_error");
  const error = { type, message, code, ...(param !== undefined && { param }) };
  return { type: "error", error, ...(requestId !== undefined && { request_id: requestId }) };
}
