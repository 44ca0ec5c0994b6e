import { Hono } from "hono";
import { log } from "@/server/log";
import { authenticate, type GatewayEnv } from "./authenticate";
import { apiError } from "./errors";
import { listModels, ModelServerDown, type UpstreamModel } from "./model-server";
import { baseModel } from "./models";
import { usage } from "./usage";

/** The `/v1` door: Mistral's and OpenAI's HTTP API, for whoever holds a key of a workspace. */
export const gateway = new Hono<GatewayEnv>();

gateway.use(async (c, next) => {
  c.header("Cache-Control", "no-store");
  await next();
});
gateway.use(authenticate);

const lists = new WeakMap<UpstreamModel[], string>();

gateway.get("/v1/models", async (c) => {
  const models = await listModels();
  // The same list is given out until the model server is asked again.
  const text = lists.get(models) ?? JSON.stringify({ object: "list", data: models.map(baseModel) });
  lists.set(models, text);
  return c.body(text, 200, { "Content-Type": "application/json" });
});

// Ids have colons, which Mistral's client encodes and OpenAI's does not, and may have slashes.
gateway.get("/v1/models/:id{.+}", async (c) => {
  const id = c.req.param("id");
  const model = (await listModels()).map(baseModel).find((each) => each.id === id || each.aliases.includes(id));
  if (!model)
    return apiError(c, {
      status: 404,
      message: `There is no model ${id.slice(0, 100)} in this workspace.`,
      type: "invalid_request_error",
      code: "model_not_found",
      param: "model",
    });
  return c.json(model.id === id ? model : { ...model, id });
});

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
  if (error instanceof ModelServerDown) {
    log.warn({ err: error }, "model server down");
    return apiError(c, {
      status: 502,
      message: "The model server does not answer. Try again in a moment.",
      type: "server_error",
      code: "model_server_down",
    });
  }
  log.error({ err: error }, "a /v1 request failed");
  return apiError(c, {
    status: 503,
    message: "Something went wrong. It has been logged; try again.",
    type: "server_error",
    code: "unavailable",
  });
});
