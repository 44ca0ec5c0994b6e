import { listBounds } from "@/server/platform/json/bounds";
import { tryParseJson } from "@/server/platform/json/parse";
/**
 * Thrown when the model server cannot be used now: it is unreachable, busy, or does not accept this instance. It may be
 * later.
 */
export class UpstreamDown extends Error {
  override readonly name = "UpstreamDown";
}

/**
 * Thrown when the model server refuses a request and would refuse it again. The message is its own sentence, if it gave
 * one.
 */
export class UpstreamRefused extends Error {
  override readonly name = "UpstreamRefused";
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const longestSentence = 500;

/** Returns the content of a response. Throws `UpstreamDown` or `UpstreamRefused` for an error. */
export function answerOf(status: number, said: string): unknown {
  const body = tryParseJson(said, listBounds);
  if (status >= 200 && status < 300) {
    if (body === undefined) throw new UpstreamDown("an answer is no JSON");
    return body;
  }
  if (status === 401 || status === 403 || status === 408 || status === 429 || status >= 500)
    throw new UpstreamDown(`status ${status}`);
  throw new UpstreamRefused(status, sentenceIn(body));
}

/**
 * Returns the sentence of an error in any dialect: `error.message`, `message`, `error`, `detail`, or the first of its
 * details.
 */
function sentenceIn(body: unknown): string {
  const at = (value: unknown, name: string) =>
    typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  const message = at(body, "message");
  const detail = at(body, "detail") ?? at(message, "detail");
  const first = Array.isArray(detail) ? at(detail[0], "msg") : detail;
  const found = [at(at(body, "error"), "message"), message, at(body, "error"), first].find(
    (each) => typeof each === "string" && each.trim() !== "",
  );
  return usable(found as string | undefined) ?? "The model server refused the request.";
}

/** Returns a model server's sentence in a form that can be shown, or undefined. */
export function usable(sentence: string | null | undefined): string | undefined {
  const plain = sentence
    ?.replace(/[\p{Cc}\p{Cf}\ud800-\udfff]+/gu, " ")
    .trim()
    .slice(0, longestSentence);
  return plain || undefined;
}
