import { Mistral as MistralV1 } from "mistralai-v1";
import { Mistral as MistralV24 } from "mistralai-v2-4";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { openStored, storedFile, storedJob } from "@/tests/support/factories/fine-tuning";
import { startTrainingServer, type TrainingServer } from "@/tests/support/fakes/training-server";
import { startGateway, type TestGateway } from "@/tests/support/gateway/gateway";
import { type TestWorkspace, workspace } from "@/tests/support/people";

let trainer: TrainingServer;
let gateway: TestGateway;
let acme: TestWorkspace;
let key: string;
let keyId: string;
let file: string;

beforeAll(async () => {
  trainer = await startTrainingServer();
  trainer.stride = 60;
  gateway = await startGateway({
    MODEL_SERVER_URL: trainer.url,
    PRICES: JSON.stringify([{ model: "small", input: "1", training: "2" }]),
  });
});
afterAll(async () => {
  await gateway.close();
  await trainer.close();
});

beforeEach(async () => {
  await owner`update fine_tuning_jobs set status = 'CANCELLED', ended_at = now() where ended_at is null`;
  acme = await workspace();
  const made = await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" });
  [key, keyId] = [made.secret, made.id];
  file = await storedFile(owner, acme.id);
});

const path = "/v1/fine_tuning/jobs";
const get = (where: string, by = key) => fetch(gateway.url + where, { headers: { authorization: `Bearer ${by}` } });
const post = (where: string, body: unknown = {}, by = key) => gateway.post(where, by, body);
const create = async (more: object = {}) =>
  (await (await post(path, { model: "small", training_files: [file], hyperparameters: {}, ...more })).json())
    .id as string;

/** What the background does, until a job is so. */
async function until(id: string, wanted: string): Promise<void> {
  const { advanceDue } = await import("@/server/fine-tuning/job");
  for (let round = 0; round < 20; round++) {
    const [row] = await owner`select status from fine_tuning_jobs where id = ${id}`;
    if (row?.status === wanted) return;
    await owner`update fine_tuning_jobs set next_look_at = now() where id = ${id}`;
    await advanceDue(openStored);
  }
  throw new Error(`it never became ${wanted}`);
}

describe.each([
  ["@mistralai/mistralai 2.4", () => new MistralV24({ apiKey: key, serverURL: gateway.url })],
  ["@mistralai/mistralai 1.15", () => new MistralV1({ apiKey: key, serverURL: gateway.url })],
] as const)("%s, as it is", (_, client) => {
  test("creates, starts, follows and lists a job", async () => {
    const jobs = () => client().fineTuning.jobs;
    const created = await jobs().create({
      model: "small",
      trainingFiles: [{ fileId: file, weight: 1 }],
      hyperparameters: { trainingSteps: 100, learningRate: 0.001 },
      suffix: "bot",
      autoStart: false,
    });
    expect(created).toMatchObject({
      ...{ status: "QUEUED", jobType: "completion", model: "small", suffix: "bot", trainingFiles: [file] },
      hyperparameters: { trainingSteps: 100, learningRate: 0.001 },
      metadata: { costCurrency: "EUR" },
    });
    const jobId = (created as { id: string }).id;
    await until(jobId, "VALIDATED");
    expect(await jobs().get({ jobId })).toMatchObject({
      status: "VALIDATED",
      metadata: { trainTokens: 1_000_000, cost: expect.any(Number) },
      events: [{ data: { status: "QUEUED" } }, { name: "files-read" }, { data: { status: "VALIDATED" } }],
    });
    expect(await jobs().start({ jobId })).toMatchObject({ status: "STARTED", metadata: { cost: 2 } });
    await expect(jobs().start({ jobId })).rejects.toMatchObject({ statusCode: 409 });
    await until(jobId, "SUCCESS");
    const done = await jobs().get({ jobId });
    expect(done).toMatchObject({
      ...{ status: "SUCCESS", trainedTokens: 1_000_000, fineTunedModel: expect.stringMatching(/^ft:small:bot:\d{8}:/) },
      checkpoints: [{ stepNumber: 60, metrics: { trainLoss: expect.any(Number) } }, { stepNumber: 100 }],
    });
    const listed = await jobs().list({
      status: "SUCCESS",
      createdByMe: true,
      suffix: "bot",
      createdAfter: new Date(0),
    });
    expect(listed).toMatchObject({ total: 1, object: "list", data: [{ id: jobId, status: "SUCCESS" }] });
    expect(await jobs().list()).toMatchObject({ total: 1 });
    expect(await jobs().list({ status: "RUNNING" })).toMatchObject({ total: 0, data: [] });
  });

  test("cancels a job once", async () => {
    const jobId = await create();
    expect(await client().fineTuning.jobs.cancel({ jobId })).toMatchObject({ status: "CANCELLATION_REQUESTED" });
    await expect(client().fineTuning.jobs.cancel({ jobId })).rejects.toMatchObject({
      statusCode: 409,
      body: expect.stringContaining("job_cancelling"),
    });
    await until(jobId, "CANCELLED");
    expect(await client().fineTuning.jobs.get({ jobId })).toMatchObject({ status: "CANCELLED" });
  });

  test("reports what is wrong", async () => {
    const attempt = client().fineTuning.jobs.create({
      model: "fixed",
      trainingFiles: [{ fileId: file }],
      hyperparameters: {},
    });
    await expect(attempt).rejects.toMatchObject({
      statusCode: 422,
      body: expect.stringContaining("cannot be fine-tuned"),
    });
    const missing = client().fineTuning.jobs.get({ jobId: crypto.randomUUID() });
    await expect(missing).rejects.toMatchObject({ statusCode: 404 });
  });
});

