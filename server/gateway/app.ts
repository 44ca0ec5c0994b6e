import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import { env } from "@/server/platform/env";
import { log } from "@/server/platform/log";
import { noteRoute, tracer } from "@/server/platform/tracing/tracing";
import { answerDirectly, directRoutes } from "./direct";
import { cardFor } from "./door/allowed-models";
import { authenticate, type GatewayEnv, needs } from "./door/authenticate";
import { countChanges } from "./door/count-changes";
import { answerPreflight } from "./door/cross-origin";
import { withoutHiddenModels } from "./door/hidden-models";
import { anthropicCard } from "./door/model-lists";
import { answerUnknownPath, wrongBase } from "./door/paths";
import { readOff } from "./door/unread-body";
import { apiError, Refusal } from "./errors/errors";
import { familyOf } from "./errors/families";
import { errorFor } from "./errors/thrown-error";
import { openApi } from "./openapi/document";
import { batchRoutes } from "./routes/batches";
import { fileRoutes, signedFiles } from "./routes/files";
import { fineTuningJobs } from "./routes/fine-tuning";
import { keptResponses } from "./routes/kept-responses";
import { ownModels } from "./routes/own-models";
import { usage } from "./routes/usage-report";

/** The routes of the `/v1` API that `direct.ts` does not answer. */
const gateway = new Hono<GatewayEnv>();

/** Tells proxies and browsers not to cache an answer. */
export const noStore = createMiddleware<GatewayEnv>(async (c, next) => {
  c.header("Cache-Control", "no-store");
  await next();
});

gateway.use(noStore);
gateway.use(readOff);
gateway.use(async (c, next) => {
  await next();
  if (!tracer()) return;
  // Of the patterns that match the address, those of middleware end in a star.
  const route = matchedRoutes(c).find(({ path }) => path.startsWith("/v1/") && !path.endsWith("*"));
  if (route) noteRoute(c.env.incoming, route.path);
});
gateway.use(async (c, next) => {
  if (!c.req.path.startsWith("/v1")) throw new Refusal(wrongBase(c.req.path, env().APP_URL));
  return next();
});
gateway.route("/", signedFiles);
gateway.get("/v1/openapi.json", (c) => c.json(openApi()));
gateway.use(authenticate);
gateway.use(countChanges);

// Model ids contain colons, which Mistral's client encodes and OpenAI's does not, and may contain slashes.
gateway.get("/v1/models/:id{.+}", needs("models:read"), async (c) => {
  const card = await cardFor(c.req.param("id"), c.get("bearer"));
  return c.json(familyOf(c.env.incoming) === "anthropic" ? anthropicCard(card) : card);
});
gateway.route("/", keptResponses);
gateway.use(withoutHiddenModels);
gateway.route("/", ownModels);

gateway.route("/", fileRoutes);
gateway.route("/", usage);
gateway.route("/", fineTuningJobs);
gateway.route("/", batchRoutes);

gateway.notFound((c) => answerUnknownPath(c, listRoutes()));

/** Lists all routes, including those of middleware. */
export const listRoutes = (): { method: string; path: string }[] => [...directRoutes(), ...gateway.routes];

gateway.onError(answerFailure);

/** Returns the answer to an error that a route threw. */
export function answerFailure(error: Error, c: Context<GatewayEnv>): Response {
  const { incoming, outgoing } = c.env;
  const said = errorFor(error, incoming, outgoing);
  return said ? apiError(c, said) : RESPONSE_ALREADY_SENT;
}

const answerOthers = getRequestListener((request, bindings) => gateway.fetch(request, bindings as HttpBindings));

/** Answers a request of a program to the `/v1` API, which is the HTTP API of OpenAI and Mistral. */
export function answerProgram(incoming: IncomingMessage, outgoing: ServerResponse): void {
  // Clients that are configured for a proxy send the whole address. Its host has no meaning here.
  incoming.url = incoming.url?.replace(/^https?:\/\/[^/?#]*(?=\/)/i, "");
  if (incoming.method === "OPTIONS") return void answerOptions(incoming, outgoing);
  if (!answerDirectly(incoming, outgoing)) void answerOthers(incoming, outgoing);
}

async function answerOptions(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    if (await answerPreflight(incoming, outgoing)) return;
  } catch (error) {
    log.error({ err: error }, "the origins that keys allow could not be looked up");
  }
  await answerOthers(incoming, outgoing);
}
