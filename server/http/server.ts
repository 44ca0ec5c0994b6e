import { randomBytes, randomUUID } from "node:crypto";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import createNext from "next";
import { disconnect } from "@/db/client";
import { migrate } from "@/db/migrate";
import { startJobs } from "@/server/composition/jobs";
import { answerProcedure } from "@/server/composition/over-http";
import { answerFileRequest, readFileRequest } from "@/server/files/page-requests";
import { answerProgram } from "@/server/gateway/app";
import { endCalls } from "@/server/gateway/calls/call";
import { lacksPrefix } from "@/server/gateway/door/paths";
import { answerLeakReport } from "@/server/keys/leaks/http";
import { watchModelServers } from "@/server/model-servers/health";
import { watchAnnouncements } from "@/server/platform/announcements/announcements";
import { type Env, env } from "@/server/platform/env";
import { takeErrorPage } from "@/server/platform/error-page";
import { log } from "@/server/platform/log";
import { logConsole } from "@/server/platform/log-console";
import { honourProxies } from "@/server/platform/outgoing";
import { playground } from "@/server/playground/http";
import { metering } from "@/server/usage/metering";
import { checkDatabase } from "./check-database";
import { clientAddress } from "./client-address";
import { answerCalmly } from "./error-page";
import { answerHealth } from "./health";
import { classifyHost, isOwnOrigin } from "./hosts";
import { drawMissingPage } from "./missing-page";
import { baseHeaders, contentSecurityPolicy, keepPolicies } from "./response-headers";
import { cutUnread } from "./unread";

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

/**
 * Starts the process: checks the configuration, migrates, starts the jobs, and listens. `/v1` goes to the gateway,
 * `/api/trpc` to the procedures, `/api/playground` to the models, files to their store, everything else to Next.
 *
 * @returns the public URL, and what ends it all in order: no new requests, then the jobs, then the database
 * @throws EnvError, ConnectionStringError, MigrationError, PoolerError, PepperError: each with a sentence that says what to do
 */
export async function start({ dev }: { dev: boolean }): Promise<{ url: string; close(): Promise<void> }> {
  const config = env();
  // In development a person reads it, not a machine.
  if (!dev) logConsole();
  await honourProxies();
  await migrate(config.DATABASE_URL, (sentence) => log.warn(sentence));
  await checkDatabase();
  // Longer than proxies and clients keep an idle connection: if this server closed first, a request on its way would meet
  // a closed connection.
  const server = http.createServer({
    keepAliveTimeout: 65_000,
    requestTimeout: longestUploadMs,
    // Of two keys, neither counts: Node would take the first one.
    joinDuplicateHeaders: true,
  });
  const hasPages = config.ROLE !== "gateway";
  const next = hasPages
    ? createNext({ dev, dir: process.cwd(), hostname: config.HOST, port: config.PORT, httpServer: server })
    : null;
  await next?.prepare();
  const notHere: Handler = (_, response) => answer(response, 404, "Not here.");
  const handlers = {
    pages: next?.getRequestHandler() ?? notHere,
    procedures: hasPages
      ? getRequestListener((request, bindings) => answerProcedure(request, bindings as HttpBindings))
      : notHere,
    playground: hasPages
      ? getRequestListener((request, bindings) => playground.fetch(request, bindings as HttpBindings))
      : notHere,
    programs: config.ROLE === "web" ? notHere : answerProgram,
  };

  server.on("request", front(config, dev, handlers));
  await listen(server, config);
  const jobs = [
    ...(hasPages ? startJobs(config) : []),
    ...(config.ROLE === "web" ? [] : [watchAnnouncements()]),
    watchModelServers(),
    metering(),
  ];
  return {
    url: config.APP_URL,
    async close() {
      await closeServer(server);
      await Promise.all(jobs.map((job) => job.stop()));
      await next?.close();
      await disconnect();
    },
  };
}

const longestBody = 1024 * 1024;

/** An upload is given an hour; every other body the five minutes that are Node's own. */
const longestUploadMs = 65 * 60_000;
const longestBodyMs = 5 * 60_000;

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** Headers that only this front may set: a client's are dropped. */
const ownHeaders =
  /^(x-forwarded-|forwarded$|x-request-id$|x-client-address$|x-path$|x-inside$|content-security-policy|x-nonce$|x-middleware-|x-invoke-|x-matched-path$|x-original-url$|x-rewrite-url$)/;

/** Who answers what: Next the pages, and what would cost ten times as much inside Next stands beside it. */
type Handlers = Record<"pages" | "procedures" | "playground" | "programs", Handler>;

