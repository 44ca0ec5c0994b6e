import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { ApiError, invalidRequest } from "./api-error";
import { type ChatSettings, completeChat } from "./chat-completions";
import { createEmbeddings } from "./create-embeddings";

interface ModelServerSettings extends ChatSettings {
  /** When set, `/v1` wants `Authorization: Bearer` with exactly this. */
  key?: string | undefined;
}

/** A server and what it is doing. */
export interface ModelServer {
  server: Server;
  /** One per request being worked on; aborting it ends that work and its connection. */
  working: ReadonlySet<AbortController>;
}

/** The model server, not yet listening. */
export function createModelServer(settings: ModelServerSettings): ModelServer {
  const working = new Set<AbortController>();
  const server = createServer(async (request, response) => {
    const controller = new AbortController();
    working.add(controller);
    response.once("close", () => controller.abort());
    response.setHeader("x-request-id", randomUUID());
    try {
      await route(request, response, controller.signal, settings);
    } catch (error) {
      refuse(response, controller.signal, error);
    } finally {
      working.delete(controller);
    }
  });
  // Longer than the clients' pools keep a connection, so that none is closed under a request.
  server.keepAliveTimeout = 65_000;
  return { server, working };
}

type Handler = (call: {
  request: IncomingMessage;
  response: ServerResponse;
  signal: AbortSignal;
  settings: ModelServerSettings;
  id: string;
}) => Promise<void> | void;

const routes: ReadonlyArray<{ path: RegExp; methods: Record<string, Handler> }> = [
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
];

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
  settings: ModelServerSettings,
): Promise<void> {
  const [path = "/"] = (request.url ?? "/").split("?", 1);
  if (path.startsWith("/v1") && settings.key) authenticate(request, settings.key);
  for (const { path: pattern, methods } of routes) {
    const match = pattern.exec(path);
    if (!match) continue;
    const handler = Object.hasOwn(methods, request.method ?? "") ? methods[request.method ?? ""] : undefined;
    if (!handler) {
      response.setHeader("allow", Object.keys(methods).join(", "));
      throw new ApiError(405, "invalid_request_error", `Method ${request.method} is not allowed here`);
    }
    return handler({ request, response, signal, settings, id: decodeSegment(match[1] ?? "") });
  }
  throw new ApiError(404, "invalid_request_error", "Not found");
}

function authenticate(request: IncomingMessage, key: string): void {
  // Equal lengths for the comparison, whatever was sent.
  const digest = (text: string) => createHash("sha256").update(text).digest();
  if (timingSafeEqual(digest(request.headers.authorization ?? ""), digest(`Bearer ${key}`))) return;
  throw new ApiError(401, "authentication_error", "Unauthorized");
}

/** Mistral's clients percent-encode ids, OpenAI's do not. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

const maxBodyBytes = 10 * 1024 * 1024;

async function readJson(request: IncomingMessage): Promise<unknown> {
  const tooLarge = () => new ApiError(413, "invalid_request_error", "Request body is larger than 10 MB");
  if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) throw tooLarge();
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    size += part.length;
    if (size > maxBodyBytes) throw tooLarge();
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    throw invalidRequest([{ type: "json_invalid", loc: ["body"], msg: "JSON decode error" }]);
  }
}

function refuse(response: ServerResponse, signal: AbortSignal, error: unknown): void {
  if (signal.aborted || response.headersSent) {
    // The reader has gone, or half an answer has: a cut connection is the only way left to say so.
    response.destroy();
    return;
  }
  const known = error instanceof ApiError ? error : new ApiError(500, "server_error", "Internal server error");
  // What the body still holds is not read: the connection cannot be used again.
  if (known.status === 413) response.setHeader("connection", "close");
  if (!(error instanceof ApiError)) process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  sendJson(response, known.status, known.body());
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
