import { randomUUID } from "node:crypto";
import http, { type IncomingHttpHeaders, type IncomingMessage } from "node:http";

export type Drawn = { body: Buffer; policy: string };

const longestMs = 5_000;

/**
 * The headers of a request that identify the person and their display settings, and mark a request from this process.
 */
const passedOn = ["host", "cookie", "user-agent", "accept-language", "x-inside", "x-client-address"];

/**
 * Renders the page for a missing address by requesting it from this server. Next itself answers with an empty document
 * that only a script can fill.
 *
 * @returns its HTML and the content policy with the nonce of its scripts; null when it cannot be rendered within 5 s
 */
export function drawMissingPage(request: IncomingMessage, url: string): Promise<Drawn | null> {
  const { localAddress: host, localPort: port } = request.socket;
  // Its own id: other failed parts of the page can still mark the original request as missing.
  const headers: IncomingHttpHeaders = { accept: "text/html", "x-request-id": randomUUID() };
  for (const name of passedOn) if (request.headers[name] !== undefined) headers[name] = request.headers[name];
  const path = `/missing?${new URLSearchParams({ from: url })}`;
  return new Promise((resolve) => {
    const asked = http.get({ host, port, path, headers, agent: false, timeout: longestMs }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("error", () => resolve(null));
      answer.on("end", () => {
        const policy = String(answer.headers["content-security-policy"] ?? "");
        resolve(answer.statusCode === 200 && policy ? { body: Buffer.concat(parts), policy } : null);
      });
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(null));
  });
}
