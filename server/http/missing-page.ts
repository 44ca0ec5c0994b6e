import { randomUUID } from "node:crypto";
import http, { type IncomingHttpHeaders, type IncomingMessage } from "node:http";

export type Drawn = { body: Buffer; policy: string };

const longestMs = 5_000;

/** Of a request, what says who asks and how they see pages, and that it is this process that asks itself. */
const passedOn = ["host", "cookie", "user-agent", "accept-language", "x-inside", "x-client-address"];

/**
 * Draws the page that says that there is nothing at an address, by asking this server for it. Next itself draws such a
 * page as an empty shell that only a script can fill.
 *
 * @returns its HTML and the content policy with the nonce of its scripts; null where it cannot be drawn in 5 s
 */
export function drawMissingPage(request: IncomingMessage, url: string): Promise<Drawn | null> {
  const { localAddress: host, localPort: port } = request.socket;
  // An id of its own: other parts of the page that failed may still mark this request's as missing.
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
