import type { IncomingMessage } from "node:http";
import type { ApiError } from "./errors";

/** The client families: OpenAI's and Mistral's clients, whose formats are compatible, and Anthropic's. */
export type Family = "openai" | "anthropic";

/** Returns the family of the client that sent a request: by its path, or by a header that only one family sends. */
export function familyOf({ url = "", headers }: Pick<IncomingMessage, "url" | "headers">): Family {
  return url.startsWith("/v1/messages") || headers["anthropic-version"] !== undefined ? "anthropic" : "openai";
}

/**
 * Returns the body of an error in the format of a family.
 *
 * @param id the request's id, which Anthropic's format contains
 */
export function bodyIn(family: Family, error: ApiError, id: string | undefined): object {
  if (family === "openai") return errorBody(error);
  const { message, code, param } = error;
  return {
    type: "error",
    error: { type: anthropicType(error), message, code, ...(param !== undefined && { param }) },
    ...(id !== undefined && { request_id: id }),
  };
}

/** Returns the body for both clients: Mistral's read the top level, OpenAI's read `error`. */
function errorBody({ status, message, type, code, param, detail: given }: ApiError) {
  const error = { message, type, param: param ?? null, code };
  // Mistral's client expects the details of a 422 in a list, or none.
  const detail = given ?? (status === 422 && [{ type: code, loc: param ? ["body", param] : ["body"], msg: message }]);
  return { object: "error", ...error, error, ...(detail && { detail }) };
}

/** Writes the event that ends a stream which cannot go on. */
export type FailureEvent = (error: ApiError, id: string | undefined) => string;

/** As OpenAI's and Mistral's clients throw it. */
export const dataEvent: FailureEvent = (error) => `data: ${JSON.stringify(errorBody(error))}\n\n`;

/** As Anthropic's do. */
export const anthropicEvent: FailureEvent = (error, id) =>
  `event: error\ndata: ${JSON.stringify(bodyIn("anthropic", error, id))}\n\n`;

/** As the Responses API has it, and with the member `error` that OpenAI's client throws. */
export const responsesEvent: FailureEvent = (error) => {
  const { code, message, param = null } = error;
  const said = { type: "error", code, message, param, error: errorBody(error).error };
  return `event: error\ndata: ${JSON.stringify(said)}\n\n`;
};

const types = new Map<number, string>([
  [400, "invalid_request_error"],
  [401, "authentication_error"],
  [402, "billing_error"],
  [403, "permission_error"],
  [404, "not_found_error"],
  [413, "request_too_large"],
  [422, "invalid_request_error"],
  [429, "rate_limit_error"],
  [504, "timeout_error"],
  [529, "overloaded_error"],
]);

/** Anthropic's type for a status: clients tell errors apart by it. */
const anthropicType = ({ status, type }: ApiError): string =>
  types.get(status) ?? (own.has(type) ? type : status >= 500 ? "api_error" : "invalid_request_error");

const own: ReadonlySet<string> = new Set(types.values());