test("OpenAI's client creates a job of one file that starts by itself, follows it, pages through all and cancels", async () => {
  const { jobs } = new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1`, maxRetries: 0 }).fineTuning;
  const job = await jobs.create({ model: "small", training_file: file, hyperparameters: { n_epochs: 3 } });
  expect(job).toMatchObject({ training_file: file, auto_start: true, hyperparameters: { epochs: 3 } });
  await until(job.id, "SUCCESS");
  expect(await jobs.retrieve(job.id)).toMatchObject({
    status: "SUCCESS",
    error: null,
    finished_at: expect.any(Number),
  });
  const more = [];
  for (let i = 0; i < 4; i++) more.unshift(await create());
  const seen = [];
  for await (const { id } of jobs.list({ limit: 2 })) seen.push(id);
  expect(seen).toEqual([...more, job.id]);
  expect(await jobs.cancel(more[0] ?? "")).toMatchObject({ status: "CANCELLATION_REQUESTED" });
});

test("files are named by strings or with a weight, and everything else by its defaults", async () => {
  const other = await storedFile(owner, acme.id);
  const response = await post(path, {
    model: "small",
    training_files: [file, { file_id: other, weight: 2 }],
    job_type: "completion",
    integrations: [],
  });
  expect(response.status).toBe(200);
  const job = await response.json();
  expect(job).toMatchObject({
    ...{ object: "job", auto_start: false, validation_files: [], fine_tuned_model: null, trained_tokens: null },
    hyperparameters: { training_steps: 100, learning_rate: 0.0001 },
    training_files: [file, other].sort(),
  });
  expect(job).not.toHaveProperty("details");
  const weights = await owner`select weight from fine_tuning_files where job_id = ${job.id} order by weight`;
  expect(weights.map(({ weight }) => weight)).toEqual([1, 2]);
  const [row] = await owner`select created_by, key_id from fine_tuning_jobs where id = ${job.id}`;
  expect(row).toEqual({ created_by: acme.admin.person.id, key_id: keyId });
});

test("a dry run tells what a job would take, and creates none", async () => {
  const response = await post(`${path}?dry_run=true`, {
    model: "small",
    training_files: [file],
    hyperparameters: { epochs: 2 },
  });
  expect(await response.json()).toMatchObject({
    ...{ object: "job.metadata", deprecated: true, cost_currency: "EUR", epochs: 2 },
    details: expect.stringMatching(/^\d+ tokens, estimated from the size of the files/),
  });
  expect(await owner`select from fine_tuning_jobs where workspace_id = ${acme.id}`).toHaveLength(0);
});

test.each([
  [{ training_files: [] }, "training_files"],
  [{ training_files: [7] }, "training_files.0"],
  [{ training_files: undefined }, "training_files"],
  [{ model: "" }, "model"],
  [{ model: "nothing" }, "model"],
  [{ suffix: "no good" }, "suffix"],
  [{ suffix: "x".repeat(19) }, "suffix"],
  [{ hyperparameters: { training_steps: 0 } }, "hyperparameters.training_steps"],
  [{ hyperparameters: { learning_rate: 2 } }, "hyperparameters.learning_rate"],
  [{ hyperparameters: [] }, "hyperparameters"],
  [{ job_type: "classifier" }, "job_type"],
  [{ classifier_targets: [{}] }, "classifier_targets"],
  [{ integrations: [{ type: "wandb" }] }, "integrations"],
  [{ auto_start: "yes" }, "auto_start"],
  [{ invalid_sample_skip_percentage: 101 }, "invalid_sample_skip_percentage"],
])("%j is refused at %s", async (wrong, param) => {
  const response = await post(path, { model: "small", training_files: [file], hyperparameters: {}, ...wrong });
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ param, detail: [{ loc: ["body", param] }] });
});

test.each([
  "page=-1",
  "page_size=0",
  "page_size=1001",
  "status=DONE",
  "created_after=yesterday",
  "created_by_me=perhaps",
  "model=%00",
  "limit=x",
])("a list of ?%s is refused", async (query) => {
  expect((await get(`${path}?${query}`)).status).toBe(422);
});

test("pages, filters and what is never there", async () => {
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.unshift(await storedJob(owner, acme.id));
  const list = async (query: string) => {
    const body = await (await get(`${path}?${query}`)).json();
    return [body.data.map(({ id }: { id: string }) => ids.indexOf(id)), body.total, body.has_more];
  };
  expect(await list("page=0&page_size=2")).toEqual([[0, 1], 5, true]);
  expect(await list("page=2&page_size=2")).toEqual([[4], 5, false]);
  expect(await list(`after=${ids[3]}`)).toEqual([[4], 5, false]);
  expect(await list(`after=${crypto.randomUUID()}`)).toEqual([[], 5, false]);
  expect(await list("after=nothing")).toEqual([[], 0, false]);
  expect(await list("wandb_project=x")).toEqual([[], 0, false]);
  expect(await list("created_by_me=true")).toEqual([[], 0, false]);
  expect(await list("model=small&status=VALIDATED")).toEqual([[0, 1, 2, 3, 4], 5, false]);
  expect(await list("created_before=2020-01-01T00:00:00Z")).toEqual([[], 0, false]);
});

test("V1-03 another workspace's job and file are as ones that never were, to the byte", async () => {
  const other = await workspace();
  const [theirs, theirFile] = [await storedJob(owner, other.id), await storedFile(owner, other.id)];
  const text = async (response: Response) => `${response.status} ${await response.text()}`;
  const nothing = crypto.randomUUID();
  for (const ask of [
    (id: string) => get(`${path}/${id}`),
    (id: string) => post(`${path}/${id}/start`),
    (id: string) => post(`${path}/${id}/cancel`),
  ]) {
    const answer = await text(await ask(theirs));
    expect(answer).toMatch(/^404 .*job_not_found/);
    expect(answer).toBe(await text(await ask(nothing)));
    expect(answer).toBe(await text(await ask("no-id")));
  }
  const withFile = async (id: string) => text(await post(path, { model: "small", training_files: [id] }));
  expect(await withFile(theirFile)).toMatch(/^404 .*file_not_found/);
  expect(await withFile(theirFile)).toBe(await withFile(nothing));
  expect(await withFile(theirFile)).toBe(await withFile("no-id"));
  expect((await owner`select status from fine_tuning_jobs where id = ${theirs}`)[0]?.status).toBe("VALIDATED");
});

test("a key needs the scope, may be for some models only, and its limit holds", async () => {
  const make = (more: object) => acme.admin.api.keys.create({ workspace: acme.slug, name: "Other", ...more });
  const chat = await make({ scopes: ["chat", "files"] });
  for (const response of [await get(path, chat.secret), await post(path, {}, chat.secret)]) {
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: "missing_scope" });
  }
  const large = await make({ models: "large" });
  expect((await post(path, { model: "small", training_files: [file] }, large.secret)).status).toBe(422);
  const poor = await make({ monthlyLimit: "1.99" });
  const id = await storedJob(owner, acme.id);
  const other = await post(`${path}/${id}/start`, {}, large.secret);
  expect([other.status, (await other.json()).code]).toEqual([403, "model_not_allowed"]);
  const pattern = await make({ models: "sma*" });
  expect((await post(path, { model: "small", training_files: [file] }, pattern.secret)).status).toBe(200);
  const refused = await post(`${path}/${id}/start`, {}, poor.secret);
  expect(refused.status).toBe(402);
  expect(refused.headers.get("x-should-retry")).toBe("false");
  expect(await refused.json()).toMatchObject({
    code: "spend_limit",
    message: expect.stringMatching(/^This key's spending limit of 1\.99 EUR a month/),
  });
  expect((await post(`${path}/${id}/start`)).status).toBe(200);
  const audited = await owner`select actor_id, after ->> 'keyId' as key from audit_events where target_id = ${id}`;
  expect([...audited]).toEqual([{ actor_id: acme.admin.person.id, key: keyId }]);
});

test("a service key sees what is for the whole workspace, and its jobs belong to no member", async () => {
  const { secret } = await acme.admin.api.keys.create({ workspace: acme.slug, name: "Service", isService: "on" });
  const own = await storedFile(owner, acme.id, { uploadedBy: acme.admin.person.id, visibility: "user" });
  expect((await post(path, { model: "small", training_files: [own] }, secret)).status).toBe(404);
  const made = await post(path, { model: "small", training_files: [file] }, secret);
  expect(made.status).toBe(200);
  const mine = await (await get(`${path}?created_by_me=true`, secret)).json();
  expect(mine.total).toBe(1);
  const [row] = await owner`select created_by from fine_tuning_jobs where id = ${(await made.json()).id}`;
  expect(row?.created_by).toBeNull();
});

test("a model server that is down is a 502, and nothing is created", async () => {
  const { startGateway: another } = await import("@/tests/support/gateway/gateway");
  const alone = await another({ MODEL_SERVER_URL: "http://127.0.0.1:9/v1" });
  const response = await alone.post(path, key, { model: "small", training_files: [file] });
  expect(response.status).toBe(502);
  expect(await response.json()).toMatchObject({ code: "model_server_down" });
  await alone.close();
});
