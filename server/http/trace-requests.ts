import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { parseJson } from "@/server/platform/json/parse";
import { routeOf, tracer } from "@/server/platform/tracing/tracing";
import type { Handler } from "./front";

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Paths that machines request every few seconds, and static files. */
const untraced = /^\/(_next\/static\/|api\/health(\/|$)|metrics$)/;

/**
 * Makes each request a span that is named after its route. The rest of the address is not recorded, because it can
 * contain a token.
 */
export function traceRequests(handle: Handler): Handler {
  const to = tracer();
  if (!to) return handle;
  const templateOf = readTemplates();
  return (request, response) => {
    const [address = "/"] = (request.url ?? "/").split("?", 1);
    if (untraced.test(address)) return handle(request, response);
    const method = methods.has(request.method ?? "") ? String(request.method) : "_OTHER";
    const { traceparent } = request.headers;
    const from = typeof traceparent === "string" ? traceparent : undefined;
    const span = to.begin("server", method, { "http.request.method": method }, from);
    response.on("close", () => {
      const route = routeOf(request) ?? templateOf(address);
      if (route) span.rename(`${method} ${route}`);
      const { statusCode, writableFinished } = response;
      span.set({
        ...(route && { "http.route": route }),
        "http.response.status_code": statusCode,
        "atelier.request_id": String(response.getHeader("x-request-id") ?? ""),
      });
      if (!writableFinished) span.fail("aborted");
      else if (statusCode >= 500) span.fail(String(statusCode));
      span.end();
    });
    return to.within(span, () => handle(request, response));
  };
}

const routes = z.object({ page: z.string(), regex: z.string() }).array();
const manifest = z.object({ staticRoutes: routes, dynamicRoutes: routes });

/** Returns a function that finds the route of a page or route handler, by the manifest of Next's build. */
function readTemplates(): (address: string) => string | undefined {
  const known = readManifest();
  const fixed = new Set(known?.staticRoutes.map(({ page }) => page));
  const patterns = (known?.dynamicRoutes ?? []).map(({ page, regex }) => ({ page, pattern: new RegExp(regex) }));
  return (address) => {
    if (address.startsWith("/api/trpc/")) return "/api/trpc";
    if (address.startsWith("/api/playground/")) return "/api/playground";
    if (fixed.has(address)) return address;
    return patterns.find(({ pattern }) => pattern.test(address))?.page;
  };
}

function readManifest(): z.output<typeof manifest> | undefined {
  try {
    const file = path.join(process.cwd(), ".next", "routes-manifest.json");
    return manifest.parse(parseJson(readFileSync(file, "utf8")));
  } catch {
    // In development there is no manifest.
    return undefined;
  }
}
