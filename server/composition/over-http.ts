import type { HttpBindings } from "@hono/node-server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { Refusal } from "@/server/api/refusals";
import { isDatabaseDown, refusalOf } from "@/server/api/trpc";
import { contextOf } from "@/server/auth/request-context";
import { JsonError } from "@/server/platform/json/bounds";
import { readText, TooLong } from "@/server/platform/json/fetched";
import { parseJson } from "@/server/platform/json/parse";
import { log } from "@/server/platform/log";
import { appRouter } from "./router";

const longestBody = 256 * 1024;

/**
 * Answers procedures over HTTP, under `/api/trpc`. Only JSON is accepted: another site's form can send the other
 * content types without a preflight request. (The front has checked the Origin already.)
 */
export async function answerProcedure(
  request: Request,
  { incoming }: Pick<HttpBindings, "incoming">,
): Promise<Response> {
  // Node's own headers: the front has replaced values of the client in them, while `request` may have the original
  // ones.
  const { headers } = incoming;
  if (request.method === "POST") {
    const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
    if (type !== "application/json") return refusal(415, "Send application/json.");
    if (Number(headers["content-length"] ?? 0) > longestBody) return refusal(413, "That is too much at once.");
  } else if (request.method !== "GET") return refusal(405, "Use GET or POST.");
  const sent = await received(request);
  if (!sent) return refusal(413, "That is too much at once.");
  return fetchRequestHandler({
    endpoint: "/api/trpc",
    req: sent,
    router: appRouter,
    createContext: () => contextOf(headers),
    maxBatchSize: 10,
    responseMeta: ({ errors }) =>
      errors.some(isDatabaseDown) ? { status: 503, headers: { "retry-after": "5" } } : { headers: retryAfter(errors) },
    onError: ({ error, path }) => {
      if (refusalOf(error).reason === "bug" && !isDatabaseDown(error))
        log.error({ err: error, path }, "a procedure failed");
    },
  });
}

/** Returns the request with its body if that may be parsed; undefined: it is too large or too complex. */
async function received(request: Request): Promise<Request | undefined> {
  if (request.method !== "POST") return request;
  try {
    const body = await readText(request, longestBody);
    checkExcess(body);
    return new Request(request.url, { method: "POST", headers: request.headers, body });
  } catch (error) {
    if (error instanceof TooLong || (error instanceof JsonError && error.isExcess)) return undefined;
    throw error;
  }
}

/**
 * @throws JsonError when the JSON exceeds the limits for parsing; a body that is not JSON is refused by the procedure
 * that parses it
 */
function checkExcess(body: string): void {
  try {
    parseJson(body);
  } catch (error) {
    if (!(error instanceof JsonError) || error.isExcess) throw error;
  }
}

/** Returns the Retry-After header after which all calls of a batch can succeed, if a limit refused some of them. */
function retryAfter(errors: { cause?: unknown }[]): Record<string, string> {
  const seconds = errors.map(({ cause }) => (cause instanceof Refusal ? (cause.retryAfterSeconds ?? 0) : 0));
  const longest = Math.max(0, ...seconds);
  return longest > 0 ? { "retry-after": String(longest) } : {};
}

function refusal(status: number, message: string): Response {
  return Response.json({ error: { message } }, { status });
}
