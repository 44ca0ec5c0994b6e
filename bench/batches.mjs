// P18: a batch of 10,000 lines: how many of them are in progress at the model server, compared with the allowed concurrency, and how much memory
// the instance needs for it.
import http from "node:http";
import { figure } from "./figures.mjs";
import { pause, residentMiB } from "./processes.mjs";

const lines = 10_000;
/** The default of `BATCH_CONCURRENCY`. */
const atOnce = 16;
/** The answer time of a fast model. */
const answerMs = 200;
const longestMs = 600_000;

export async function run(stage) {
  const upstream = await countingServer();
  const app = await stage.gateway(`http://127.0.0.1:${upstream.port}/v1`);
  const where = await stage.world.place(stage.sql);
  const [{ key }] = await stage.world.keys(stage.sql, where, 1);
  const ask = async (path, init = {}) => {
    const response = await fetch(`http://127.0.0.1:${app.port}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${key}`, ...init.headers },
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
  const runBatch = async (count) => {
    const form = new FormData();
    form.set("purpose", "batch");
    form.set("file", new Blob([fileOf(count)]), "batch.jsonl");
    const { id: input_file_id } = await ask("/v1/files", { method: "POST", body: form });
    const body = JSON.stringify({ input_file_id, endpoint: "/v1/chat/completions", completion_window: "24h" });
    const headers = { "content-type": "application/json" };
    const { id } = await ask("/v1/batches", { method: "POST", headers, body });
    const until = performance.now() + longestMs;
    while (performance.now() < until) {
      const { status, request_counts: counts } = await ask(`/v1/batches/${id}`);
      if (status === "completed" && counts.completed === count) return;
      if (status === "completed" || status === "failed")
        throw new Error(`a batch was ${status}: ${JSON.stringify(counts)}`);
      await pause(500);
    }
    throw new Error("a batch took too long");
  };
  // The one-time costs of the first batch.
  await runBatch(500);
  await pause(3_000);
  const before = residentMiB(app.pid);
  let most = before;
  const looking = setInterval(() => {
    most = Math.max(most, residentMiB(app.pid));
  }, 100);
  upstream.begin();
  await runBatch(lines).finally(() => clearInterval(looking));
  const { mean, perSecond } = upstream.end();
  await app.stop();
  await upstream.close();
  return [
    figure({
      id: "P18",
      name: `lines of a batch of ${lines.toLocaleString("en")} under way at the model server, on average`,
      value: mean,
      against: atOnce,
      base: "what it may be asked at once",
      atLeast: 0.9,
      note: `each is answered after ${answerMs} ms; ${Math.round(perSecond)} lines a second`,
    }),
    figure({ id: "P18", name: "memory that it takes", value: most - before, unit: "MiB", atMost: 150 }),
  ];
}

function fileOf(count) {
  const line = (i) => ({
    ...{ custom_id: `line-${i}`, method: "POST", url: "/v1/chat/completions" },
    body: { model: "m", messages: [{ role: "user", content: `Hello, ${i}!` }], max_tokens: 20 },
  });
  return Array.from({ length: count }, (_, i) => JSON.stringify(line(i))).join("\n");
}

/** Starts a model server that measures the average number of requests in progress, from the first one after `begin` to the last. */
async function countingServer() {
  let [underWay, answered, lastAt, sum] = [0, 0, 0, 0];
  let [from, first, result] = [0, true, undefined];
  const note = () => {
    const now = performance.now();
    sum += underWay * (now - lastAt);
    lastAt = now;
  };
  const answer = JSON.stringify({
    ...{ id: "c", object: "chat.completion", created: 1, model: "m" },
    choices: [{ index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 },
  });
  const send = (response, text) =>
    response
      .writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) })
      .end(text);
  const server = http.createServer((request, response) => {
    request.resume();
    if (request.method === "GET") return send(response, JSON.stringify({ object: "list", data: [{ id: "m" }] }));
    note();
    // Counted from the first request, because all lines are checked before any is sent.
    if (first) [first, from, sum, answered] = [false, performance.now(), 0, 0];
    underWay += 1;
    setTimeout(() => {
      note();
      underWay -= 1;
      answered += 1;
      send(response, answer);
    }, answerMs);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    begin() {
      first = true;
      result = undefined;
    },
    end() {
      // Until the last answer, because the files are written after it.
      result ??= { mean: sum / (lastAt - from), perSecond: answered / ((lastAt - from) / 1000) };
      return result;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
