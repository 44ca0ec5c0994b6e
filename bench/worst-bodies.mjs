// P4c: ten of the most expensive bodies at the same time: how long other requests wait, how long the event loop is blocked, and how much memory it takes.
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
  const delayFile = (name) => path.join(stage.dataDir, `loop-delay-${name}`);
  const watched = (name) => ({
    NODE_OPTIONS: `--import=${path.join(root, "bench/loop-delay.mjs")}`,
    LOOP_DELAY_TO: delayFile(name),
  });
  const where = await stage.world.place(stage.sql);
  const [own, ...others] = await stage.world.keys(stage.sql, where, 11);
  const app = await stage.gateway(`http://127.0.0.1:${upstream.port}/v1`, "gateway", watched("gateway"));
  const forwards = { upstream: upstream.port, workspaceId: where.id, keyId: own.id, memberId: where.admin.id };
  const door = await stage.bareDoor({ forwards, more: watched("door") });
  const found = { gateway: [], door: [] };
  try {
    for (let round = 0; round < rounds; round += 1) {
      found.gateway.push(await withBodies(app, own.key, others, delayFile("gateway")));
      found.door.push(await withBodies(door, own.key, others, delayFile("door")));
    }
  } finally {
    await app.stop();
    await upstream.close();
  }
  const middle = (of, which = "gateway") => found[which].map(of).toSorted((one, other) => one - other)[1];
  const answers = JSON.stringify(found.gateway[0].answers);
  const of = (name, value, unit, more) => figure({ id: "P4c", name, value, unit, ...more });
  const base = "a bare node:http door that throws the bodies away";
  const clock = ({ blocked }) => blocked.clock;
  const cpu = ({ blocked }) => blocked.cpu;
  return [
    of("ten of the worst 32 MB bodies at once: the event loop is blocked at most", middle(clock), "ms", {
      ...{ atMost: 20, note: `answers to them by status: ${answers}` },
    }),
    of("the same against the floor", middle(clock), "ms", { against: middle(clock, "door"), base }),
    of("the same by the CPU that its thread uses meanwhile", middle(cpu), "ms", { atMost: 20 }),
    of("the CPU that its thread uses meanwhile, against the floor", middle(cpu), "ms", {
      ...{ against: middle(cpu, "door"), base },
    }),
    of(
      "others' chat calls meanwhile, 8 in flight, p99",
      middle(({ beside }) => beside.p99),
      "ms",
      {
        ...{ against: middle(({ alone }) => alone.p99), base: "without them", atMost: 2 },
      },
    ),
    of(
      "the same at the floor",
      middle(({ beside }) => beside.p99, "door"),
      "ms",
      {
        ...{ against: middle(({ alone }) => alone.p99, "door"), base: "without them" },
      },
    ),
    of(
      "memory that they take",
      middle(({ memory }) => memory),
      "MiB",
      { atMost: 200 },
    ),
  ];
}

/** Measures other calls without and with ten bodies that are sent repeatedly, and the effects on the server. */
async function withBodies(server, key, others, delayFile) {
  const bytes = request("POST", "/v1/chat/completions", { authorization: `Bearer ${key}` }, body);
  const small = { name: "others", port: server.port, pid: server.pid, next: () => bytes, inFlight: 8, ms: 5_000 };
  await measure({ ...small, ms: 3_000 });
  const alone = await measure(small);
  const before = residentMiB(server.pid);
  const sender = fork(path.join(root, "bench/body-sender.mjs"), [String(server.port), ...others.map(({ key }) => key)]);
  await once(sender, "message");
  await pause(500);
  rmSync(delayFile, { force: true });
  server.child.kill("SIGWINCH");
  let most = 0;
  const watching = setInterval(() => {
    most = Math.max(most, residentMiB(server.pid));
  }, 20);
  const beside = await measure(small);
  server.child.kill("SIGWINCH");
  clearInterval(watching);
  const told = once(sender, "message");
  sender.send("stop");
  const [answers] = await told;
  for (let i = 0; i < 100 && !existsSync(delayFile); i += 1) await pause(20);
  const blocked = JSON.parse(readFileSync(delayFile, "utf8"));
  await pause(1_000);
  return { alone, beside, memory: most - before, blocked, answers };
}

/** Starts a model server that reads each request and answers immediately. */
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
