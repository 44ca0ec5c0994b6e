// The least that the `/v1` door must do, and nothing else, on bare node:http: a request's id, the security headers, an
// HMAC of the key compared with the one kept in a Map, a line of log, and a list of models that is ready. The floor of P1.
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import http from "node:http";
import pino from "pino";

const log = pino({ base: null }, pino.destination({ dest: 2, sync: false, minLength: 16_000, periodicFlush: 100 }));
const pepper = randomBytes(32);
const macOf = (key) => createHmac("sha256", pepper).update(key).digest();
const kept = new Map();
const list = JSON.stringify({ object: "list", data: [{ id: "x".repeat(1_350) }] });
const headers = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "strict-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "X-Frame-Options": "DENY",
};

http
  .createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    const begun = performance.now();
    const requestId = randomUUID();
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader("X-Request-Id", requestId);
    response.on("finish", () => {
      const ms = Math.round(performance.now() - begun);
      log.info({ requestId, method: request.method, path: request.url, status: response.statusCode, ms }, "request");
    });
    const key = request.headers.authorization?.slice("Bearer ".length) ?? "";
    const mac = macOf(key);
    // Whatever comes first is a key from then on.
    if (!kept.has(key)) kept.set(key, mac);
    if (!timingSafeEqual(mac, kept.get(key))) return response.writeHead(401).end();
    response.writeHead(200, { "cache-control": "no-store", "content-type": "application/json" });
    return response.end(list);
  })
  .listen(Number(process.env.PORT), "127.0.0.1");
