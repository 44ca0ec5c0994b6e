import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono } from "hono";
import { log } from "@/server/log";
import { listFor, modelFor } from "./allowed-models";
import { failures } from "./answer-error";
import { authenticate, type GatewayEnv, needs } from "./authenticate";
import { ModelServerDown } from "./catalogue";
import { complete } from "./completions";
import { apiError, Refusal, unavailable } from "./errors";
import { fineTuningJobs } from "./fine-tuning";
import { usage } from "./usage-report";

/** The `/v1` door: Mistral's and OpenAI's HTTP API, for whoever holds a key of a workspace. */
export const gateway = new Hono<GatewayEnv>();

gateway.use(async (c, next) => {
  c.header("Cache-Control", "no-store");
  await next();
});
gateway.use(authenticate);

gateway.get("/v1/models", needs("models:read"), async (c) =>
  c.body(await listFor(c.get("bearer")), 200, { "Content-Type": "application/json" }),
);

// Ids have colons, which Mistral's client encodes and OpenAI's does not, and may have slashes.
gateway.get("/v1/models/:id{.+}", needs("models:read"), async (c) => {
  const id = c.req.param("id");
  const { card } = await modelFor(id, c.get("bearer"));
  return c.json(card.id === id ? card : { ...card, id });
});

gateway.route("/", fineTuningJobs);

gateway.post("/v1/chat/completions", needs("chat"), (c) => complete(c, "chat"));
gateway.post("/v1/embeddings", needs("embeddings"), (c) => complete(c, "embeddings"));
gateway.route("/", usage);

gateway.notFound((c) =>
  apiError(c, {
    status: 404,
    message: "There is nothing at this path.",
    type: "invalid_request_error",
    code: "not_found",
  }),
);

gateway.onError((error, c) => {
  if (error instanceof Refusal) return apiError(c, error.error);
  if (error instanceof ModelServerDown) return apiError(c, failures.down);
  // A client that went away while it was sending.
  const { incoming, outgoing } = c.env ?? {};
  if (outgoing?.destroyed || (incoming?.destroyed && !incoming.complete)) return RESPONSE_ALREADY_SENT;
  log.error({ err: error }, "a /v1 request failed");
  return apiError(c, unavailable);
});