function front(config: Env, isDev: boolean, { pages, procedures, playground: chats, programs }: Handlers): Handler {
  const common = baseHeaders(config);
  const own = new URL(config.APP_URL);
  // After an action that redirects, Next fetches the target from this server, at the address it listens on and with the
  // headers of the request it is answering. This one tells us that it is Next who asks.
  const inside = randomBytes(32).toString("hex");
  return (request, response) => {
    const { url = "/", method = "GET", headers } = request;
    const begun = performance.now();
    const isInside = headers["x-inside"] === inside;
    const requestId = isInside ? String(headers["x-request-id"]) : randomUUID();
    const address = isInside ? String(headers["x-client-address"]) : clientAddress(request, config.TRUSTED_PROXIES);
    const path = url.split("?", 1)[0] ?? "/";
    for (const name of Object.keys(headers)) if (ownHeaders.test(name)) delete headers[name];
    headers["x-request-id"] = requestId;
    headers["x-client-address"] = address;
    for (const [name, value] of Object.entries(common)) response.setHeader(name, value);
    response.setHeader("X-Request-Id", requestId);
    cutUnread(response, config.UPSTREAM_IDLE_MS);
    response.on("finish", () => {
      log.info(
        {
          requestId,
          method,
          path: withoutSecrets(path),
          status: response.statusCode,
          ms: Math.round(performance.now() - begun),
        },
        "request",
      );
    });

    const isUpload = method === "POST" && (path === "/v1/files" || readFileRequest(method, path) !== undefined);
    if (!safeMethods.has(method) && !isUpload) endSlowBody(request);
    if (isProgramPath(path) || lacksPrefix(path)) return programs(request, response);
    headers["x-inside"] = inside;
    // However it ends: a client that goes away before its answer leaves no mark behind.
    response.on("close", () => takeErrorPage(requestId));
    if (path === "/api/health" || path === "/api/health/ready") return answerHealth(path, response);
    const host = isInside ? "ours" : classifyHost(headers.host, config.APP_URL);
    if (host === "alias" && safeMethods.has(method)) return redirect(response, config.APP_URL + onlyPath(url));
    if (host !== "ours" || !url.startsWith("/"))
      return answer(response, 421, "This is not the address of this Atelier. Use the one its operator gave you.");
    if (!isPlain(path)) return answer(response, 400, "This address is malformed.");
    // From a program, which has no Origin: what it says is signed.
    if (path === "/api/leaked-keys" && config.ROLE !== "gateway") return answerLeakReport(request, response);
    if (!safeMethods.has(method) && !isOwnOrigin(headers, config.APP_URL)) {
      return answer(response, 403, "This request did not come from a page of this Atelier.");
    }

    const fileRequest = config.ROLE === "gateway" ? undefined : readFileRequest(method, path);
    if (fileRequest) return answerFileRequest(fileRequest, request, response);
    if (!safeMethods.has(method) && !isShort(headers["content-length"]))
      return answer(response, 413, "That is too much at once.");

    headers.host = own.host;
    headers["x-forwarded-host"] = own.host;
    headers["x-forwarded-proto"] = own.protocol.slice(0, -1);
    headers["x-path"] = withoutRsc(url);
    if (!path.startsWith("/_next/static/")) {
      const nonce = randomBytes(16).toString("base64");
      const policy = contentSecurityPolicy(nonce, {
        isSecure: config.isSecure,
        isDev,
      });
      // Next reads the nonce for its own scripts from the request's policy.
      headers["content-security-policy"] = policy;
      response.setHeader("Content-Security-Policy", policy);
      keepPolicies(response);
      if (path.startsWith("/api/trpc/")) return procedures(request, response);
      if (path.startsWith("/api/playground/")) return chats(request, response);
      const wantsHtml = !headers.rsc && !headers["next-action"] && (headers.accept ?? "").includes("text/html");
      const wanted = withoutRsc(url);
      answerCalmly(response, { requestId, nonce, wantsHtml }, () =>
        // What is asked from inside is answered as it is: drawing asks this server itself.
        isInside ? Promise.resolve(null) : drawMissingPage(request, wanted),
      );
    }
    return pages(request, response);
  };
}

function endSlowBody(request: IncomingMessage): void {
  const timer = setTimeout(() => request.complete || request.destroy(), longestBodyMs);
  request.once("close", () => clearTimeout(timer));
}

/** Checks that a form or a call announces at most a megabyte: nothing of a longer one is read. */
function isShort(contentLength: string | undefined): boolean {
  return contentLength !== undefined && Number(contentLength) <= longestBody;
}

/**
 * Checks whether a path says what it means. Next answers one that cannot be decoded with a 500, and dot segments would make the
 * front and Next see two different pages.
 */
function isPlain(path: string): boolean {
  try {
    decodeURIComponent(path);
    return !/\\|(^|\/)(\.|%2e){1,2}(\/|$)/i.test(path);
  } catch {
    return false;
  }
}

function isProgramPath(path: string): boolean {
  return path === "/v1" || path.startsWith("/v1/");
}

function withoutSecrets(path: string): string {
  return path.replace(/^\/(invite|link|decline|report)\/[^/]+/, "/$1/:token").slice(0, 200);
}

function withoutRsc(url: string): string {
  return url.replace(/([?&])_rsc(=[^&]*)?(&|$)/, "$1").replace(/[?&]$/, "");
}

function onlyPath(url: string): string {
  return url.startsWith("/") && !url.startsWith("//") ? url : "/";
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(307, { Location: location }).end();
}

function answer(response: ServerResponse, status: number, sentence: string): void {
  response
    .writeHead(status, { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" })
    .end(`${sentence}\n`);
}

function listen(server: http.Server, { PORT, HOST }: Env): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(PORT, HOST, () => resolve());
  });
}

/** How long what is under way may finish by itself, and how long what is then ended may say so, in milliseconds. */
const finishMs = 5_000;
const sayMs = 1_000;

/**
 * Stops taking requests and lets the ones under way finish, for up to 5 seconds. Calls that models still work on are ended then, which
 * tells their clients so, and everything else is cut a second later.
 */
function closeServer(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    let timer = setTimeout(() => {
      endCalls();
      timer = setTimeout(() => server.closeAllConnections(), sayMs);
    }, finishMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
