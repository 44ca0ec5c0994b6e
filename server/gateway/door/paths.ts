import type { Context } from "hono";
import { type ApiError, apiError } from "../errors/errors";
import type { GatewayEnv } from "./authenticate";

/** The first parts of the paths of both client families' APIs, after `/v1`. */
const apiRoots = new Set([
  "audio",
  "batch",
  "batches",
  "chat",
  "classifications",
  "completions",
  "conversations",
  "embeddings",
  "files",
  "fim",
  "fine_tuning",
  "images",
  "messages",
  "models",
  "moderations",
  "ocr",
  "rerank",
  "responses",
  "score",
]);

/**
 * Checks whether a path is one of an API's paths without `/v1` before it. Clients with a wrong base URL ask for
 * these.
 */
export function lacksPrefix(path: string): boolean {
  return apiRoots.has(path.split("/", 2)[1] ?? "");
}

/** Returns the answer to a path outside `/v1`, with or without a key: which base URL the client should use. */
export function wrongBase(path: string, base: string): ApiError {
  const isDoubled = /^\/{2,}v1(\/|$)/.test(path);
  const advice = isDoubled
    ? "It begins with two slashes: leave the one at the end of the base URL out."
    : `${lacksPrefix(path) ? "Add /v1 to the base URL" : "The base URL is"}: ${base}/v1`;
  return { ...nothing, message: `There is no API at this path. ${advice}` };
}

const nothing = { status: 404, type: "invalid_request_error", code: "not_found" } as const;

type Route = { method: string; path: string };

/** Returns the answer to an unknown path of `/v1`: it says which paths there are. */
export function answerUnknownPath(c: Context<GatewayEnv>, routes: Route[]) {
  const { method, path } = c.req;
  const isTwice = path.startsWith("/v1/v1/");
  const advice = isTwice ? "The base URL has /v1 already: leave one of the two out." : adviceFor(path, routes);
  return apiError(c, { ...nothing, message: `There is nothing at ${method} ${path.slice(0, 100)}. ${advice}` });
}

/**
 * Returns the advice for an unknown path: the path that is meant, if only its method, its slashes or its case are
 * wrong, otherwise the list of all paths.
 */
function adviceFor(path: string, routes: Route[]): string {
  const plain = path
    .toLowerCase()
    .replace(/\/{2,}/g, "/")
    .replace(/(?<=.)\/$/, "");
  const meant = [...methodsByPath(routes)].find(([shown]) => isAt(shown, plain));
  return meant ? `There is: ${written(meant)}.` : `There is: ${listOf(routes)}.`;
}

/** Checks whether a path matches a path pattern, such as "/v1/files/{id}". */
function isAt(shown: string, path: string): boolean {
  const [parts, wanted] = [shown.split("/"), path.split("/")];
  return parts.length === wanted.length && parts.every((part, i) => part.startsWith("{") || part === wanted[i]);
}

/** Lists every path with its methods: "POST /v1/chat/completions, GET /v1/models, …". */
function listOf(routes: Route[]): string {
  return [...methodsByPath(routes)].map(written).join(", ");
}

const written = ([path, methods]: [string, Set<string>]) => `${[...methods].join("/")} ${path}`;

function methodsByPath(routes: Route[]): Map<string, Set<string>> {
  const methods = new Map<string, Set<string>>();
  for (const { method, path } of routes) {
    if (method === "ALL" || !path.startsWith("/v1/")) continue;
    const shown = shownPath(path);
    methods.set(shown, (methods.get(shown) ?? new Set()).add(method));
  }
  return methods;
}

/**
 * Returns a route's path in the form of documents: "/v1/files/{id}". Routes for archiving take the end of the path as
 * a part of the id, since ids may contain slashes.
 */
export function shownPath(path: string): string {
  return path.replace(":rest{.+}", "{id}/archive").replace(/:(\w+)(\{[^}]*\})?/g, "{$1}");
}
