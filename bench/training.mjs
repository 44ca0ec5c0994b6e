// P16: how fast the embedded model server trains, and how fast it answers chats during training.
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { root } from "../scripts/setup.mjs";
import { figure } from "./figures.mjs";
import { median, request } from "./load.mjs";
import { freePort, pause, residentMiB, start } from "./processes.mjs";
import { measure } from "./rounds.mjs";

const lines = 60_000;
const body = { model: "atelier-base", messages: [{ role: "user", content: "What is a workspace?" }], temperature: 0 };

export async function run(stage) {
  const dataDir = path.join(stage.dataDir, "training");
  rmSync(dataDir, { recursive: true, force: true });
  const env = { DATA_DIR: dataDir, HOST: "127.0.0.1", MODEL_SERVER_KEY: "" };
  const server = await start({ args: ["dist/model-server.mjs"], port: await freePort(), path: "/health", env });
  try {
    return await figures(server);
  } finally {
    await server.stop();
  }
}

async function figures(server) {
  const api = async (where, init) => (await fetch(`http://127.0.0.1:${server.port}/v1${where}`, init)).json();
  const bytes = request("POST", "/v1/chat/completions", {}, body);
  const chat = () => measure({ port: server.port, next: () => bytes, inFlight: 1, ms: 3_000 });
  await chat();
  const form = new FormData();
  form.set("purpose", "fine-tune");
  form.set("file", new Blob([trainingFile()]), "bench.jsonl");
  const file = await api("/files", { method: "POST", body: form });
  const train = async () => {
    // Long enough for all measured chats; it is cancelled after them.
    const hyperparameters = { training_steps: 200, epochs: 20 };
    const order = { model: "atelier-base", training_files: [file.id], auto_start: true, hyperparameters };
    const { id } = await api("/fine_tuning/jobs", { method: "POST", body: JSON.stringify(order) });
    await until(async () => (await api(`/fine_tuning/jobs/${id}`)).step > 0);
    return id;
  };
  const idle = [];
  const busy = [];
  const speeds = [];
  let memory = 0;
  for (let round = 0; round < 3; round++) {
    idle.push(await chat());
    const id = await train();
    busy.push(await chat());
    memory = Math.max(memory, residentMiB(server.pid));
    speeds.push((await api(`/fine_tuning/jobs/${id}`)).tokens_per_second);
    await api(`/fine_tuning/jobs/${id}/cancel`, { method: "POST" });
    await until(async () => (await api(`/fine_tuning/jobs/${id}`)).status === "CANCELLED");
  }
  const of = (rounds, key) => median(rounds.map((one) => one[key]));
  const latency = (key, more = {}) =>
    figure({
      id: "P16",
      name: `a chat while the model server trains, ${key}`,
      value: of(busy, key),
      unit: "ms",
      against: of(idle, key),
      base: "idle",
      ...more,
    });
  return [
    figure({ id: "P16", name: "training, tokens a second while it chats", value: median(speeds), unit: "tokens/s" }),
    latency("p50"),
    latency("p99", { atMost: 2 }),
    figure({ id: "P16", name: "memory of the model server while it trains", value: memory, unit: "MiB" }),
  ];
}

/** Returns questions and answers with words from the readme, the same in every run. */
function trainingFile() {
  const words = readFileSync(path.join(root, "README.md"), "utf8").match(/[a-z]{2,}/g);
  let state = 1;
  const some = (count) =>
    Array.from({ length: count }, () => {
      state = (state * 48_271) % 2_147_483_647;
      return words[state % words.length];
    }).join(" ");
  const line = () =>
    JSON.stringify({
      messages: [
        { role: "user", content: `${some(8)}?` },
        { role: "assistant", content: `${some(12)}.` },
      ],
    });
  return Array.from({ length: lines }, line).join("\n");
}

async function until(isTrue) {
  for (let i = 0; i < 1_200; i++) {
    if (await isTrue()) return;
    await pause(50);
  }
  throw new Error("the model server did not get there within a minute");
}
