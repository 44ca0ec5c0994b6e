import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { fileRoutes } from "../fine-tuning/files/routes";
import type { FineTuningFolder } from "../fine-tuning/fine-tuning";
import { jobRoutes } from "../fine-tuning/jobs/routes";
import { deleteModel, modelRoutes } from "../fine-tuning/models/routes";
import { ApiError } from "./api-error";
import { type ChatSettings, completeChat } from "./chat-completions";
import { createEmbeddings } from "./create-embeddings";
import { type Call, type Route, type RouteSettings, readJson, sendJson } from "./route";

interface ModelServerSettings extends ChatSettings {
  /** The folder of files, jobs and fine-tuned models; without it there are none. */
  folder?: FineTuningFolder | undefined;
  /** When set, `/v1` requires `Authorization: Bearer` with exactly this key. */
  key?: string | undefined;
}

/** A server and its requests in progress. */
export interface ModelServer {
  server: Server;
  /** One controller per request in progress; aborting it ends the work and the connection. */
  working: ReadonlySet<AbortController>;
}

/** Returns the model server, not yet listening. */
export function createModelServer(settings: ModelServerSettings): ModelServer {
  const working = new Set<AbortController>();
  const shared: RouteSettings = {
    ...settings,
    fineTuning() {
      if (settings.folder) return settings.folder.required();
      throw new ApiError(501, "server_error", "This server has no folder to keep files and fine-tuned models in");
    },
  };
  const server = createServer(async (request, response) => {
    const controller = new AbortController();
    working.add(controller);
    response.once("close", () => controller.abort());
    response.setHeader("x-request-id", randomUUID());
    try {
      if (settings.key) authenticate(request, settings.key);
      await route({ request, response, signal: controller.signal, settings: shared });
    } catch (error) {
      refuse(response, controller.signal, error);
    } finally {
      working.delete(controller);
    }
  });
  // Longer than the clients' pools keep a connection, so that none is closed under a request.
  server.keepAliveTimeout = 65_000;
  // A large file may take long; headers must still arrive within a minute.
  server.requestTimeout = 60 * 60_000;
  return { server, working };
}

const routes: readonly Route[] = [
  { path: /^\/health$/, methods: { GET: ({ response }) => sendJson(response, 200, { status: "ok" }) } },
  {
    path: /^\/v1\/models$/,
    methods: {
      GET: ({ response, settings }) => sendJson(response, 200, { object: "list", data: settings.catalogue.list() }),
    },
  },
  {
    path: /^\/v1\/models\/([^/]+)$/,
    methods: {
      GET({ response, settings, id }) {
        const card = settings.catalogue.card(id);
        if (!card) throw new ApiError(404, "invalid_request_error", `Model not found: ${id}`, "1500");
        sendJson(response, 200, card);
      },
      async DELETE({ response, settings, id }) {
        sendJson(response, 200, await deleteModel(settings.fineTuning(), id, settings.catalogue.isBase(id)));
      },
    },
  },
  {
    path: /^\/v1\/chat\/completions$/,
    methods: {
      POST: async ({ request, response, signal, settings }) =>
        completeChat(await readJson(request), response, signal, settings),
    },
  },
  {
    path: /^\/v1\/embeddings$/,
    methods: {
      POST: async ({ request, response, signal, settings }) =>
        sendJson(response, 200, await createEmbeddings(await readJson(request), signal, settings.catalogue)),
    },
  },
  ...fileRoutes,
  ...jobRoutes,
  ...modelRoutes,
];

async function route(call: Omit<Call, "id" | "query">): Promise<void> {
  const { request, response } = call;
  const [path = "/", search = ""] = (request.url ?? "/").split("?", 2);
  for (const { path: pattern, methods } of routes) {
    const match = pattern.exec(path);
    if (!match) continue;
    const handler = Object.hasOwn(methods, request.method ?? "") ? methods[request.method ?? ""] : undefined;
    if (!handler) {
      response.setHeader("allow", Object.keys(methods).join(", "));
      throw new ApiError(405, "invalid_request_error", `Method ${request.method} is not allowed here`);
    }
    const query = Object.fromEntries(new URLSearchParams(search));
    return handler({ ...call, id: decodeSegment(match[1] ?? ""), query });
  }
  throw new ApiError(404, "invalid_request_error", "Not found");
}

function authenticate(request: IncomingMessage, key: string): void {
  if (!request.url?.startsWith("/v1")) return;
  // Hashing gives both sides the same length for the comparison.
  const digest = (text: string) => createHash("sha256").update(text).digest();
  if (timingSafeEqual(digest(request.headers.authorization ?? ""), digest(`Bearer ${key}`))) return;
  throw new ApiError(401, "authentication_error", "Unauthorized");
}

/** Decodes a path's segment: Mistral's clients percent-encode ids, OpenAI's do not. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function refuse(response: ServerResponse, signal: AbortSignal, error: unknown): void {
  if (signal.aborted || response.headersSent) {
    // The client has disconnected, or a part of the answer was already sent. The only way to report the error is to
    // close the connection.
    response.destroy();
    return;
  }
  const known = error instanceof ApiError ? error : new ApiError(500, "server_error", "Internal server error");
  // The rest of the body is not read, so the connection cannot be used again.
  if (known.status === 413) response.setHeader("connection", "close");
  if (!(error instanceof ApiError)) process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  sendJson(response, known.status, known.body());
}
