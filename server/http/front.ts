import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { answerFileRequest, readFileRequest } from "@/server/files/page-requests";
import { lacksPrefix } from "@/server/gateway/door/paths";
import { presentsOurKey } from "@/server/gateway/door/presented-key";
import { answerLeakReport } from "@/server/keys/leaks/http";
import { answerResendEvent, resendEventsPath } from "@/server/mail/suppression/resend-events";
import type { Env } from "@/server/platform/env";
import { takeErrorPage } from "@/server/platform/error-page";
import { log } from "@/server/platform/log";
import { httpRequests, httpSeconds, statusClass } from "@/server/platform/metrics";
import { tracer } from "@/server/platform/tracing/tracing";
import { clientAddress } from "./client-address";
import { answerCalmly } from "./error-page";
import { answerHealth } from "./health";
import { classifyHost, isFromElsewhere, isOwnOrigin } from "./hosts";
import { answerMetrics } from "./metrics";
import { drawMissingPage } from "./missing-page";
import { baseHeaders, contentSecurityPolicy, keepPolicies } from "./response-headers";

/** Answers one request. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

const megabyte = 1024 * 1024;

/** The page that takes price lists, which are longer than other forms. */
const pricesPath = "/instance/prices/import";

/** How long the body of a form or a call may take: Node's own default. */
const longestBodyMs = 5 * 60_000;

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** Headers that only this front may set: those of a client are removed. */
const ownHeaders =
  /^(x-forwarded-|forwarded$|x-request-id$|x-client-address$|x-path$|x-inside$|content-security-policy|x-nonce$|x-middleware-|x-invoke-|x-matched-path$|x-original-url$|x-rewrite-url$)/;

/**
 * The handlers by kind of request: Next answers the pages, and requests that would cost ten times as much in Next have
 * their own handlers.
 */
export type Handlers = Record<"pages" | "procedures" | "playground" | "programs", Handler>;

/**
 * Returns the handler of all requests: it sets headers, checks Host and Origin, limits bodies, logs, and passes the
 * request to its handler.
 */
export function front(
  config: Env,
  isDev: boolean,
  { pages, procedures, playground: chats, programs }: Handlers,
): Handler {
  const common = baseHeaders(config);
  const own = new URL(config.APP_URL);
  // After an action that redirects, Next fetches the target from this server, at the address on which it listens and
  // with the headers of the request that it is answering. This secret proves that Next itself sent such a request.
  const inside = randomBytes(32).toString("hex");
  return (request, response) => {
    const { url = "/", method = "GET", headers } = request;
    const begun = performance.now();
    const trace = tracer()?.traceId;
    const isInside = headers["x-inside"] === inside;
    const requestId = isInside ? String(headers["x-request-id"]) : randomUUID();
    const address = isInside ? String(headers["x-client-address"]) : clientAddress(request, config.TRUSTED_PROXIES);
    const path = url.split("?", 1)[0] ?? "/";
    for (const name of Object.keys(headers)) if (ownHeaders.test(name)) delete headers[name];
    headers["x-request-id"] = requestId;
    headers["x-client-address"] = address;
    for (const [name, value] of Object.entries(common)) response.setHeader(name, value);
    response.setHeader("X-Request-Id", requestId);
    if (config.metrics && !isInside) response.on("close", () => measure(path, response, performance.now() - begun));
    response.on("finish", () => {
      log.info(
        {
          requestId,
          method,
          path: withoutSecrets(path),
          status: response.statusCode,
          ms: Math.round(performance.now() - begun),
          ...(trace && { trace }),
        },
        "request",
      );
    });

    // A program with a wrong base URL gets an API error with the right one instead of a page.
    const isProgram = isProgramPath(path) || lacksPrefix(path) || (presentsOurKey(headers) && !isProbe(path));
    const isUpload =
      method === "POST" && (isProgram ? path === "/v1/files" : readFileRequest(method, path) !== undefined);
    if (!safeMethods.has(method) && !isUpload) endSlowBody(request);
    if (isProgram) return programs(request, response);
    headers["x-inside"] = inside;
    // However the request ends: a client that disconnects before the answer must leave no entry.
    response.on("close", () => takeErrorPage(requestId));
    if (path === "/metrics" && config.metrics?.port === null)
      return answerMetrics(request, response, config.metrics.token);
    if (path === "/api/health" || path === "/api/health/ready") return answerHealth(path, response);
    const host = isInside ? "ours" : classifyHost(headers.host, config.APP_URL);
    if (host === "alias" && safeMethods.has(method)) return redirect(response, config.APP_URL + onlyPath(url));
    if (host !== "ours" || !url.startsWith("/"))
      return answer(response, 421, "This is not the address of this Atelier. Use the one its operator gave you.");
    if (!isPlain(path)) return answer(response, 400, "This address is malformed.");
    // It comes from a program, which sends no Origin; its content is signed.
    if (path === "/api/leaked-keys" && config.ROLE !== "gateway") return answerLeakReport(request, response);
    if (path === resendEventsPath && config.ROLE !== "gateway") return answerResendEvent(request, response);
    if (!safeMethods.has(method) && !isFromElsewhere(method, path) && !isOwnOrigin(headers, config.APP_URL)) {
      return answer(response, 403, "This request did not come from a page of this Atelier.");
    }

    const fileRequest = config.ROLE === "gateway" ? undefined : readFileRequest(method, path);
    if (fileRequest) return answerFileRequest(fileRequest, request, response);
    if (!safeMethods.has(method) && !isShort(headers["content-length"], path))
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
        // Requests from inside are answered as they are, because rendering the page sends such a request itself.
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

/** Checks that a form or a call announces at most a megabyte, or four for a price list; a longer body is not read. */
function isShort(contentLength: string | undefined, path: string): boolean {
  const longest = path === pricesPath ? 4 * megabyte : megabyte;
  return contentLength !== undefined && Number(contentLength) <= longest;
}

/**
 * Checks that a path can be decoded and has no dot segments. Next answers a path that cannot be decoded with a 500, and
 * with dot segments the front and Next would see different pages.
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

/** Checks whether a path is one that monitors request, whatever key they present. */
function isProbe(path: string): boolean {
  return path === "/api/health" || path.startsWith("/api/health/") || path === "/metrics";
}

/** Counts a finished request, by the part that answered it. */
function measure(path: string, { writableFinished, statusCode }: ServerResponse, ms: number): void {
  const part = partOf(path);
  httpRequests.inc({ part, status: writableFinished ? statusClass(statusCode) : "aborted" });
  httpSeconds.observe({ part }, ms / 1_000);
}

function partOf(path: string): string {
  if (isProgramPath(path)) return "program";
  if (path.startsWith("/api/trpc/")) return "procedure";
  if (path.startsWith("/api/playground/")) return "playground";
  if (path.startsWith("/api/health") || path === "/metrics") return "health";
  return path.startsWith("/_next/") ? "static" : "page";
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

/** Answers with one sentence as plain text. */
export function answer(response: ServerResponse, status: number, sentence: string): void {
  response
    .writeHead(status, { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" })
    .end(`${sentence}\n`);
}
