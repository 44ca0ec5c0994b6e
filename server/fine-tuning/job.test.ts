import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { openStored, sample, storedFile } from "@/tests/support/factories/fine-tuning";
import { type FakeJob, startTrainingServer, type TrainingServer } from "@/tests/support/fakes/training-server";
import { type TestWorkspace, workspace } from "@/tests/support/people";
import { advanceDue, startFineTuning } from "./job";

process.env.PRICES = JSON.stringify([{ model: "small", input: "1", training: "2" }]);

let trainer: TrainingServer;
let acme: TestWorkspace;
let file: string;

beforeAll(async () => {
  trainer = await startTrainingServer();
  process.env.MODEL_SERVER_URL = trainer.url;
});
afterAll(() => trainer.close());

beforeEach(async () => {
  await owner`update fine_tuning_jobs set status = 'CANCELLED', ended_at = now() where ended_at is null`;
  Object.assign(trainer, {
    faults: [],
    counts: {},
    stride: 40,
    tokens: 1_000_000,
    validatesTo: { status: "VALIDATED" },
  });
  Object.assign(trainer, { hasFineTuning: true, deleted: [], jobs: new Map(), files: new Map() });
  acme = await workspace();
  file = await storedFile(owner, acme.id);
});

const api = () => acme.admin.api.fineTuning;
const here = () => ({ workspace: acme.slug });
const create = async (more: object = {}) =>
  (await api().create({ ...here(), model: "small", trainingFiles: [file], agreedTokens: 1_000_000, ...more })).jobId;
const get = (jobId: string) => api().get({ ...here(), jobId });
const fault = (method: string, path: RegExp, kind: "unheard" | "unanswered" | number, times = 1, body?: unknown) =>
  trainer.faults.push({ method, path, kind, times, body });
const there = () => [...trainer.jobs.values()][0] as FakeJob;
const ledger = () => owner`
  select id, model, operation, status, error_code, prompt_tokens, completion_tokens, cost::int, usage_source
  from usage_ledger where workspace_id = ${acme.id}`;

/** Runs rounds, with everything due at once, until a job has one of these statuses. */
async function until(jobId: string, ...wanted: string[]): Promise<Awaited<ReturnType<typeof get>>> {
  for (let round = 0; round < 40; round++) {
    const job = await get(jobId);
    if (wanted.includes(job.status)) return job;
    await due(jobId);
    await advanceDue(openStored);
  }
  throw new Error(`it never became ${wanted.join(" or ")}: ${(await get(jobId)).status}`);
}
const due = (jobId: string) =>
  owner`update fine_tuning_jobs set next_look_at = now(), claimed_until = null where id = ${jobId} and ended_at is null`;

test("a job goes from its files to a model of the workspace's, and is charged for what was trained", async () => {
  const jobId = await create({ suffix: "bot" });
  await until(jobId, "VALIDATED");
  expect(await get(jobId)).toMatchObject({ trainTokens: 1_000_000, expectedSeconds: 5, step: 0 });
  expect([...trainer.files.values()][0]?.content).toBe(sample);
  expect(there()).toMatchObject({ auto_start: false, model: "small", hyperparameters: { training_steps: 100 } });
  await api().start({ ...here(), jobId });
  await until(jobId, "RUNNING");
  await due(jobId);
  await advanceDue(openStored);
  expect(await get(jobId)).toMatchObject({ status: "RUNNING", step: 40, steps: 100, trainedTokens: 400_000 });
  const job = await until(jobId, "SUCCESS");
  const day = new Date().toISOString().slice(0, 10).replaceAll("-", "");
  const id = `ft:small:bot:${day}:${jobId.slice(0, 8)}`;
  expect(job).toMatchObject({ fineTunedModel: id, cost: 2_000_000, step: 100, failure: null });
  expect(job.events.filter(({ data }) => data.status).map(({ data }) => data.status)).toEqual([
    ...["QUEUED", "VALIDATED", "STARTED", "RUNNING", "SUCCESS"],
  ]);
  expect(job.events.filter(({ name }) => name === "files-read")).toHaveLength(1);
  expect(job.checkpoints.map(({ step }) => step)).toEqual([40, 80, 100]);
  const [model] = await owner`select * from models where id = ${id}`;
  expect(model).toMatchObject({
    ...{
      workspace_id: acme.id,
      origin: "fine-tuned",
      name: "bot",
      base: "small",
      job_id: jobId,
      model_server: "default",
    },
    ...{ upstream: there().fine_tuned_model, context_length: 4_096, visibility: "workspace", key_id: null },
    created_by: acme.admin.person.id,
  });
  expect([...(await ledger())]).toEqual([
    {
      ...{ id: jobId, model: "small", operation: "fine-tuning", status: 200, error_code: null },
      ...{ prompt_tokens: 1_000_000, completion_tokens: 0, cost: 2_000_000, usage_source: "reported" },
    },
  ]);
  const actions = await owner`select action, actor_id from audit_events where workspace_id = ${acme.id} order by at`;
  expect(actions.slice(-1)).toMatchObject([{ action: "model.created", actor_id: null }]);
  expect(trainer.counts).toEqual({ "POST files": 1, "POST jobs": 1, "POST start": 1 });
  // No copy of the workspace's file stays at the model server.
  expect(trainer.files.size).toBe(0);
  const [wrong] = await owner`select rebuild_usage(${acme.id}, false) as n`;
  expect(wrong?.n).toBe(0);
  const [hours] = await owner`select latency from usage_hourly where workspace_id = ${acme.id}`;
  expect(new Set(hours?.latency)).toEqual(new Set([0]));
});

