// P17: how much time the translation into a chat adds to a call of /v1/responses and /v1/messages, compared with a call that is forwarded unchanged;
// and how much later than the model server's the first event of a stream arrives, for translated and for forwarded streams.
import http from "node:http";
import { figure } from "./figures.mjs";
import { median, request } from "./load.mjs";
import { profiled } from "./processes.mjs";
import { measure, rounds } from "./rounds.mjs";

const messages = [{ role: "user", content: "Hello!" }];
/** The two APIs: the request, the answer of a server that has the API, and the first and last events of its streams. */
const apis = {
  responses: {
    path: "/v1/responses",
    body: { input: "Hello!", max_output_tokens: 20 },
    answer: {
      ...{ id: "r", object: "response", created_at: 1, status: "completed", model: "has" },
      output: [{ type: "message", id: "m", role: "assistant", content: [{ type: "output_text", text: "Hi" }] }],
      usage: { input_tokens: 9, output_tokens: 1, total_tokens: 10 },
    },
    begins: (answer) => ({
      type: "response.created",
      response: { ...answer, status: "in_progress", output: [], usage: null },
    }),
    ends: (answer) => [{ type: "response.completed", response: answer }],
  },
  messages: {
    path: "/v1/messages",
    body: { messages, max_tokens: 20 },
    answer: {
      ...{ id: "m", type: "message", role: "assistant", model: "has", stop_reason: "end_turn" },
      content: [{ type: "text", text: "Hi" }],
      usage: { input_tokens: 9, output_tokens: 1 },
    },
    begins: (answer) => ({ type: "message_start", message: { ...answer, stop_reason: null, content: [] } }),
    ends: ({ usage }) => [
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage },
      { type: "message_stop" },
    ],
  },
};
const chat = {
  ...{ id: "c", object: "chat.completion", created: 1, model: "lacks" },
  choices: [{ index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 },
};
/** The time from a stream's first event to its end: a random value between these, so that periodic tasks of an instance do not coincide with the same part of all streams. */
const restMs = [10, 60];
/** The number of turns, each with a stream of each kind; the number of streams for warm-up, and how many of them run at a time: cold code is several times slower. */
const [turns, warmStreams, atOnce] = [150, 1_500, 10];

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
  const stream = (name, { port }, { path, body }, model) => ({
    name,
    port,
    path,
    authorization,
    body: { ...body, model },
  });
  const direct = stream("direct", upstream, { path: "/v1/chat/completions", body: { messages } }, "lacks");
  const through = Object.entries(apis).flatMap(([name, api]) => [
    stream(`${name} passed on`, app, api, "has"),
    stream(`${name} translated`, app, api, "lacks"),
  ]);
  const later = await laterThan(direct, through, upstream);
  await app.stop();
  await upstream.close();
  const figures = Object.entries(apis).flatMap(([name, { path }], i) => {
    const [passed, translated] = ["passed on", "translated"].map((how) => found[`${name} ${how}`]);
    const [event, passedEvent] = ["translated", "passed on"].map((how) => later.get(`${name} ${how}`));
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
        value: event.sinceAsked,
        unit: "ms",
        atMost: 2,
        note: `${event.sinceWritten.toFixed(2)} ms of it after the server had written its own`,
      }),
      figure({
        id: "P17",
        name: `the same against a stream of ${path} that is passed on`,
        value: event.sinceAsked,
        unit: "ms",
        against: passedEvent.sinceAsked,
        base: "its first event's",
        atMost: 1.5,
      }),
    ];
  });
  return figures.map((each) => ({ ...each, discarded: found.discarded, noisy: found.noisy }));
}

/**
 * Opens streams in turns: in each turn one of every kind and one directly from the server, one after another. Returns by name the medians of how many
 * milliseconds the first byte of a stream is later than that of the direct one: since the request, and since the server wrote it.
 */
async function laterThan(direct, kinds, upstream) {
  const agent = new http.Agent({ keepAlive: true });
  const differences = new Map(kinds.map(({ name }) => [name, []]));
  for (const kind of kinds)
    for (let i = 0; i < warmStreams; i += atOnce)
      await Promise.all(Array.from({ length: atOnce }, () => firstByte(agent, kind, upstream)));
  for (let turn = 0; turn < turns; turn += 1) {
    const own = await firstByte(agent, direct, upstream);
    for (const kind of kinds) {
      const { sinceAsked, sinceWritten } = await firstByte(agent, kind, upstream);
      const later = { sinceAsked: sinceAsked - own.sinceAsked, sinceWritten: sinceWritten - own.sinceWritten };
      differences.get(kind.name).push(later);
    }
  }
  agent.destroy();
  const middle = (all, key) => median(all.map((each) => each[key]));
  return new Map(
    [...differences].map(([name, all]) => [
      name,
      { sinceAsked: middle(all, "sinceAsked"), sinceWritten: middle(all, "sinceWritten") },
    ]),
  );
}

/** Opens a stream and reads it to its end. Returns when its first byte arrived. */
function firstByte(agent, { port, path, authorization, body }, upstream) {
  const sent = JSON.stringify({ ...body, stream: true });
  const headers = { authorization, "content-type": "application/json", "content-length": Buffer.byteLength(sent) };
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    let first;
    const asked = http.request({ host: "127.0.0.1", port, path, agent, method: "POST", headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${path} answered ${response.statusCode}`));
      response.on("data", () => {
        const now = performance.now();
        first ??= { sinceAsked: now - begun, sinceWritten: now - upstream.writtenAt() };
      });
      response.on("end", () => resolve(first));
    });
    asked.on("error", reject);
    asked.end(sent);
  });
}

/** Starts a model server that answers immediately. The model `has` supports both APIs and chats, `lacks` only chats. */
async function serverWithBoth() {
  const list = { object: "list", data: [{ id: "has" }, { id: "lacks" }] };
  const byPath = new Map(
    Object.values(apis).map(({ path, answer, begins, ends }) => [
      path,
      { whole: JSON.stringify(answer), begin: named(begins(answer)), end: ends(answer).map(named).join("") },
    ]),
  );
  const event = (choice, more) =>
    `data: ${JSON.stringify({ ...chat, object: "chat.completion.chunk", choices: [choice].flat(), usage: null, ...more })}\n\n`;
  byPath.set("/v1/chat/completions", {
    whole: JSON.stringify(chat),
    begin: event({ index: 0, delta: { role: "assistant", content: "Hi" }, finish_reason: null }),
    end: `${event({ index: 0, delta: {}, finish_reason: "stop" })}${event([], { usage: chat.usage })}data: [DONE]\n\n`,
  });
  let writtenAt = 0;
  const server = http.createServer((asked, response) => {
    let text = "";
    asked.setEncoding("utf8");
    asked.on("data", (piece) => {
      text += piece;
    });
    asked.on("end", () => {
      if (asked.method === "GET") return json(response, 200, JSON.stringify(list));
      const { model, stream } = JSON.parse(text);
      const answers = byPath.get(asked.url);
      if (!answers || (model === "lacks" && asked.url !== "/v1/chat/completions"))
        return json(response, 501, '{"error":{"message":"not for this model"}}');
      if (!stream) return json(response, 200, answers.whole);
      response.writeHead(200, { "content-type": "text/event-stream" });
      writtenAt = performance.now();
      response.write(answers.begin);
      setTimeout(() => response.end(answers.end), restMs[0] + Math.random() * (restMs[1] - restMs[0]));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    /** The time when it last wrote the first event of a stream. */
    writtenAt: () => writtenAt,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

const named = (event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

function json(response, status, text) {
  response
    .writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) })
    .end(text);
}
