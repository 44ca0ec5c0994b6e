// P17: what it adds to a call of /v1/responses and /v1/messages that a chat is made of it, against one that is passed on as it is; and how much
// later the first event of a stream comes than the model server's.
import http from "node:http";
import { figure } from "./figures.mjs";
import { median, request } from "./load.mjs";
import { profiled } from "./processes.mjs";
import { measure, rounds } from "./rounds.mjs";

const messages = [{ role: "user", content: "Hello!" }];
/** The two APIs: what is asked, and what a server says that has them. */
const apis = {
  responses: {
    path: "/v1/responses",
    body: { input: "Hello!", max_output_tokens: 20 },
    answer: {
      ...{ id: "r", object: "response", created_at: 1, status: "completed", model: "has" },
      output: [{ type: "message", id: "m", role: "assistant", content: [{ type: "output_text", text: "Hi" }] }],
      usage: { input_tokens: 9, output_tokens: 1, total_tokens: 10 },
    },
  },
  messages: {
    path: "/v1/messages",
    body: { messages, max_tokens: 20 },
    answer: {
      ...{ id: "m", type: "message", role: "assistant", model: "has", stop_reason: "end_turn" },
      content: [{ type: "text", text: "Hi" }],
      usage: { input_tokens: 9, output_tokens: 1 },
    },
  },
};
const chat = {
  ...{ id: "c", object: "chat.completion", created: 1, model: "lacks" },
  choices: [{ index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 },
};
/** How long after its first event the server's stream ends. */
const restMs = 20;
const streams = 200;

export async function run(stage) {
  const upstream = await serverWithBoth();
  const app = await stage.gateway(`http://127.0.0.1:${upstream.port}/v1`);
  const where = await stage.world.place(stage.sql);
  const [{ key }] = await stage.world.keys(stage.sql, where, 1);
  const authorization = `Bearer ${key}`;
  const at = (name, server, api, model) => {
    const bytes = request("POST", api.path, { authorization }, { model, ...api.body });
    return { name, port: server.port, pid: server.pid, next: () => bytes, inFlight: 1, ms: 2_500 };
  };
  const contenders = Object.entries(apis).flatMap(([name, api]) => [
    at(`${name} passed on`, app, api, "has"),
    at(`${name} translated`, app, api, "lacks"),
  ]);
  const found = await rounds(at("direct", upstream, apis.responses, "has"), contenders, { warm: 2_500 });
  const note = await profiled(app, () => measure(at("profiled", app, apis.responses, "lacks")));
  const direct = await firstEvent(upstream.port, "/v1/chat/completions", authorization, { model: "lacks", messages });
  const later = [];
  for (const { path, body } of Object.values(apis))
    later.push((await firstEvent(app.port, path, authorization, { model: "lacks", ...body })) - direct);
  await app.stop();
  await upstream.close();
  const figures = Object.entries(apis).flatMap(([name, { path }], i) => {
    const [passed, translated] = ["passed on", "translated"].map((how) => found[`${name} ${how}`]);
    return [
      figure({
        id: "P17",
        name: `added to a call of ${path} that is translated, p50`,
        value: translated.p50 - found.direct.p50,
        unit: "ms",
        against: passed.p50 - found.direct.p50,
        base: "what one adds that is passed on",
        atMost: 1.5,
        note: i === 0 ? note : "",
      }),
      figure({
        id: "P17",
        name: `CPU of a call of ${path} that is translated`,
        value: translated.cpu,
        unit: "ms",
        against: passed.cpu,
        base: "of one that is passed on",
      }),
      figure({
        id: "P17",
        name: `the first event of ${path}, translated, after the server's, p50`,
        value: later[i],
        unit: "ms",
        atMost: 2,
      }),
    ];
  });
  return figures.map((each) => ({ ...each, discarded: found.discarded, noisy: found.noisy }));
}

/** Returns after how many milliseconds the first byte of a stream comes, the median of many, one after the other. */
async function firstEvent(port, path, authorization, body) {
  const agent = new http.Agent({ keepAlive: true });
  const sent = JSON.stringify({ ...body, stream: true });
  const headers = { authorization, "content-type": "application/json", "content-length": Buffer.byteLength(sent) };
  const one = () =>
    new Promise((resolve, reject) => {
      const begun = performance.now();
      let first;
      const asked = http.request({ host: "127.0.0.1", port, path, agent, method: "POST", headers }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`${path} answered ${response.statusCode}`));
        response.on("data", () => {
          first ??= performance.now() - begun;
        });
        response.on("end", () => resolve(first));
      });
      asked.on("error", reject);
      asked.end(sent);
    });
  const all = [];
  for (let i = 0; i < streams; i += 1) all.push(await one());
  agent.destroy();
  return median(all);
}

/** A model server that answers at once: both APIs and chats for the model `has`, for `lacks` chats only. */
async function serverWithBoth() {
  const list = { object: "list", data: [{ id: "has" }, { id: "lacks" }] };
  const byPath = new Map(Object.values(apis).map(({ path, answer }) => [path, JSON.stringify(answer)]));
  const chatText = JSON.stringify(chat);
  const event = (choice, more) =>
    `data: ${JSON.stringify({ ...chat, object: "chat.completion.chunk", choices: [choice].flat(), usage: null, ...more })}\n\n`;
  const begun = event({ index: 0, delta: { role: "assistant", content: "Hi" }, finish_reason: null });
  const rest = `${event({ index: 0, delta: {}, finish_reason: "stop" })}${event([], { usage: chat.usage })}data: [DONE]\n\n`;
  const server = http.createServer((asked, response) => {
    let text = "";
    asked.setEncoding("utf8");
    asked.on("data", (piece) => {
      text += piece;
    });
    asked.on("end", () => {
      if (asked.method === "GET") return json(response, 200, JSON.stringify(list));
      const { model, stream } = JSON.parse(text);
      if (asked.url === "/v1/chat/completions" && stream) {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(begun);
        return setTimeout(() => response.end(rest), restMs);
      }
      if (asked.url === "/v1/chat/completions") return json(response, 200, chatText);
      if (model === "has") return json(response, 200, byPath.get(asked.url) ?? "{}");
      return json(response, 501, '{"error":{"message":"not for this model"}}');
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

function json(response, status, text) {
  response
    .writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) })
    .end(text);
}
