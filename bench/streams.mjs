// The memory of the gateway with 500 open streams to clients that read slowly, from a model server that writes as fast as it
// can: unread data must wait in the model server, not in the gateway.
import http from "node:http";
import net from "node:net";
import { figure } from "./figures.mjs";
import { pause, residentMiB } from "./processes.mjs";

const many = 500;
const perEvent = 1_000;

export async function run(stage) {
  const upstream = await fastUpstream();
  const app = await stage.gateway(`http://127.0.0.1:${upstream.port}/v1`);
  const where = await stage.world.place(stage.sql);
  const [{ key }] = await stage.world.keys(stage.sql, where, 1);
  await open(app.port, key, 20).then(async (warm) => {
    await pause(2_000);
    for (const socket of warm) socket.destroy();
  });
  await pause(2_000);
  const before = residentMiB(app.pid);
  const sockets = await open(app.port, key, many);
  await pause(3_000);
  const early = residentMiB(app.pid);
  // The system's buffers accept some megabytes of each stream before a writer has to wait.
  for (let last = -1, waited = 0; last !== upstream.writtenMiB() && waited < 120; waited += 1) {
    last = upstream.writtenMiB();
    await pause(1_000);
  }
  const late = residentMiB(app.pid);
  const written = upstream.writtenMiB();
  for (const socket of sockets) socket.destroy();
  await app.stop();
  await upstream.close();
  const one = (name, value, more = {}) => figure({ id: "P11", name, value, unit: "MiB", ...more });
  return [
    one("memory of the gateway before any stream", before),
    one("memory with 500 streams that are hardly read, soon", early),
    one("the same, once the model server could write no more", late, { atMost: 450 }),
    one("what the model server had written by then", written),
  ];
}

/** Opens streams and reads one kilobyte per minute from each. */
async function open(port, key, count) {
  const body = JSON.stringify({
    model: "m",
    messages: [{ role: "user", content: "Go on." }],
    stream: true,
    max_tokens: 5,
  });
  const sockets = [];
  for (let i = 0; i < count; i += 1) {
    const socket = net.connect({ port, host: "127.0.0.1" });
    socket.on("error", () => {});
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    socket.pause();
    const timer = setInterval(() => socket.read(1_024), 60_000);
    socket.once("close", () => clearInterval(timer));
    sockets.push(socket);
    if (i % 50 === 49) await pause(50);
  }
  return sockets;
}

/** Starts a model server whose streams never end and always have data to send. */
async function fastUpstream() {
  let written = 0;
  const event = `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0, delta: { content: "x".repeat(perEvent) }, finish_reason: null }] })}\n\n`;
  const server = http.createServer((request, response) => {
    if (request.method === "GET") {
      response.writeHead(200, { "content-type": "application/json" });
      return response.end(JSON.stringify({ object: "list", data: [{ id: "m", object: "model" }] }));
    }
    request.resume();
    response.writeHead(200, { "content-type": "text/event-stream" });
    const more = () => {
      while (!response.destroyed && response.write(event)) written += event.length;
    };
    response.on("drain", more);
    more();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    writtenMiB: () => written / 2 ** 20,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
