// Only the minimum work of the `/v1` door, on bare node:http: a request id, the security headers, an
// HMAC of the key compared with the one in a Map, a log line, and a prepared list of models. This is the floor of P1.
// With ASKS=1 each key is also looked up in the database, with the application's own function: the floor of P2. With
// FORWARDS a call to a model reserves its maximum cost from a limit in memory, is forwarded and answered, and is written in batches by the
// application's function, without any checks or bounds in between: the floor of P4. A body of more than a megabyte is read,
// discarded and refused: the floor of P4c.
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import http from "node:http";
import pino from "pino";
import postgres from "postgres";

const log = pino({ base: null }, pino.destination({ dest: 2, sync: false, minLength: 16_000, periodicFlush: 100 }));
const pepper = randomBytes(32);
const macOf = (key) => createHmac("sha256", pepper).update(key).digest();
const kept = new Map();
const asks = process.env.ASKS === "1";
const { upstream, workspaceId, keyId, memberId } = JSON.parse(process.env.FORWARDS ?? "{}");
const url = process.env.DATABASE_APP_URL;
const sql = url && postgres(url, { max: 10, fetch_types: false, onnotice() {} });
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
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
    if (asks && key) await sql`select * from api_key_by_id(${key.slice(4, 16)})`;
    const mac = macOf(key);
    // The first value that arrives is accepted as a key from then on.
    if (!kept.has(key)) kept.set(key, mac);
    if (!timingSafeEqual(mac, kept.get(key))) return response.writeHead(401).end();
    if (request.method === "POST" && Number(request.headers["content-length"]) > 1_000_000)
      return request.resume().once("end", () => response.writeHead(422).end());
    if (request.method === "POST") return forward(request, response, requestId);
    response.writeHead(200, { "cache-control": "no-store", "content-type": "application/json" });
    return response.end(list);
  })
  .listen(Number(process.env.PORT), "127.0.0.1");

async function forward(request, response, id) {
  const asked = JSON.parse(await read(request));
  const held = 20 + 2 * asked.max_tokens;
  left -= held;
  if (left < 0) return response.writeHead(402).end();
  const sent = JSON.stringify(asked);
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(sent) };
  const outgoing = http.request({
    host: "127.0.0.1",
    port: upstream,
    path: request.url,
    method: "POST",
    headers,
    agent,
  });
  outgoing.on("response", async (answer) => {
    const body = await read(answer);
    const { usage } = JSON.parse(body);
    response
      .writeHead(answer.statusCode, { "cache-control": "no-store", "content-type": "application/json" })
      .end(body);
    left += held - usage.prompt_tokens - 2 * usage.completion_tokens;
    settle({ id, model: asked.model, ...usage });
  });
  outgoing.end(sent);
}

async function read(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
}

let left = Number.MAX_SAFE_INTEGER;
let waiting = [];
let turn = 0;
const instance = randomUUID();

/** Calls that end within 20 ms are written together, as in the application. */
function settle({ id, model, prompt_tokens, completion_tokens }) {
  const line = {
    ...{ workspace_id: workspaceId, id, key_id: keyId, counted_as: `key:${keyId}`, member_id: memberId, model },
    ...{ upstream_model: model, operation: "chat", is_streamed: false, status: 200, error_code: null, prompt_tokens },
    ...{ completion_tokens, input_price: 1_000_000, output_price: 2_000_000, usage_source: "reported", total_ms: 1 },
  };
  if (waiting.push(line) > 1) return;
  setTimeout(() => {
    const lines = JSON.stringify(waiting);
    waiting = [];
    turn += 1;
    void sql`select exchange_usage(${instance}, ${turn}, ${workspaceId}, ${lines}::text::jsonb, null, null, null, false)`;
  }, 20);
}
