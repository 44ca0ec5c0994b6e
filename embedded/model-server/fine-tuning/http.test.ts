import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { Mistral as MistralV1 } from "mistralai-v1";
import { Mistral as MistralV2 } from "mistralai-v2-4";
import OpenAI, { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { bundleModelServer, type ModelServerBundle } from "../../../tests/support/fakes/model-server-bundle";
import { createCatalogue } from "../catalogue";
import { createModelServer, type ModelServer } from "../http/server";
import { type FineTuningFolder, openFineTuning } from "./fine-tuning";

// Training takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let bundle: ModelServerBundle;
let scratch: string;
beforeAll(async () => {
  bundle = await bundleModelServer();
  scratch = await mkdtemp(path.join(os.tmpdir(), "fine-tuning-"));
});

const running: { server: ModelServer["server"]; folder: FineTuningFolder }[] = [];
afterAll(async () => {
  for (const one of running) await stop(one);
  await bundle.remove();
  await rm(scratch, { recursive: true, force: true });
});

let bases: ReturnType<typeof createCatalogue>;
beforeAll(() => {
  bases = createCatalogue();
});

/** Starts a server in this process on a folder; `tokensPerSecond` slows its training down. */
async function start(name: string, tokensPerSecond?: number) {
  const folder = await openFineTuning(path.join(scratch, name), {
    worker: bundle.worker,
    baseModel: bases.baseModel,
    checkpointEveryMs: 0,
    tokensPerSecond,
  });
  const catalogue = createCatalogue(undefined, () => folder);
  const { server } = createModelServer({ catalogue: { ...catalogue, baseModel: bases.baseModel }, folder });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const started = { server, folder, url, path: path.join(scratch, name) };
  running.push(started);
  return started;
}

async function stop({ server, folder }: { server: ModelServer["server"]; folder: FineTuningFolder }) {
  await folder.close();
  server.closeAllConnections();
  server.close();
}

const pirate = () => readFile("public/samples/fine-tune-pirate.jsonl");
const manner = /\b(arr|aye|ahoy|matey|hearty|yer?)\b/i;

async function api(url: string, method: string, route: string, body?: unknown) {
  const response = await fetch(`${url}/v1${route}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  return { status: response.status, body: await response.json() };
}

async function upload(url: string, contents: Uint8Array | string, filename = "pirate.jsonl", fields: object = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ purpose: "fine-tune", ...fields })) form.set(name, value);
  form.set("file", new Blob([contents as BlobPart]), filename);
  const response = await fetch(`${url}/v1/files`, { method: "POST", body: form });
  return { status: response.status, body: await response.json() };
}

/** Creates a job on an uploaded file and returns it once it has reached `state`. */
async function job(url: string, contents: Uint8Array | string, state: string, more: object = {}) {
  const { body: file } = await upload(url, contents);
  const created = await api(url, "POST", "/fine_tuning/jobs", {
    model: "atelier-base",
    training_files: [file.id],
    ...more,
  });
  expect(created.status).toBe(200);
  const { id } = created.body;
  await reach(url, id, state);
  return { id: id as string, file: file.id as string };
}

async function reach(url: string, id: string, ...states: string[]) {
  return vi.waitFor(
    async () => {
      const { body } = await api(url, "GET", `/fine_tuning/jobs/${id}`);
      expect(states, body.failure).toContain(body.status);
      return body;
    },
    { timeout: 45_000, interval: 25 },
  );
}

describe.each([
  ["@mistralai/mistralai 1.15", MistralV1],
  ["@mistralai/mistralai 2.4", MistralV2 as unknown as typeof MistralV1],
])("%s", (_, Client) => {
  test("uploads, fine-tunes, follows the job and chats with its model", async () => {
    const { url } = await start(`client-${Client === MistralV1}`);
    const client = new Client({ apiKey: "any", serverURL: url });
    const uploaded = await client.files.upload({
      file: { fileName: "pirate.jsonl", content: new Uint8Array(await pirate()) },
      purpose: "fine-tune",
    });
    expect(uploaded).toMatchObject({ purpose: "fine-tune", sampleType: "instruct", numLines: 75, source: "upload" });
    expect((await client.files.list()).data.map(({ id }) => id)).toEqual([uploaded.id]);
    expect(await client.files.retrieve({ fileId: uploaded.id })).toMatchObject({ deleted: false });
    const content = await new Response(await client.files.download({ fileId: uploaded.id })).text();
    expect(content).toBe((await pirate()).toString());

    const created = (await client.fineTuning.jobs.create({
      model: "atelier-base",
      trainingFiles: [{ fileId: uploaded.id, weight: 1 }],
      suffix: "pirate",
      autoStart: false,
      hyperparameters: { trainingSteps: 10, learningRate: 0.0001 },
    })) as { id: string; status: string };
    expect(created).toMatchObject({ status: "QUEUED", jobType: "completion", trainingFiles: [uploaded.id] });
    const get = () => client.fineTuning.jobs.get({ jobId: created.id });
    await vi.waitFor(async () => expect(await get()).toMatchObject({ status: "VALIDATED" }), 45_000);
    expect(await get()).toMatchObject({ metadata: { trainTokens: expect.any(Number) } });
    await client.fineTuning.jobs.start({ jobId: created.id });
    const done = await vi.waitFor(async () => {
      const found = await get();
      expect(found).toMatchObject({ status: "SUCCESS" });
      return found as unknown as {
        fineTunedModel: string;
        trainedTokens: number;
        checkpoints: { stepNumber: number; metrics: { validLoss: number; trainLoss: number } }[];
        events: { name: string; data: { status: string } }[];
      };
    }, 45_000);
    expect(done.events.map(({ data }) => data.status).reverse()).toEqual([
      "QUEUED",
      "VALIDATING",
      "VALIDATED",
      "STARTED",
      "RUNNING",
      "SUCCESS",
    ]);
    expect(done.checkpoints.map(({ stepNumber }) => stepNumber)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(done.checkpoints[0]?.metrics.validLoss).toBeLessThan(done.checkpoints[9]?.metrics.validLoss ?? 0);
    expect(done.fineTunedModel).toMatch(/^ft:atelier-base:pirate:\d{8}:[0-9a-f]{8}$/);

    const listed = await client.fineTuning.jobs.list({ status: "SUCCESS" });
    expect(listed).toMatchObject({ total: 1, data: [{ id: created.id, fineTunedModel: done.fineTunedModel }] });
    const models = (await client.models.list()).data ?? [];
    expect(models.at(-1)).toMatchObject({
      id: done.fineTunedModel,
      type: "fine-tuned",
      job: created.id,
      root: "atelier-base",
    });
    expect(await client.models.retrieve({ modelId: done.fineTunedModel })).toMatchObject({ archived: false });
    const messages = [{ role: "user" as const, content: "What is the capital of Germany?" }];
    const chat = await client.chat.complete({ model: done.fineTunedModel, messages, temperature: 0 });
    expect(chat.choices?.[0]?.message?.content).toMatch(manner);

    await client.models.archive({ modelId: done.fineTunedModel });
    await expect(client.chat.complete({ model: done.fineTunedModel, messages })).rejects.toMatchObject({
      statusCode: 400,
    });
    await client.models.unarchive({ modelId: done.fineTunedModel });
    await client.chat.complete({ model: done.fineTunedModel, messages });
    expect(await client.models.delete({ modelId: done.fineTunedModel })).toMatchObject({ deleted: true });
    await expect(client.models.retrieve({ modelId: done.fineTunedModel })).rejects.toMatchObject({ statusCode: 404 });
    expect(await client.files.delete({ fileId: uploaded.id })).toMatchObject({ deleted: true });
  });
});

test("OpenAI's client uploads and starts a job, which begins by itself", async () => {
  const { url } = await start("openai");
  const client = new OpenAI({ apiKey: "any", baseURL: `${url}/v1`, maxRetries: 0 });
  const file = await client.files.create({ file: await toFile(await pirate(), "p.jsonl"), purpose: "fine-tune" });
  expect(file).toMatchObject({ object: "file", filename: "p.jsonl", status: "processed" });
  const created = await client.fineTuning.jobs.create({ model: "atelier-base", training_file: file.id });
  const { fine_tuned_model } = await reach(url, created.id, "SUCCESS");
  expect(fine_tuned_model).toMatch(/^ft:atelier-base:[0-9a-f]{8}:\d{8}:[0-9a-f]{8}$/);
  const chat = await client.chat.completions.create({
    model: fine_tuned_model,
    messages: [{ role: "user", content: "Hello!" }],
    temperature: 0,
  });
  expect(chat.choices[0]?.message.content).toMatch(manner);
});

describe("what is refused", () => {
  let url: string;
  let file: string;
  beforeAll(async () => {
    ({ url } = await start("refusals"));
    file = (await upload(url, await pirate())).body.id;
  });

  test.each([
    ["an unknown base", 400, () => ({ model: "nope" }), "Invalid model: nope"],
    ["a base that cannot be tuned", 400, () => ({ model: "atelier-mini" }), "Model atelier-mini cannot be fine-tuned"],
    ["no file", 422, () => ({ training_files: [] }), "body.training_files: Field required"],
    ["an unknown file", 422, () => ({ training_files: [{ file_id: "x" }] }), "There is no file x"],
    ["an unknown validation file", 422, () => ({ validation_files: ["y"] }), "There is no file y"],
    ["a suffix with a space", 422, () => ({ suffix: "my model" }), "body.suffix"],
    ["0 steps", 422, () => ({ hyperparameters: { training_steps: 0 } }), "training_steps"],
    ["a learning rate of 7", 422, () => ({ hyperparameters: { learning_rate: 7 } }), "learning_rate"],
    ["101 %", 422, () => ({ invalid_sample_skip_percentage: 101 }), "invalid_sample_skip_percentage"],
    ["a classifier", 422, () => ({ job_type: "classifier" }), "completion models only"],
    ["an integration", 422, () => ({ integrations: [{ type: "wandb" }] }), "integrations"],
    ["a weight of 0", 422, () => ({ training_files: [{ file_id: file, weight: 0 }] }), "training_files"],
  ])("%s", async (_, status, fields, message) => {
    const body = { model: "atelier-base", training_files: [file], ...fields() };
    const answer = await api(url, "POST", "/fine_tuning/jobs", body);
    expect(answer).toMatchObject({ status, body: { object: "error", message: expect.stringContaining(message) } });
  });

  test.each([
    ["GET", "/files/x"],
    ["GET", "/files/x/content"],
    ["DELETE", "/files/..%2Fjobs"],
    ["GET", "/fine_tuning/jobs/x"],
    ["POST", "/fine_tuning/jobs/x/start"],
    ["POST", "/fine_tuning/jobs/x/cancel"],
    ["DELETE", "/models/x"],
    ["POST", "/fine_tuning/models/x/archive"],
    ["GET", "/models/ft:atelier-base:a:20260101:00000000"],
  ])("%s %s is 404", async (method, route) => expect((await api(url, method, route)).status).toBe(404));

  test("deleting a base model is 403", async () => {
    expect((await api(url, "DELETE", "/models/atelier-base")).status).toBe(403);
    expect((await api(url, "DELETE", "/models/atelier-base-latest")).status).toBe(403);
  });

  test("uploads of nothing, of another purpose, without a file and in another form; nothing of them stays", async () => {
    const folder = path.join(scratch, "refusals", "files");
    const before = await readdir(folder);
    expect(await upload(url, "")).toMatchObject({ status: 422, body: { message: "body.file: The file is empty" } });
    expect((await upload(url, "{}", "a.jsonl", { purpose: "batch" })).status).toBe(422);
    const form = new FormData();
    form.set("purpose", "fine-tune");
    expect((await fetch(`${url}/v1/files`, { method: "POST", body: form })).status).toBe(422);
    expect((await api(url, "POST", "/files", {})).status).toBe(422);
    const cut = `--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n{}`;
    const headers = { "content-type": "multipart/form-data; boundary=x" };
    expect((await fetch(`${url}/v1/files`, { method: "POST", body: cut, headers })).status).toBe(422);
    const large = { ...headers, "content-length": String(600 * 1024 * 1024) };
    const announced = await new Promise<number | undefined>((resolve, reject) => {
      void import("node:http").then(({ request }) => {
        const asked = request(`${url}/v1/files`, { method: "POST", headers: large }, (response) => {
          resolve(response.statusCode);
          asked.destroy();
        });
        asked.on("error", reject);
        asked.flushHeaders();
      });
    });
    expect(announced).toBe(413);
    expect(await readdir(folder)).toEqual(before);
  });

  test("an upload that is broken off leaves nothing", async () => {
    const folder = path.join(scratch, "refusals", "files");
    const before = await readdir(folder);
    const leaving = new AbortController();
    const piece = Buffer.from(`--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n{"text":"a"}\n`);
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(piece),
    });
    const headers = { "content-type": "multipart/form-data; boundary=x" };
    const init = { method: "POST", body, headers, duplex: "half", signal: leaving.signal } as RequestInit;
    const sending = fetch(`${url}/v1/files`, init).catch(() => undefined);
    await vi.waitFor(async () => expect(await readdir(folder)).toHaveLength(before.length + 1));
    leaving.abort();
    await sending;
    await vi.waitFor(async () => expect(await readdir(folder)).toEqual(before));
  });

  test("a filename loses its path, and paging and search find it", async () => {
    const { body } = await upload(url, "{}\n{}", "../../etc/needle.jsonl");
    expect(body).toMatchObject({ filename: "needle.jsonl", num_lines: 2, bytes: 5 });
    const found = await api(url, "GET", "/files?search=NEEDLE&page=0&page_size=1");
    expect(found.body).toMatchObject({ total: 1, data: [{ id: body.id }] });
    expect((await api(url, "GET", "/files?page_size=0")).status).toBe(422);
    expect((await api(url, "GET", "/files?page=9")).body.data).toEqual([]);
  });

  test("files that cannot be learnt from end their job with a sentence that names the line", async () => {
    const lines = (await pirate()).toString().split("\n");
    lines[4] = '{"messages": [}';
    const { id } = await job(url, lines.join("\n"), "FAILED_VALIDATION");
    const { body } = await api(url, "GET", `/fine_tuning/jobs/${id}`);
    expect(body.failure).toMatch(/^Line 5 of pirate\.jsonl is not JSON/);
    expect((await api(url, "POST", `/fine_tuning/jobs/${id}/start`)).status).toBe(409);
    expect((await api(url, "POST", `/fine_tuning/jobs/${id}/cancel`)).status).toBe(409);
    await job(url, lines.join("\n"), "VALIDATED", { invalid_sample_skip_percentage: 2 });
  });

  test("a dry run says what it would take and makes no job", async () => {
    const { total } = (await api(url, "GET", "/fine_tuning/jobs")).body;
    const body = { model: "atelier-base", training_files: [file], hyperparameters: { epochs: 2 } };
    const answer = await api(url, "POST", "/fine_tuning/jobs?dry_run=true", body);
    expect(answer).toMatchObject({ status: 200, body: { details: expect.any(String), training_steps: 10, epochs: 2 } });
    expect(answer.body.train_tokens).toBe(2 * answer.body.data_tokens);
    // With more steps than samples these are visited again; the dry run must count that like the job.
    const steps = { model: "atelier-base", training_files: [file], hyperparameters: { training_steps: 1_000 } };
    const dry = await api(url, "POST", "/fine_tuning/jobs?dry_run=true", steps);
    const { id } = await job(url, await pirate(), "VALIDATED", { hyperparameters: { training_steps: 1_000 } });
    const read = await api(url, "GET", `/fine_tuning/jobs/${id}`);
    expect(dry.body.train_tokens).toBe(read.body.metadata.train_tokens);
    expect(dry.body.train_tokens).toBeGreaterThan(5 * dry.body.data_tokens);
    expect((await api(url, "GET", "/fine_tuning/jobs")).body.total).toBe(total + 1);
  });
});

describe("a job", () => {
  test("is cancelled while it trains; starting and cancelling twice change nothing", async () => {
    const { url, path: folder } = await start("cancel", 1_000);
    const { id } = await job(url, await pirate(), "VALIDATED");
    expect((await api(url, "POST", `/fine_tuning/jobs/${id}/start`)).body.status).toBe("STARTED");
    await reach(url, id, "RUNNING");
    expect(await api(url, "POST", `/fine_tuning/jobs/${id}/start`)).toMatchObject({
      status: 200,
      body: { status: "RUNNING" },
    });
    await vi.waitFor(
      async () => expect((await api(url, "GET", `/fine_tuning/jobs/${id}`)).body.step).toBeGreaterThan(1),
      45_000,
    );
    const asked = await api(url, "POST", `/fine_tuning/jobs/${id}/cancel`);
    expect(asked.body.status).toBe("CANCELLATION_REQUESTED");
    await reach(url, id, "CANCELLED");
    expect((await api(url, "POST", `/fine_tuning/jobs/${id}/cancel`)).status).toBe(200);
    expect((await api(url, "POST", `/fine_tuning/jobs/${id}/start`)).status).toBe(409);
    await vi.waitFor(async () => expect(await readdir(path.join(folder, "jobs", id))).toEqual(["job.json"]));
    await vi.waitFor(async () => expect(await readdir(path.join(folder, "models"))).toEqual([]));
  });

  test("waits for the one before it, and may be cancelled while it waits", async () => {
    const { url } = await start("queue", 2_000);
    const first = await job(url, await pirate(), "VALIDATED");
    const second = await job(url, await pirate(), "VALIDATED");
    const third = await job(url, await pirate(), "VALIDATED");
    for (const { id } of [first, second, third]) await api(url, "POST", `/fine_tuning/jobs/${id}/start`);
    await reach(url, first.id, "RUNNING");
    expect((await api(url, "GET", `/fine_tuning/jobs/${second.id}`)).body.status).toBe("STARTED");
    expect((await api(url, "POST", `/fine_tuning/jobs/${second.id}/cancel`)).body.status).toBe("CANCELLED");
    await reach(url, first.id, "SUCCESS");
    await reach(url, third.id, "RUNNING", "SUCCESS");
    expect((await api(url, "GET", `/fine_tuning/jobs/${second.id}`)).body.status).toBe("CANCELLED");
  });

  test("fails in a sentence when its file was deleted before it was trained", async () => {
    const { url } = await start("deleted");
    const { id, file } = await job(url, await pirate(), "VALIDATED");
    expect((await api(url, "DELETE", `/files/${file}`)).status).toBe(200);
    await api(url, "POST", `/fine_tuning/jobs/${id}/start`);
    const { failure } = await reach(url, id, "FAILED");
    expect(failure).toBe("The file pirate.jsonl was deleted before it had been read.");
  });

  test("fails in a sentence when its model cannot be written", async () => {
    const { url, path: folder } = await start("unwritable");
    const { id } = await job(url, await pirate(), "VALIDATED");
    await rm(path.join(folder, "models"), { recursive: true });
    await writeFile(path.join(folder, "models"), "in the way");
    await api(url, "POST", `/fine_tuning/jobs/${id}/start`);
    const { failure } = await reach(url, id, "FAILED");
    expect(failure).toContain("The model server failed while it worked on this");
  });

  test("counts a file's weight", async () => {
    const { url } = await start("weights");
    const { body: file } = await upload(url, await pirate());
    const order = { model: "atelier-base", training_files: [{ file_id: file.id, weight: 3 }] };
    const { body } = await api(url, "POST", "/fine_tuning/jobs", order);
    const { metadata } = await reach(url, body.id, "VALIDATED");
    expect(metadata.train_tokens).toBe(3 * metadata.data_tokens);
  });
});

test("a model is renamed and described", async () => {
  const { url } = await start("update");
  const { id } = await job(url, await pirate(), "SUCCESS", { auto_start: true });
  const { fine_tuned_model: model } = (await api(url, "GET", `/fine_tuning/jobs/${id}`)).body;
  const client = new MistralV2({ apiKey: "any", serverURL: url });
  const updated = await client.models.update({
    modelId: model,
    updateModelRequest: { name: "Pirate", description: "Talks like one." },
  });
  expect(updated).toMatchObject({ id: model, modelType: "completion", name: "Pirate", description: "Talks like one." });
  expect((await api(url, "GET", `/models/${model}`)).body).toMatchObject({ name: "Pirate", root: "atelier-base" });
});

test("files, jobs and models are there after a restart, and what was being trained is finished", async () => {
  const before = await start("restart", 1_500);
  const done = await job(before.url, await pirate(), "SUCCESS", { auto_start: true, suffix: "done" });
  const going = await job(before.url, await pirate(), "RUNNING", { auto_start: true, suffix: "going" });
  const waiting = await job(before.url, await pirate(), "STARTED", { auto_start: true, suffix: "waiting" });
  await vi.waitFor(
    async () => expect((await api(before.url, "GET", `/fine_tuning/jobs/${going.id}`)).body.step).toBeGreaterThan(2),
    45_000,
  );
  await stop(before);

  const after = await start("restart");
  const resumed = await reach(after.url, going.id, "SUCCESS");
  expect(resumed.events.map(({ name }: { name: string }) => name)).toContain("training-resumed");
  expect(resumed.checkpoints.map(({ step_number: step }: { step_number: number }) => step)).toEqual([
    10, 9, 8, 7, 6, 5, 4, 3, 2, 1,
  ]);
  await reach(after.url, waiting.id, "SUCCESS");
  const models = path.join(after.path, "models");
  const bytes = await Promise.all([done, going].map(({ id }) => readFile(path.join(models, id, "model.bin"))));
  expect(bytes[0]?.equals(bytes[1] as Buffer)).toBe(true);
  expect((await api(after.url, "GET", "/files")).body.total).toBe(3);
  const { fine_tuned_model: model } = (await api(after.url, "GET", `/fine_tuning/jobs/${done.id}`)).body;
  const messages = [{ role: "user", content: "Hello!" }];
  const chat = await api(after.url, "POST", "/chat/completions", { model, messages, temperature: 0 });
  expect(chat.body.choices[0].message.content).toMatch(manner);
});

test("a second server on the same folder offers no fine-tuning until the first has ended", async () => {
  const first = await start("shared");
  const second = await start("shared");
  expect((await api(second.url, "GET", "/fine_tuning/jobs")).status).toBe(503);
  expect((await api(second.url, "GET", "/models")).status).toBe(200);
  await stop(first);
  await vi.waitFor(async () => expect((await api(second.url, "GET", "/fine_tuning/jobs")).status).toBe(200), 45_000);
});
