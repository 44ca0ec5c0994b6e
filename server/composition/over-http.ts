import type { HttpBindings } from "@hono/node-server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { Refusal } from "@/server/api/refusals";
import { isDatabaseDown, refusalOf } from "@/server/api/trpc";
import { contextOf } from "@/server/auth/request-context";
import { log } from "@/server/platform/log";
import { appRouter } from "./router";

const longestBody = 256 * 1024;

/**
 * Returns the procedures over HTTP, under `/api/trpc`. Only JSON is taken: the other content types are those a foreign site's
 * form can send without asking first. (The front has compared the Origin already.)
 */
export async function answerProcedure(
  request: Request,
  { incoming }: Pick<HttpBindings, "incoming">,
): Promise<Response> {
  // Node's own headers: in them the front has replaced what the client wrote, and `request` may go back to the others.
  const { headers } = incoming;
  if (request.method === "POST") {
    const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
    if (type !== "application/json") return refusal(415, "Send application/json.");
    if (Number(headers["content-length"] ?? 0) > longestBody) return refusal(413, "That is too much at once.");
  } else if (request.method !== "GET") return refusal(405, "Use GET or POST.");
  return fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
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

/** Returns when all of a batch can succeed, where a limit refused some of it. */
function retryAfter(errors: { cause?: unknown }[]): Record<string, string> {
  const seconds = errors.map(({ cause }) => (cause instanceof Refusal ? (cause.retryAfterSeconds ?? 0) : 0));
  const longest = Math.max(0, ...seconds);
  return longest > 0 ? { "retry-after": String(longest) } : {};
}

function refusal(status: number, message: string): Response {
  return Response.json({ error: { message } }, { status });
}
