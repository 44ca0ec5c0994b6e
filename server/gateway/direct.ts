import type { IncomingMessage, ServerResponse } from "node:http";
import type { KeyScope } from "@/server/access/key-scopes";
import { log } from "@/server/platform/log";
import { noteRoute } from "@/server/platform/tracing/tracing";
import { type Bearer, findBearer, frontHeader, requireScope } from "./door/authenticate";
import { hideModelIds } from "./door/hidden-models";
import { anthropicListOf, listFor } from "./door/model-lists";
import { discardUnread } from "./door/unread-body";
import { endpoints } from "./endpoints/table";
import { type ApiError, sendError, unavailable } from "./errors/errors";
import { bodyIn, familyOf } from "./errors/families";
import { errorFor } from "./errors/thrown-error";
import { complete, keyHolder } from "./routes/completions";

type Answer = (bearer: Bearer, incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;
type Route = { method: string; path: string; scope: KeyScope; answer: Answer };

/** The routes of nearly all requests. They answer on node:http directly, because a framework would double the cost. */
const routes: Route[] = [
  { method: "GET", path: "/v1/models", scope: "models:read", answer: sendModels },
  ...endpoints.map((endpoint): Route => {
    const { path, scope } = endpoint;
    const answer: Answer = (bearer, incoming, outgoing) =>
      complete(incoming, outgoing, endpoint, keyHolder(bearer, incoming, scope));
    return { method: "POST", path, scope, answer };
  }),
];

const byPath = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));

/** Lists the methods and paths that are answered here. */
export const directRoutes = (): { method: string; path: string }[] => routes;

/** Answers a request if its route is one of these. Returns whether it is. */
export function answerDirectly(incoming: IncomingMessage, outgoing: ServerResponse): boolean {
  const { method = "", url = "" } = incoming;
  const end = url.indexOf("?");
  const path = end < 0 ? url : url.slice(0, end);
  const route = byPath.get(`${method === "HEAD" ? "GET" : method} ${path}`);
  if (!route) return false;
  noteRoute(incoming, route.path);
  answer(route, incoming, outgoing).catch((error) => {
    log.error({ err: error }, "the answer to a /v1 request could not be sent");
    outgoing.destroy();
  });
  return true;
}

async function answer(route: Route, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  let bearer: Bearer | undefined;
  // Anthropic's clients look for the request's id in this header, others in x-request-id.
  if (familyOf(incoming) === "anthropic") outgoing.setHeader("request-id", requestId(incoming) ?? "");
  try {
    bearer = await findBearer(incoming, outgoing);
    requireScope(bearer, route.scope);
    await route.answer(bearer, incoming, outgoing);
  } catch (error) {
    const said = errorFor(error, incoming, outgoing);
    if (said) await sendFailure(said, bearer, incoming, outgoing);
  }
}

async function sendFailure(
  error: ApiError,
  bearer: Bearer | undefined,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = (said: ApiError) => JSON.stringify(bodyIn(familyOf(incoming), said, requestId(incoming)));
  const text = body(error);
  const shown = bearer ? await hideModelIds(bearer, text).catch(() => undefined) : text;
  await discardUnread(incoming, outgoing);
  if (shown === undefined) return sendError(outgoing, unavailable, body(unavailable));
  sendError(outgoing, error, shown);
}

const requestId = (incoming: IncomingMessage) => frontHeader(incoming, "x-request-id");

async function sendModels(bearer: Bearer, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  // A key's list contains only models that it may use, so no ids have to be hidden. The list is made once and sent
  // often.
  const list = await listFor(bearer, familyOf(incoming) === "anthropic" ? anthropicListOf : undefined);
  outgoing
    .writeHead(200, {
      "Cache-Control": "no-store",
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(list),
    })
    .end(list);
}
