import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { bundleModelServer, type ModelServerBundle } from "../../../tests/support/fakes/model-server-bundle";

let bundle: ModelServerBundle;
let dataDir: string;
let child: ChildProcess | undefined;
beforeAll(async () => {
  bundle = await bundleModelServer();
  dataDir = await mkdtemp(path.join(os.tmpdir(), "model-server-"));
});
afterAll(async () => {
  child?.kill("SIGKILL");
  await bundle.remove();
  await rm(dataDir, { recursive: true, force: true });
});

/** Starts the program like `npm run model-server`. Returns its base URL when it has printed it. */
async function start(environment: Record<string, string> = {}): Promise<string> {
  const started = spawn(process.execPath, [bundle.program], {
    env: { ...process.env, NODE_ENV: "production", DATA_DIR: dataDir, PORT: "", ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  child = started;
  for await (const piece of started.stdout ?? []) {
    const url = /Model server on (\S+)/.exec(String(piece))?.[1];
    if (url) return `${url}/v1`;
  }
  throw new Error("It ended without saying where it is.");
}

async function end(signal: NodeJS.Signals): Promise<void> {
  const ended = child && once(child, "exit");
  child?.kill(signal);
  await ended;
}

const get = async (url: string) => (await fetch(url)).json();

async function startJob(url: string, suffix: string, hyperparameters = {}): Promise<string> {
  const form = new FormData();
  form.set("purpose", "fine-tune");
  form.set("file", new Blob([await readFile("public/samples/fine-tune-pirate.jsonl")]), "pirate.jsonl");
  const file = await (await fetch(`${url}/files`, { method: "POST", body: form })).json();
  const asked = { model: "atelier-base", training_files: [file.id], auto_start: true, suffix, hyperparameters };
  const body = JSON.stringify(asked);
  return (await (await fetch(`${url}/fine_tuning/jobs`, { method: "POST", body })).json()).id;
}

const reach = (url: string, id: string, state: string) =>
  vi.waitFor(
    async () => {
      const job = await get(`${url}/fine_tuning/jobs/${id}`);
      expect(job.status, job.failure).toBe(state);
      return job;
    },
    { timeout: 45_000, interval: 50 },
  );

test("killed in the middle of training, it goes on from its checkpoint and makes the same model", async () => {
  // Six seconds of training, with a checkpoint after five.
  const slow = await start({ MODEL_SERVER_TRAINING_TOKENS_PER_SECOND: "450" });
  const id = await startJob(slow, "killed");
  await vi.waitFor(
    async () =>
      expect((await readdir(path.join(dataDir, "model-server/jobs", id))).join()).toMatch(/checkpoint-\d+\.bin/),
    { timeout: 45_000 },
  );
  await vi.waitFor(async () => {
    const kept = await readdir(path.join(dataDir, "model-server/jobs", id));
    const step = Number(/checkpoint-(\d+)\.bin/.exec(kept.join())?.[1]);
    const record = JSON.parse(await readFile(path.join(dataDir, "model-server/jobs", id, "job.json"), "utf8"));
    expect(record.step).toBeGreaterThanOrEqual(step);
  });
  await end("SIGKILL");

  const url = await start();
  const job = await reach(url, id, "SUCCESS");
  const resumed = job.events.find(({ name }: { name: string }) => name === "training-resumed");
  expect(resumed.data.step_number).toBeGreaterThan(5);
  expect(job.checkpoints).toHaveLength(10);
  const other = await startJob(url, "whole");
  await reach(url, other, "SUCCESS");
  const models = path.join(dataDir, "model-server/models");
  const [one, two] = await Promise.all([id, other].map((name) => readFile(path.join(models, name, "model.bin"))));
  expect(one?.equals(two as Buffer)).toBe(true);
  await end("SIGTERM");
}, 90_000);

test("killed before any checkpoint, it trains anew; ended in order, it leaves no lock", async () => {
  const slow = await start({ MODEL_SERVER_TRAINING_TOKENS_PER_SECOND: "500" });
  const id = await startJob(slow, "early", { training_steps: 10 });
  await reach(slow, id, "RUNNING");
  await end("SIGKILL");
  const url = await start();
  const job = await reach(url, id, "SUCCESS");
  expect(job.events.map(({ name }: { name: string }) => name)).not.toContain("training-resumed");
  expect(job.checkpoints).toHaveLength(10);
  const { data } = await get(`${url}/models`);
  expect(data.map(({ id: model }: { id: string }) => model)).toContain(job.fine_tuned_model);
  await end("SIGTERM");
  expect(await readdir(path.join(dataDir, "model-server"))).not.toContain("lock");
}, 90_000);
