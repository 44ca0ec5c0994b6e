// P4c: ten of the worst bodies at once. How long others wait meanwhile, how long the event loop is blocked, and how much memory it takes.
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { root } from "../scripts/setup.mjs";
import { figure } from "./figures.mjs";
import { request } from "./load.mjs";
import { pause, residentMiB } from "./processes.mjs";
import { measure } from "./rounds.mjs";

const body = { model: "m", messages: [{ role: "user", content: "Hello!" }], max_tokens: 20 };
const rounds = 3;

export async function run(stage) {
  const upstream = await quickUpstream();
  const delayFile = path.join(stage.dataDir, "loop-delay");
  const app = await stage.gateway(`http://127.0.0.1:${upstream.port}/v1`, "gateway", {
    NODE_OPTIONS: `--import=${path.join(root, "bench/loop-delay.mjs")}`,
    LOOP_DELAY_TO: delayFile,
  });
  const where = await stage.world.place(stage.sql);
  const [own, ...others] = await stage.world.keys(stage.sql, where, 11);
  const bytes = request("POST", "/v1/chat/completions", { authorization: `Bearer ${own.key}` }, body);
  const small = { name: "others", port: app.port, pid: app.pid, next: () => bytes, inFlight: 8, ms: 5_000 };
  await measure({ ...small, ms: 3_000 });
  const found = [];
  for (let round = 0; round < rounds; round += 1) {
    const alone = await measure(small);
    const before = residentMiB(app.pid);
    const sender = fork(path.join(root, "bench/body-sender.mjs"), [String(app.port), ...others.map(({ key }) => key)]);
    await once(sender, "message");
    await pause(500);
    rmSync(delayFile, { force: true });
    app.child.kill("SIGWINCH");
    let most = 0;
    const watching = setInterval(() => {
      most = Math.max(most, residentMiB(app.pid));
    }, 20);
    const beside = await measure(small);
    app.child.kill("SIGWINCH");
    clearInterval(watching);
    const told = once(sender, "message");
    sender.send("stop");
    const [answers] = await told;
    for (let i = 0; i < 100 && !existsSync(delayFile); i += 1) await pause(20);
    found.push({ alone, beside, memory: most - before, blocked: JSON.parse(readFileSync(delayFile, "utf8")), answers });
    await pause(1_000);
  }
  await app.stop();
  await upstream.close();
  const middle = (of) => found.map(of).toSorted((one, other) => one - other)[1];
  const answers = JSON.stringify(found[0].answers);
  return [
    figure({
      id: "P4c",
      name: "ten of the worst 32 MB bodies at once: the event loop is blocked at most",
      value: middle(({ blocked }) => blocked.clock),
      unit: "ms",
      atMost: 20,
      note: `answers to them by status: ${answers}`,
    }),
    figure({
      id: "P4c",
      name: "the same by the CPU that the process uses meanwhile",
      value: middle(({ blocked }) => blocked.cpu),
      unit: "ms",
      atMost: 20,
    }),
    figure({
      id: "P4c",
      name: "others' chat calls meanwhile, 8 in flight, p99",
      value: middle(({ beside }) => beside.p99),
      unit: "ms",
      against: middle(({ alone }) => alone.p99),
      base: "without them",
      atMost: 2,
    }),
    figure({
      id: "P4c",
      name: "memory that they take",
      value: middle(({ memory }) => memory),
      unit: "MiB",
      atMost: 200,
    }),
  ];
}

/** A model server that reads what it is sent and answers at once. */
async function quickUpstream() {
  const answer = JSON.stringify({
    ...{ id: "c", object: "chat.completion", created: 1, model: "m" },
    choices: [{ index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 },
  });
  const server = http.createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      response.writeHead(200, { "content-type": "application/json", "content-length": answer.length });
      if (request.method === "GET") return response.end(list.padEnd(answer.length));
      return response.end(answer);
    });
  });
  const list = JSON.stringify({ object: "list", data: [{ id: "m", object: "model" }] });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