test("the figures of chats a minute are untouched by a training, when it is settled too", async () => {
  await acme.admin.api.limits.setRate({ ...here(), model: "", tokensPerMinute: "1000" });
  const key = `v1:tokens:${acme.id}:*`;
  const jobId = await create();
  await until(jobId, "VALIDATED");
  await api().start({ ...here(), jobId });
  await until(jobId, "RUNNING");
  await owner`insert into rate_buckets (key, level, at) values (${key}, 900, now())`;
  await api().cancel({ ...here(), jobId });
  await until(jobId, "CANCELLED");
  expect((await owner`select level from rate_buckets where key = ${key}`)[0]?.level).toBe(900);
});

test("a job starts by itself when it was asked to, and waits for a member where a limit forbids it", async () => {
  const jobId = await create({ isAutoStart: "on" });
  await until(jobId, "SUCCESS");
  expect(trainer.counts["POST start"]).toBe(1);
  const [started] =
    await owner`select actor_id, action from audit_events where target_id = ${jobId} and action = 'fine_tuning.started'`;
  expect(started?.actor_id).toBe(acme.admin.person.id);

  const second = await create({ isAutoStart: "on" });
  await acme.admin.api.billing.setLimit({ ...here(), limit: "3.99" });
  await until(second, "VALIDATED");
  await due(second);
  await advanceDue(openStored);
  const waiting = await get(second);
  expect(waiting).toMatchObject({ status: "VALIDATED", isAutoStart: false });
  expect(waiting.events.at(-1)).toMatchObject({
    name: "start-refused",
    data: { message: expect.stringMatching(/^The workspace's spending limit of 3\.99 EUR a month/) },
  });
  await acme.admin.api.billing.setLimit({ ...here(), limit: "4" });
  await api().start({ ...here(), jobId: second });
  await until(second, "SUCCESS");
});

test("OP-09 in a suspended workspace a training that is under way goes on to its end, and none begins by itself", async () => {
  const running = await create();
  await until(running, "VALIDATED");
  await api().start({ ...here(), jobId: running });
  await until(running, "RUNNING");
  const waiting = await create({ isAutoStart: "on" });
  await owner`update workspaces set suspended_at = now() where id = ${acme.id}`;
  expect(await until(running, "SUCCESS")).toMatchObject({ cost: 2_000_000 });
  await until(waiting, "VALIDATED");
  for (let round = 0; round < 3; round += 1) {
    await due(waiting);
    await advanceDue(openStored);
  }
  const held = await get(waiting);
  expect(held).toMatchObject({ status: "VALIDATED", isAutoStart: false });
  expect(held.events.at(-1)).toMatchObject({
    name: "start-refused",
    data: { message: expect.stringContaining("have suspended this workspace") },
  });
  expect(trainer.counts["POST start"]).toBe(1);
  await owner`update workspaces set suspended_at = null where id = ${acme.id}`;
  await api().start({ ...here(), jobId: waiting });
  await until(waiting, "SUCCESS");
});

describe("MP-12 a base model that operators have withdrawn is trained no more", () => {
  const keep = (models: string[] | null, providers: string[] | null = null) =>
    owner`update workspaces set allowed_models = ${models}, allowed_providers = ${providers} where id = ${acme.id}`;
  const reason =
    "The operators of this instance no longer let this workspace use small at the model server “default”. Nothing is charged.";

  test("a job that waits is not sent", async () => {
    const jobId = await create();
    await keep(["another"]);
    expect(await until(jobId, "FAILED")).toMatchObject({ failure: reason, cost: 0 });
    expect([trainer.jobs.size, trainer.files.size]).toEqual([0, 0]);
  });

  test.each([
    ["the model", ["another"], null],
    ["its server", null, ["another"]],
  ])("a job that was started is not begun there, without %s, and nothing of it stays", async (_, models, providers) => {
    const jobId = await create();
    await until(jobId, "VALIDATED");
    await api().start({ ...here(), jobId });
    await keep(models, providers);
    expect(await until(jobId, "FAILED")).toMatchObject({ failure: reason, cost: 0 });
    expect([trainer.counts["POST start"], there().status]).toEqual([undefined, "CANCELLED"]);
    expect(trainer.deleted).toHaveLength(1);
    expect(await owner`select from usage_reservations where workspace_id = ${acme.id}`).toHaveLength(0);
  });
});

describe("IS-02 what was shown is the most that is charged", () => {
  test("a job that the model server counts more for waits until a person agrees to that", async () => {
    const jobId = await create({ isAutoStart: "on", agreedTokens: 196 });
    await until(jobId, "VALIDATED");
    await due(jobId);
    await advanceDue(openStored);
    const waiting = await get(jobId);
    expect(waiting).toMatchObject({ status: "VALIDATED", isAutoStart: false, trainTokens: 1_000_000 });
    expect(waiting.events.findLast(({ name }) => name === "start-refused")?.data).toEqual({
      message: "The model server counts 1,000,000 tokens, more than the 196 that were shown when the job was created.",
    });
    expect(await owner`select from usage_reservations where workspace_id = ${acme.id}`).toHaveLength(0);
    // Later reports of the model server change nothing on the page.
    const { metadata } = there();
    if (metadata) metadata.train_tokens = 9_000_000;
    await due(jobId);
    await advanceDue(openStored);
    await api().start({ ...here(), jobId });
    expect(await until(jobId, "SUCCESS")).toMatchObject({ cost: 2_000_000 });
  });

  test("a model server that trains more than was reserved is stopped", async () => {
    const jobId = await create({ isAutoStart: "on" });
    await until(jobId, "RUNNING");
    trainer.tokens = 10_000_000;
    const job = await until(jobId, "CANCELLED", "SUCCESS");
    expect(job).toMatchObject({ status: "CANCELLED", cost: 2_000_000, trainedTokens: 1_000_000 });
    expect(job.failure).toMatch(/^The model server trained more tokens than it had counted/);
    expect(there().status).toBe("CANCELLED");
  });

  test("one that has finished by then is charged what was reserved", async () => {
    const jobId = await create({ isAutoStart: "on" });
    await until(jobId, "RUNNING");
    Object.assign(there(), { status: "SUCCESS", fine_tuned_model: `made-${jobId}`, trained_tokens: 25_000_000 });
    expect(await until(jobId, "SUCCESS")).toMatchObject({ cost: 2_000_000 });
    expect([...(await ledger())]).toMatchObject([{ prompt_tokens: 1_000_000, usage_source: "estimated" }]);
  });
});

describe("cancelled", () => {
  test.each([
    ["before anything was sent", "QUEUED", 0],
    ["before it was started", "VALIDATED", 0],
    // The last report before it stops says that training continued.
    ["while it runs", "RUNNING", 1_600_000],
  ] as const)("%s, it costs what was trained until then", async (_, when, cost) => {
    const jobId = await create();
    if (when !== "QUEUED") await until(jobId, "VALIDATED");
    if (when === "RUNNING") {
      await api().start({ ...here(), jobId });
      await until(jobId, "RUNNING");
      await due(jobId);
      await advanceDue(openStored);
    }
    await api().cancel({ ...here(), jobId });
    const job = await until(jobId, "CANCELLED");
    expect(job).toMatchObject({ cost, failure: null, fineTunedModel: null });
    const lines = await ledger();
    expect([...lines]).toMatchObject(
      when === "RUNNING" ? [{ status: 200, error_code: "cancelled", prompt_tokens: 800_000, cost: 1_600_000 }] : [],
    );
    expect(await owner`select from usage_reservations where workspace_id = ${acme.id}`).toHaveLength(0);
    expect(trainer.files.size).toBe(0);
    expect([...trainer.jobs.values()].every(({ status }) => status === "CANCELLED")).toBe(true);
    const [wrong] = await owner`select rebuild_usage(${acme.id}, false) as n`;
    expect(wrong?.n).toBe(0);
  });

  test("where the model server counts no tokens, the part of the steps that were done is charged", async () => {
    trainer.tokens = null;
    const jobId = await create();
    await until(jobId, "VALIDATED");
    const tokens = (await get(jobId)).trainTokens ?? 0;
    await api().start({ ...here(), jobId });
    await until(jobId, "RUNNING");
    await due(jobId);
    await advanceDue(openStored);
    await api().cancel({ ...here(), jobId });
    await until(jobId, "CANCELLED");
    expect([...(await ledger())]).toMatchObject([
      { prompt_tokens: Math.ceil(tokens * 0.8), usage_source: "estimated" },
    ]);
  });

  test("what had finished by then has finished, and is paid for", async () => {
    const jobId = await create();
    await until(jobId, "VALIDATED");
    await api().start({ ...here(), jobId });
    await until(jobId, "RUNNING");
    Object.assign(there(), { status: "SUCCESS", fine_tuned_model: `made-${jobId}`, trained_tokens: 1_000_000 });
    await api().cancel({ ...here(), jobId });
    expect(await until(jobId, "SUCCESS", "CANCELLED")).toMatchObject({ status: "SUCCESS", cost: 2_000_000 });
  });

  test("at the model server, it says so", async () => {
    const jobId = await create();
    await until(jobId, "VALIDATED");
    there().status = "CANCELLED";
    expect(await until(jobId, "CANCELLED")).toMatchObject({ failure: "It was cancelled at the model server." });
  });

  test("with its workspace", async () => {
    const jobId = await create();
    await until(jobId, "VALIDATED");
    await api().start({ ...here(), jobId });
    await until(jobId, "RUNNING");
    await owner`update workspaces set deleted_at = now() where id = ${acme.id}`;
    for (let round = 0; round < 3; round++) {
      await due(jobId);
      await advanceDue(openStored);
    }
    expect(there().status).toBe("CANCELLED");
    expect((await owner`select status from fine_tuning_jobs where id = ${jobId}`)[0]?.status).toBe("CANCELLED");
  });
});

describe("failed", () => {
  test("a file that is no good fails with the line, by the name people know", async () => {
    const jobId = await create();
    trainer.validatesTo = { status: "FAILED_VALIDATION", failure: `${jobId}-${file}.jsonl: Line 3 is not JSON.` };
    const job = await until(jobId, "FAILED_VALIDATION");
    expect(job).toMatchObject({ failure: "train.jsonl: Line 3 is not JSON.", cost: 0 });
    expect(job.events.at(-1)?.data).toMatchObject({ status: "FAILED_VALIDATION", error: job.failure });
    expect(trainer.files.size).toBe(0);
  });

  test("a training that fails costs nothing", async () => {
    const jobId = await create();
    await until(jobId, "VALIDATED");
    await api().start({ ...here(), jobId });
    await until(jobId, "RUNNING");
    Object.assign(there(), { status: "FAILED", failure: "Out of memory.", trained_tokens: 500_000 });
    expect(await until(jobId, "FAILED")).toMatchObject({ failure: "Out of memory.", cost: 0 });
    expect([...(await ledger())]).toMatchObject([{ status: 500, error_code: "failed", cost: 0 }]);
  });

  test("a job that the model server has forgotten", async () => {
    const jobId = await create();
    await until(jobId, "VALIDATED");
    trainer.jobs.clear();
    expect((await until(jobId, "FAILED")).failure).toMatch(/no longer knows this job/);
  });

  test("a file that was deleted before it was sent", async () => {
    await owner`update files set deleted_at = now() where id = ${file}`;
    const other = await storedFile(owner, acme.id, { filename: "gone.jsonl" });
    const { jobId } = await api().create({ ...here(), model: "small", trainingFiles: [other] });
    const nothing = () => Promise.reject(Object.assign(new Error("gone"), { name: "NoSuchObject" }));
    await advanceDue(nothing);
    expect(await get(jobId)).toMatchObject({
      status: "FAILED",
      failure: "The file gone.jsonl was deleted before it could be sent to the model server.",
    });
  });

  test("a model server that refuses the job says why", async () => {
    fault("POST", /jobs$/, 422, 1, { detail: [{ loc: ["body"], msg: "learning_rate is too high" }] });
    const jobId = await create();
    expect((await until(jobId, "FAILED_VALIDATION")).failure).toBe(
      "The model server did not take the job: learning_rate is too high",
    );
    expect(trainer.files.size).toBe(0);
  });

  test("a model server that has no fine-tuning API any more", async () => {
    const jobId = await create();
    trainer.hasFineTuning = false;
    expect((await until(jobId, "FAILED")).failure).toBe("The model server “default” has no fine-tuning API.");
  });

  test("a model server that stays away is given up after six hours, and is not paid", async () => {
    const jobId = await create();
    await until(jobId, "VALIDATED");
    await api().start({ ...here(), jobId });
    await until(jobId, "RUNNING");
    await trainer.stop();
    await due(jobId);
    await advanceDue(openStored);
    expect(await get(jobId)).toMatchObject({ status: "RUNNING", attempts: 1 });
    await owner`update fine_tuning_jobs set attempts = 364 where id = ${jobId}`;
    await due(jobId);
    await advanceDue(openStored);
    await trainer.restart();
    const job = await get(jobId);
    expect(job).toMatchObject({ status: "FAILED", cost: 0 });
    expect(job.failure).toMatch(/has not answered for six hours/);
  });
});

describe("whatever breaks, it is trained once and paid once", () => {
  test.each([
    ["the answer to a file is lost", "POST", /\/files$/, "unanswered"],
    ["a file does not arrive", "POST", /\/files$/, "unheard"],
    ["the answer to the job is lost", "POST", /jobs$/, "unanswered"],
    ["the job does not arrive", "POST", /jobs$/, "unheard"],
    ["the answer to the start is lost", "POST", /start$/, "unanswered"],
    ["the start does not arrive", "POST", /start$/, "unheard"],
    ["the model server is busy", "POST", /start$/, 429],
    ["the model server fails", "GET", /jobs\/[^/]+$/, 500],
    ["an answer is lost", "GET", /jobs\/[^/]+$/, "unanswered"],
  ] as const)("%s", async (_, method, path, kind) => {
    const jobId = await create({ isAutoStart: "on" });
    fault(method, path, kind, 2);
    const job = await until(jobId, "SUCCESS", "FAILED");
    expect(job).toMatchObject({ status: "SUCCESS", cost: 2_000_000 });
    expect(trainer.counts).toEqual({ "POST files": 1, "POST jobs": 1, "POST start": 1 });
    expect(await ledger()).toHaveLength(1);
    expect(await owner`select from models where workspace_id = ${acme.id}`).toHaveLength(1);
  });

  /** A trigger that simulates a power cut: every write of the instance at that point fails. */
  test.each([
    ["noting a file", "fine_tuning_files", "update", "true"],
    ["noting the job", "fine_tuning_jobs", "update", "OLD.upstream_id IS NULL AND NEW.upstream_id IS NOT NULL"],
    ["noting that it is good", "fine_tuning_jobs", "update", "NEW.status = 'VALIDATED' AND OLD.status <> 'VALIDATED'"],
    ["noting that it starts", "fine_tuning_jobs", "update", "NEW.status = 'STARTED' AND OLD.status <> 'STARTED'"],
    ["noting that it runs", "fine_tuning_jobs", "update", "NEW.status = 'RUNNING' AND OLD.status <> 'RUNNING'"],
    ["keeping the model", "models", "insert", "true"],
    ["settling", "usage_hourly", "insert", "true"],
    ["the end", "fine_tuning_jobs", "update", "NEW.ended_at IS NOT NULL"],
  ])("an instance dies at %s", async (what, table, event, when) => {
    const jobId = await create({ isAutoStart: "on" });
    await owner.unsafe(`
      create or replace function die() returns trigger language plpgsql as $$ begin
        if ${when} then raise exception 'dead' using errcode = '58000'; end if; return NEW; end $$;
      create trigger die before ${event} on ${table} for each row execute function die();`);
    try {
      for (let round = 0; round < 8; round++) {
        await due(jobId);
        await advanceDue(openStored);
      }
    } finally {
      await owner.unsafe(`drop trigger die on ${table}`);
    }
    // The status "running" is not recorded when the next report says that the job has ended.
    if (what !== "noting that it runs") expect((await get(jobId)).status).not.toBe("SUCCESS");
    const job = await until(jobId, "SUCCESS", "FAILED");
    expect(job).toMatchObject({ status: "SUCCESS", cost: 2_000_000 });
    expect(trainer.counts).toEqual({ "POST files": 1, "POST jobs": 1, "POST start": 1 });
    expect(await ledger()).toHaveLength(1);
    expect(await owner`select from models where workspace_id = ${acme.id}`).toHaveLength(1);
    const [wrong] = await owner`select rebuild_usage(${acme.id}, false) as n`;
    expect(wrong?.n).toBe(0);
  });

  test("the model server is started anew in the midst of a training, and goes on", async () => {
    const jobId = await create({ isAutoStart: "on" });
    await until(jobId, "RUNNING");
    await trainer.stop();
    for (let round = 0; round < 3; round++) {
      await due(jobId);
      await advanceDue(openStored);
    }
    expect(await get(jobId)).toMatchObject({ status: "RUNNING", attempts: 3 });
    await trainer.restart();
    expect(await until(jobId, "SUCCESS")).toMatchObject({ attempts: 0, cost: 2_000_000 });
    expect(trainer.counts["POST start"]).toBe(1);
  });

  test("two instances side by side never have the same job at once", async () => {
    trainer.stride = 5;
    const jobs = await Promise.all(Array.from({ length: 6 }, () => create({ isAutoStart: "on" })));
    for (let round = 0; round < 60; round++) {
      await owner`update fine_tuning_jobs set next_look_at = now() where workspace_id = ${acme.id} and ended_at is null`;
      await Promise.all([advanceDue(openStored), advanceDue(openStored), advanceDue(openStored)]);
    }
    for (const jobId of jobs) expect(await until(jobId, "SUCCESS")).toMatchObject({ cost: 2_000_000 });
    expect(trainer.counts).toEqual({ "POST files": 6, "POST jobs": 6, "POST start": 6 });
    expect(await ledger()).toHaveLength(6);
  }, 60_000);

  test("an instance that lost its claim while it was sending writes nothing any more", async () => {
    const jobId = await create();
    let release = () => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = advanceDue(async (workspaceId, id) => {
      await slow;
      return openStored(workspaceId, id);
    });
    await expect
      .poll(async () => (await owner`select claimed_until from fine_tuning_jobs where id = ${jobId}`)[0]?.claimed_until)
      .not.toBeNull();
    // The claim expired while the server hung.
    await until(jobId, "VALIDATED");
    release();
    await first;
    expect((await get(jobId)).status).toBe("VALIDATED");
    expect(trainer.counts["POST jobs"]).toBe(1);
  });
});

test("the job that runs in the background follows everything by itself, and stops in order", async () => {
  const running = startFineTuning(openStored);
  const jobId = await create({ isAutoStart: "on" });
  await expect.poll(async () => (await get(jobId)).status, { timeout: 15_000 }).toBe("SUCCESS");
  await running.stop();
});
