import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { createContext } from "@/server/api/context";
import { appRouter } from "@/server/api/router";
import { isDatabaseDown, refusalOf } from "@/server/api/trpc";
import { log } from "@/server/log";

const longestBody = 256 * 1024;

/**
 * The procedures over HTTP. Only JSON is taken: the other content types are those a foreign site's form can send
 * without asking first. (The front has compared the Origin already.)
 */
async function handler(request: Request): Promise<Response> {
  if (request.method === "POST") {
    const type = request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
    if (type !== "application/json") return refusal(415, "Send application/json.");
    if (Number(request.headers.get("content-length") ?? 0) > longestBody)
      return refusal(413, "That is too much at once.");
  }
  return fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
    router: appRouter,
    createContext,
    maxBatchSize: 10,
    responseMeta: ({ errors }) => (errors.some(isDatabaseDown) ? { status: 503, headers: { "retry-after": "5" } } : {}),
    onError: ({ error, path }) => {
      if (refusalOf(error).reason === "bug" && !isDatabaseDown(error))
        log.error({ err: error, path }, "a procedure failed");
    },
  });
}

function refusal(status: number, message: string): Response {
  return Response.json({ error: { message } }, { status });
}

export { handler as GET, handler as POST };
