import { createHash, timingSafeEqual } from "node:crypto";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import { log } from "@/server/platform/log";
import { registry } from "@/server/platform/metrics";
import type { MetricsSettings } from "@/server/platform/settings/metrics";

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Answers `/metrics` in the text format of Prometheus; if a token is configured, only to requests that present it. */
export async function answerMetrics(
  request: IncomingMessage,
  response: ServerResponse,
  token: string | null,
): Promise<void> {
  const [, shown = ""] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
  if (token !== null && !timingSafeEqual(digest(shown), digest(token))) {
    response
      .writeHead(401, { "WWW-Authenticate": 'Bearer realm="Atelier metrics"', "Cache-Control": "no-store" })
      .end();
    return;
  }
  try {
    const text = await registry.metrics();
    response.writeHead(200, { "Content-Type": registry.contentType, "Cache-Control": "no-store" }).end(text);
  } catch (error) {
    log.error({ err: error }, "the metrics could not be read");
    response.writeHead(500, { "Cache-Control": "no-store" }).end();
  }
}

/**
 * Listens on the port for metrics. Returns the function that stops it; undefined when metrics have no port of their
 * own.
 */
export async function listenForMetrics(metrics: MetricsSettings, host: string): Promise<(() => void) | undefined> {
  if (!metrics || metrics.port === null) return undefined;
  const { port, token } = metrics;
  const server = http.createServer((request, response) => {
    if (request.url?.split("?", 1)[0] === "/metrics") return answerMetrics(request, response, token);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve());
  });
  return () => {
    server.close();
    server.closeAllConnections();
  };
}
