// The least that the `/v1` door must do, and nothing else, on bare node:http: a request's id, the security headers, an
// HMAC of the key compared with the one kept in a Map, a line of log, and a list of models that is ready. The floor of P1;
// with ASKS=1 each key is asked of the database as well, through the function that the application asks: that of P2.
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import http from "node:http";
import pino from "pino";
import postgres from "postgres";

const log = pino({ base: null }, pino.destination({ dest: 2, sync: false, minLength: 16_000, periodicFlush: 100 }));
const pepper = randomBytes(32);
const macOf = (key) => createHmac("sha256", pepper).update(key).digest();
const kept = new Map();
const sql = process.env.ASKS && postgres(process.env.DATABASE_APP_URL, { max: 10, fetch_types: false, onnotice() {} });
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
  .createServer({ keepAliveTimeout: 65_000 }, async (request, response) => {
    const begun = performance.now();
    const requestId = randomUUID();
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader("X-Request-Id", requestId);
    response.on("finish", () => {
      const ms = Math.round(performance.now() - begun);
      log.info({ requestId, method: request.method, path: request.url, status: response.statusCode, ms }, "request");
    });
    const key = request.headers.authorization?.slice("Bearer ".length) ?? "";
    if (sql && key) await sql`select * from api_key_by_id(${key.slice(4, 16)})`;
    const mac = macOf(key);
    // Whatever comes first is a key from then on.
    if (!kept.has(key)) kept.set(key, mac);
    if (!timingSafeEqual(mac, kept.get(key))) return response.writeHead(401).end();
    response.writeHead(200, { "cache-control": "no-store", "content-type": "application/json" });
    return response.end(list);
  })
  .listen(Number(process.env.PORT), "127.0.0.1");
