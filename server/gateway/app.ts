import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { ModelServerDown } from "@/server/model-servers/catalogue";
import { env } from "@/server/platform/env";
import { log } from "@/server/platform/log";
import { cardFor, listFor } from "./door/allowed-models";
import { authenticate, type GatewayEnv, needs } from "./door/authenticate";
import { countChanges } from "./door/count-changes";
import { withoutHiddenModels } from "./door/hidden-models";
import { answerUnknownPath, withoutPrefix } from "./door/paths";
import { readOff } from "./door/unread-body";
import { failures } from "./errors/answer-error";
import { apiError, Refusal, unavailable } from "./errors/errors";
import { complete, keyHolder } from "./routes/completions";
import { fileRoutes, signedFiles } from "./routes/files";
import { fineTuningJobs } from "./routes/fine-tuning";
import { ownModels } from "./routes/own-models";
import { usage } from "./routes/usage-report";

/** The `/v1` API: Mistral's and OpenAI's HTTP API, for programs with a key of a workspace. */
export const gateway = new Hono<GatewayEnv>();

/** No proxy or browser caches a model's answer. */
export const noStore = createMiddleware<GatewayEnv>(async (c, next) => {
  c.header("Cache-Control", "no-store");
  await next();
});

gateway.use(noStore);
gateway.use(readOff);
gateway.use(async (c, next) => {
  if (!c.req.path.startsWith("/v1")) throw new Refusal(withoutPrefix(env().APP_URL));
  return next();
});
gateway.route("/", signedFiles);
gateway.use(authenticate);
gateway.use(countChanges);

gateway.get("/v1/models", needs("models:read"), async (c) =>
  c.body(await listFor(c.get("bearer")), 200, { "Content-Type": "application/json" }),
);

// Ids have colons, which Mistral's client encodes and OpenAI's does not, and may have slashes.
gateway.get("/v1/models/:id{.+}", needs("models:read"), async (c) =>
  c.json(await cardFor(c.req.param("id"), c.get("bearer"))),
);
// What stands above is a list of what a key may use, made once and sent often.
gateway.use(withoutHiddenModels);
gateway.route("/", ownModels);

gateway.post("/v1/chat/completions", needs("chat"), (c) => complete(c, "chat", keyHolder(c, "chat")));
gateway.post("/v1/embeddings", needs("embeddings"), (c) => complete(c, "embeddings", keyHolder(c, "embeddings")));
gateway.route("/", fileRoutes);
gateway.route("/", usage);
gateway.route("/", fineTuningJobs);

gateway.notFound((c) => answerUnknownPath(c, gateway));

gateway.onError(answerFailure);

/** Returns the answer to whatever was thrown. */
export function answerFailure(error: Error, c: Context<GatewayEnv>): Response {
  if (error instanceof Refusal) return apiError(c, error.error);
  if (error instanceof ModelServerDown) return apiError(c, failures.down);
  // A client that went away while it was sending.
  const { incoming, outgoing } = c.env ?? {};
  if (outgoing?.destroyed || (incoming?.destroyed && !incoming.complete)) return RESPONSE_ALREADY_SENT;
  log.error({ err: error }, "a /v1 request failed");
  return apiError(c, unavailable);
}
