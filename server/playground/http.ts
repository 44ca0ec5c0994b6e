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

/** The path to which the playground's page posts a chat, in the workspace of this slug. */
const path = "/api/playground/:workspace/chat/completions";
/**
 * The path for a chat with a route that is tried before it is saved. The query parameter `rule` is the route as JSON.
 */
const trialPath = "/api/playground/:workspace/route/chat/completions";
const longestRule = 8_000;

/** The procedure that checks the person's access. */
type Right = "enter" | "enterTrial";

/**
 * Answers chats from the browser. They are handled like every chat with a key, with limits and ledger. The session
 * replaces the key, and the usage is the person's. The front has already checked the Origin.
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
  const person = await enter(headers, slug, right);
  await complete(incoming, outgoing, endpointOf("chat"), {
    as: { ...person, keyId: null, models: null },
    watch: () => (end) => watchAccess(headers, slug, right, end),
    ...(draft && { draft }),
  });
}

playground.notFound(() => {
  throw new Refusal({ ...refused, status: 404, message: "There is nothing at this path.", code: "not_found" });
});

playground.onError(answerFailure);

const checkEveryMs = 1_000;

/** Calls `end` within two seconds after the person has lost the permission, or when that cannot be checked. */
function watchAccess(
  headers: IncomingHttpHeaders,
  slug: string,
  right: Right,
  end: (cause: "person" | "unchecked") => void,
) {
  const timer = setInterval(() => {
    enter(headers, slug, right).catch((error) => {
      const isRefused = error instanceof Refusal && error.error.status < 500;
      if (!isRefused) log.warn({ err: error }, "whether a person may still chat could not be checked");
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

/** Returns the person and the workspace of a chat. Refuses like the procedure, with the gateway's errors. */
async function enter(headers: IncomingHttpHeaders, slug: string, right: Right) {
  try {
    return await createCaller(await contextOf(headers))[right]({ workspace: slug });
  } catch (error) {
    const found = refusalOf(error as Error);
    // An invalid slug names no workspace.
    const { reason, message } = found.reason === "invalid_input" ? refusalOf(refuse("not_found")) : found;
    const status = statuses.get(reason);
    if (!status) throw error;
    const type = status === 503 ? "server_error" : "permission_error";
    throw new Refusal({ status, message, type, code: reason }, { cause: error });
  }
}
