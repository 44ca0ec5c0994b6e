import type { IncomingHttpHeaders } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono } from "hono";
import { refuse } from "@/server/api/refusals";
import { refusalOf, t } from "@/server/api/trpc";
import { contextOf } from "@/server/auth/request-context";
import { answerFailure, noStore } from "@/server/gateway/app";
import type { GatewayEnv } from "@/server/gateway/door/authenticate";
import { endpointOf } from "@/server/gateway/endpoints/table";
import { type ApiError, Refusal } from "@/server/gateway/errors/errors";
import { complete } from "@/server/gateway/routes/completions";
import { type RouteRule, readDraft } from "@/server/models/routes/rule";
import { tryParseJson } from "@/server/platform/json/parse";
import { log } from "@/server/platform/log";
import { playgroundRouter } from "./router";

const createCaller = t.createCallerFactory(playgroundRouter);

/** The path to which the playground's page posts a chat, in the workspace with this slug. */
const path = "/api/playground/:workspace/chat/completions";
/**
 * The path to which a chat is posted for a route that is tried before it is saved. `rule` in the query is the route
 * as JSON.
 */
const trialPath = "/api/playground/:workspace/route/chat/completions";
const longestRule = 8_000;

/** The procedure that decides whether a person may chat. */
type Right = "enter" | "enterTrial";

/**
 * A chat from the browser. It is processed like every chat with a key, with limits and ledger. The session replaces
 * the key, and the person is charged. The front has compared the Origin before.
 */
export const playground = new Hono<GatewayEnv>();

playground.use(noStore);

playground.post(path, async (c) => {
  await answer(c.env, c.req.param("workspace"), "enter");
  return RESPONSE_ALREADY_SENT;
});

playground.post(trialPath, async (c) => {
  const text = c.req.query("rule") ?? "";
  const draft = text.length <= longestRule ? readDraft(tryParseJson(text)) : undefined;
  if (!draft)
    throw new Refusal({ ...refused, status: 422, message: "The route is not complete yet.", code: "invalid_route" });
  await answer(c.env, c.req.param("workspace"), "enterTrial", draft);
  return RESPONSE_ALREADY_SENT;
});

async function answer(
  { incoming, outgoing }: HttpBindings,
  slug: string,
  right: Right,
  draft?: RouteRule,
): Promise<void> {
  const { headers } = incoming;
  if (headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase() !== "application/json")
    throw new Refusal({ ...refused, status: 415, message: "Send application/json.", code: "unsupported_media_type" });
  const again = async () => ({ ...(await enter(headers, slug, right)), keyId: null, models: null });
  await complete(incoming, outgoing, endpointOf("chat"), {
    ...{ as: await again(), again },
    watch: () => (end) => watchAccess(headers, slug, right, end),
    ...(draft && { draft }),
  });
}

playground.notFound(() => {
  throw new Refusal({ ...refused, status: 404, message: "There is nothing at this path.", code: "not_found" });
});

playground.onError(answerFailure);

const checkEveryMs = 1_000;

/** Calls `end` within two seconds when the person loses the permission or it cannot be checked. */
function watchAccess(
  headers: IncomingHttpHeaders,
  slug: string,
  right: Right,
  end: (cause: "person" | "unchecked") => void,
) {
  const timer = setInterval(() => {
    enter(headers, slug, right).catch((error) => {
      const isRefused = error instanceof Refusal && error.error.status < 500;
      if (!isRefused) log.warn({ err: error }, "a person's permission to chat could not be checked");
      end(isRefused ? "person" : "unchecked");
    });
  }, checkEveryMs);
  return () => clearInterval(timer);
}

const refused: Pick<ApiError, "type"> = { type: "invalid_request_error" };

const statuses = new Map<string, ApiError["status"]>(
  Object.entries({
    not_signed_in: 401,
    passkey_required: 403,
    not_permitted: 403,
    viewing_as: 403,
    looking_inside: 403,
    workspace_suspended: 403,
    not_found: 404,
    unavailable: 503,
  }),
);

/** Returns who is chatting and in which workspace. Refuses as the procedure does, in the gateway's format. */
async function enter(headers: IncomingHttpHeaders, slug: string, right: Right) {
  try {
    return await createCaller(await contextOf(headers))[right]({ workspace: slug });
  } catch (error) {
    const found = refusalOf(error as Error);
    // A text that cannot be a slug names no workspace.
    const { reason, message } = found.reason === "invalid_input" ? refusalOf(refuse("not_found")) : found;
    const status = statuses.get(reason);
    if (!status) throw error;
    const type = status === 503 ? "server_error" : "permission_error";
    throw new Refusal({ status, message, type, code: reason }, { cause: error });
  }
}
