import { tryParseJson } from "@/server/platform/json/parse";
import { ServerFailure } from "../errors/upstream-error";

/** Why an endpoint was not asked for, in the ledger's words. */
export const noEndpoint = "no_endpoint";

/** Returns the failure that no server of a model has an endpoint. */
export function missingEndpoint(path: string): ServerFailure {
  const error = {
    status: 404,
    message: `No model server of this model has ${path}.`,
    type: "invalid_request_error",
    code: "endpoint_not_available",
    shouldRetry: false,
  } as const;
  return new ServerFailure(error, noEndpoint);
}

/** Checks whether an error says that no server of a model has the endpoint. */
export const isMissing = (error: unknown): boolean => error instanceof ServerFailure && error.why === noEndpoint;

/** What says nothing of a model, a file or anything else that a request names. */
const bare =
  /^(?:error:? ?)?(?:404:? ?)?(?:(?:page|file|path|route|resource|endpoint|url) )?(?:was )?not[ _]found(?:[ _]error)?[.!]?$/i;
const aboutPath = /\b(?:urls?|routes?|paths?|endpoints?|methods?)\b|^cannot (?:post|get)\b/i;

/**
 * Reads whether an error is due to a path that a server does not have: "server", or "model" where it has it for other models; undefined: it is
 * about what the request says.
 *
 * @param said the error's body
 */
export function missingIn(status: number, said: string): "server" | "model" | undefined {
  if (status === 405) return "server";
  if (status === 501) return "model";
  if (status !== 404) return undefined;
  const body = tryParseJson(said);
  if (typeof body !== "object" || body === null) return "server";
  const { error, message, detail } = body as Record<string, unknown>;
  const nested = typeof error === "object" && error !== null ? (error as Record<string, unknown>).message : error;
  const text = [nested, message, detail].find((each) => typeof each === "string" && each !== "");
  if (typeof text !== "string") return "server";
  return bare.test(text.trim()) || (aboutPath.test(text) && !/\bmodel\b/i.test(text)) ? "server" : undefined;
}
