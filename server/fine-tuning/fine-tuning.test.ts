import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { storedFile, storedJob } from "@/tests/support/factories/fine-tuning";
import { startTrainingServer, type TrainingServer } from "@/tests/support/fakes/training-server";
import { asking, startMeters, stopMeters, type TestMeter } from "@/tests/support/gateway/meters";
import { memberOf, reasonOf, type TestWorkspace, workspace } from "@/tests/support/people";

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
  acme = await workspace();
  file = await storedFile(owner, acme.id);
});

const api = () => acme.admin.api.fineTuning;
const here = () => ({ workspace: acme.slug });
const asked = (more: object = {}) => ({ ...here(), model: "small", trainingFiles: [file], ...more });
const rowOf = async (id: string) => (await owner`select * from fine_tuning_jobs where id = ${id}`)[0];
const audited = async () =>
  (
    await owner`select action from audit_events where workspace_id = ${acme.id} and action like 'fine_tuning%' order by at`
  ).map(({ action }) => action);
const fieldsOf = async (asking: Promise<unknown>) => {
  const error = await asking.then(
    () => undefined,
    (thrown) => thrown,
  );
  const { refusalOf } = await import("@/server/api/trpc");
  return refusalOf(error).fields;
};

test("a job is created with defaults, one audit row and its first event", async () => {
  const { jobId } = await api().create(asked({ suffix: "support-bot" }));
  const job = await api().get({ ...here(), jobId });
  expect(job).toMatchObject({
    ...{ id: jobId, status: "QUEUED", model: "small", suffix: "support-bot", isAutoStart: false },
    hyperparameters: { training_steps: 100, learning_rate: 0.0001 },
    ...{ createdByName: acme.admin.person.name, trainingFiles: [file], modelServer: "default", cost: null },
    files: [{ id: file, filename: "train.jsonl", use: "training", weight: 1, isDeleted: false }],
    events: [{ name: "status-updated", data: { status: "QUEUED" } }],
  });
  expect(job.estimatedCost).toBe(2 * Math.ceil(job.files[0] ? job.files[0].bytes / 4 : 0));
  expect(await audited()).toEqual(["fine_tuning.created"]);
  expect(trainer.counts["POST files"]).toBeUndefined();
});

test("what is wrong is said at its field", async () => {
  expect(await fieldsOf(api().create(asked({ model: "nothing" })))).toEqual({
    model: "There is no base model nothing.",
  });
  expect(await fieldsOf(api().create(asked({ model: "fixed" })))).toEqual({
    model: "fixed cannot be fine-tuned: its model server does not offer that for it.",
  });
  expect(await fieldsOf(api().create(asked({ trainingFiles: [""] })))).toHaveProperty("trainingFiles");
  expect(await fieldsOf(api().create(asked({ suffix: "a b" })))).toHaveProperty("suffix");
  expect(await fieldsOf(api().create(asked({ steps: "100001" })))).toEqual({ steps: "At most 100,000 steps." });
  expect(await fieldsOf(api().create(asked({ learningRate: "2" })))).toHaveProperty("learningRate");
  const batch = await storedFile(owner, acme.id, { purpose: "batch", filename: "b.jsonl" });
  expect(await fieldsOf(api().create(asked({ trainingFiles: batch })))).toEqual({
    trainingFiles: "b.jsonl was not uploaded for fine-tuning.",
  });
  expect(await audited()).toEqual([]);
});

test("V1-03 a file of another workspace, another member's private one and a deleted one are answered like one that never was", async () => {
  const other = await workspace();
  const theirs = await storedFile(owner, other.id);
  const member = await memberOf(acme, "developer");
  const own = await storedFile(owner, acme.id, { uploadedBy: member.person.id, visibility: "user" });
  const gone = await storedFile(owner, acme.id);
  await owner`update files set deleted_at = now() where id = ${gone}`;
  for (const id of [theirs, own, gone, crypto.randomUUID()]) {
    expect(await reasonOf(api().create(asked({ trainingFiles: [id] })))).toBe("not_found");
    expect(await reasonOf(api().dryRun(asked({ trainingFiles: [id] })))).toBe("not_found");
  }
  const { jobId } = await member.api.fineTuning.create(asked({ trainingFiles: [own] }));
  expect((await api().get({ ...here(), jobId })).files).toMatchObject([{ id: own, filename: null }]);
  expect((await member.api.fineTuning.get({ ...here(), jobId })).files).toMatchObject([{ filename: "train.jsonl" }]);
});

test("a model server without a fine-tuning API says so before anything is sent", async () => {
  const without = await startTrainingServer();
  without.hasFineTuning = false;
  const { baseFor } = await import("./bases");
  const { modelServers } = await import("@/server/model-servers/registry");
  const [server] = modelServers();
  const { url } = server?.settings ?? {};
  const { hasFineTuning } = await import("./upstream");
  const settings = { name: "other", url: without.url };
  const { ModelServer } = await import("@/server/model-servers/client");
  expect(url).toBe(trainer.url);
  expect(await hasFineTuning(new ModelServer(settings))).toBe(false);
  expect(await baseFor("small", acme.id)).toMatchObject({ id: "small", upstream: "small", contextLength: 4_096 });
  await without.close();
  await expect(hasFineTuning(new ModelServer(settings))).rejects.toMatchObject({ name: "UpstreamDown" });
});

test("IS-02 a dry run says what the model server counts, keeps no copy there and creates nothing", async () => {
  const before = trainer.files.size;
  const said = await import("./dry-run");
  const { baseFor } = await import("./bases");
  const { requestOf, describeJob } = await import("./input");
  const read = requestOf(describeJob.parse({ model: "small", trainingFiles: [file], steps: 40 }));
  if ("error" in read) throw new Error(read.error);
  const { openStored } = await import("@/tests/support/factories/fine-tuning");
  const files = [{ id: file, bytes: 121, isTrainedOn: true }];
  const [row] = await owner`select bytes::int from files where id = ${file}`;
  const outcome = await said.dryRun(
    acme.id,
    read.request,
    await baseFor("small", acme.id),
    [{ ...files[0], id: file, bytes: row?.bytes, isTrainedOn: true }],
    openStored,
  );
  expect(outcome).toEqual({
    ...{ trainTokens: 1_000_000, steps: 40, seconds: 7, cost: 2_000_000, by: "model-server", objection: null },
  });
  await expect.poll(() => trainer.files.size).toBe(before);
  // The stored bytes cannot be read, so the size is used.
  const bySize = await api().dryRun(asked());
  expect(bySize).toMatchObject({ by: "size", trainTokens: Math.ceil(row?.bytes / 4), currency: "EUR" });
  expect(await owner`select from fine_tuning_jobs where workspace_id = ${acme.id}`).toHaveLength(0);
});

describe("starting", () => {
  test("takes what it may cost from the limits on spend, and from none a minute", async () => {
    await acme.admin.api.limits.setRate({ ...here(), model: "", tokensPerMinute: "10" });
    const jobId = await storedJob(owner, acme.id);
    await api().start({ ...here(), jobId });
    expect(await rowOf(jobId)).toMatchObject({ status: "STARTED", estimated_cost: "2000000" });
    const counters =
      await owner`select subject, reserved::int from spend_counters where workspace_id = ${acme.id} order by 1`;
    expect([...counters]).toEqual([
      { subject: `member:${acme.admin.person.id}`, reserved: 2_000_000 },
      { subject: "workspace", reserved: 2_000_000 },
    ]);
    expect(await owner`select from rate_buckets where key like ${`v1:tokens:${acme.id}%`}`).toHaveLength(0);
    expect(await audited()).toEqual(["fine_tuning.started"]);
  });

  test.each(["workspace", "member"])("is refused by the limit of the %s in the words of limits", async (whose) => {
    const member = await memberOf(acme, "developer");
    if (whose === "workspace") await acme.admin.api.billing.setLimit({ ...here(), limit: "1.99" });
    else await acme.admin.api.billing.setMemberLimit({ ...here(), userId: member.person.id, limit: "1.99" });
    const jobId = await storedJob(owner, acme.id);
    const refused = member.api.fineTuning.start({ ...here(), jobId });
    await expect(refused).rejects.toThrow(
      /^The (workspace|member)'s spending limit of 1\.99 EUR a month is reached, or would be by this/,
    );
    expect(await reasonOf(member.api.fineTuning.start({ ...here(), jobId }))).toBe("spend_limit");
    expect((await rowOf(jobId))?.status).toBe("VALIDATED");
    expect(await audited()).toEqual([]);
    expect(await owner`select from usage_reservations where workspace_id = ${acme.id}`).toHaveLength(0);
  });

  test("has instances give back what they have leased and do not use", async () => {
    await acme.admin.api.billing.setLimit({ ...here(), limit: "2.0001" });
    const [instance] = (await startMeters(owner, 1)) as [TestMeter];
    try {
      const request = asking(acme.id);
      expect(await instance.reserve(request)).toMatchObject({ isGranted: true });
      instance.settle(request.id);
      await instance.meter.settled();
      const [counter] =
        await owner`select spent::int, reserved::int from spend_counters where workspace_id = ${acme.id} and subject = 'workspace'`;
      expect(counter?.spent + counter?.reserved).toBeGreaterThan(100);
      const jobId = await storedJob(owner, acme.id);
      await api().start({ ...here(), jobId });
      expect(await rowOf(jobId)).toMatchObject({ status: "STARTED" });
      // Reservations of a job under way are not released.
      const other = await storedJob(owner, acme.id);
      expect(await reasonOf(api().start({ ...here(), jobId: other }))).toBe("spend_under_way");
    } finally {
      await stopMeters();
    }
  });

  test("by itself is refused at once when it would not fit, and takes nothing yet when it does", async () => {
    await acme.admin.api.billing.setLimit({ ...here(), limit: "0" });
    expect(await reasonOf(api().create(asked({ isAutoStart: "on" })))).toBe("spend_limit");
    await acme.admin.api.billing.setLimit({ ...here(), limit: "5" });
    await api().create(asked({ isAutoStart: "on" }));
    expect(await owner`select from usage_reservations where workspace_id = ${acme.id}`).toHaveLength(0);
    expect(await owner`select from spend_counters where workspace_id = ${acme.id} and reserved > 0`).toHaveLength(0);
  });

  test.each([
    ["QUEUED", "job_not_validated"],
    ["VALIDATING", "job_not_validated"],
    ["STARTED", "job_started"],
    ["RUNNING", "job_started"],
    ["CANCELLATION_REQUESTED", "job_cancelling"],
    ["SUCCESS", "job_ended"],
    ["FAILED", "job_ended"],
    ["FAILED_VALIDATION", "job_ended"],
    ["CANCELLED", "job_ended"],
  ] as const)("a job that is %s is refused as %s", async (status, reason) => {
    const jobId = await storedJob(owner, acme.id, { status });
    expect(await reasonOf(api().start({ ...here(), jobId }))).toBe(reason);
    expect(await audited()).toEqual([]);
  });
});

test("a job is cancelled once, and not after its end", async () => {
  const jobId = await storedJob(owner, acme.id, { status: "RUNNING" });
  await api().cancel({ ...here(), jobId });
  expect(await reasonOf(api().cancel({ ...here(), jobId }))).toBe("job_cancelling");
  expect(await audited()).toEqual(["fine_tuning.cancel_requested"]);
  for (const status of ["SUCCESS", "FAILED", "CANCELLED"] as const) {
    const ended = await storedJob(owner, acme.id, { status });
    expect(await reasonOf(api().cancel({ ...here(), jobId: ended }))).toBe("job_ended");
  }
});

test("of two who start and two who cancel at once, one of each at most is heard, and what is reserved is what was started", async () => {
  const second = await memberOf(acme, "developer");
  for (let round = 0; round < 60; round++) {
    const jobId = await storedJob(owner, acme.id);
    const input = { ...here(), jobId };
    const tried = await Promise.allSettled([
      api().start(input),
      second.api.fineTuning.cancel(input),
      second.api.fineTuning.start(input),
      api().cancel(input),
    ]);
    const [one, cancelled, other, alsoCancelled] = tried.map(({ status }) => status === "fulfilled");
    const events =
      await owner`select data ->> 'status' as status from fine_tuning_events where job_id = ${jobId} order by number`;
    const reserved = await owner`select from usage_reservations where id = ${jobId}`;
    expect([cancelled, alsoCancelled].filter(Boolean)).toHaveLength(1);
    expect([one, other].filter(Boolean).length).toBe(reserved.length);
    expect(reserved.length).toBeLessThanOrEqual(1);
    expect(events.map(({ status }) => status)).toEqual([
      ...(one || other ? ["STARTED"] : []),
      "CANCELLATION_REQUESTED",
    ]);
    const [row] = await owner`select count(*)::int as n from audit_events where target_id = ${jobId}`;
    expect(row?.n).toBe(tried.filter(({ status }) => status === "fulfilled").length);
  }
}, 60_000);

test("jobs are listed newest first, a page at a time, by state, model, suffix, time and maker", async () => {
  const member = await memberOf(acme, "developer");
  for (let i = 0; i < 30; i++) await storedJob(owner, acme.id, { createdBy: i % 3 === 0 ? member.person.id : null });
  const ended = await storedJob(owner, acme.id, { status: "FAILED" });
  const first = await api().list(here());
  expect([first.rows.length, first.total, first.models]).toEqual([25, 31, ["small"]]);
  expect(first.rows[0]?.id).toBe(ended);
  const second = await api().list({ ...here(), after: first.next ?? "" });
  expect(second.rows).toHaveLength(6);
  expect((await api().list({ ...here(), before: second.previous ?? "" })).rows).toEqual(first.rows);
  expect((await api().list({ ...here(), status: "FAILED" })).rows.map(({ id }) => id)).toEqual([ended]);
  expect((await api().list({ ...here(), model: "large" })).rows).toEqual([]);
  expect((await api().list({ ...here(), suffix: "none" })).rows).toEqual([]);
  expect((await api().list({ ...here(), createdBefore: "2020-01-01T00:00:00Z" })).rows).toEqual([]);
  expect((await api().list({ ...here(), createdAfter: "2020-01-01T00:00:00Z" })).rows).toHaveLength(25);
  expect((await member.api.fineTuning.list({ ...here(), isMine: "on" })).rows).toHaveLength(10);
});

test("a workspace has at most 50 jobs that have not ended", async () => {
  for (let i = 0; i < 50; i++) await storedJob(owner, acme.id);
  expect(await reasonOf(api().create(asked()))).toBe("too_many_jobs");
  await owner`update fine_tuning_jobs set status = 'CANCELLED', ended_at = now() where workspace_id = ${acme.id}`;
  await api().create(asked());
});

test("what can be chosen are bases that can be tuned and files that one may see", async () => {
  const member = await memberOf(acme, "developer");
  await storedFile(owner, acme.id, { uploadedBy: member.person.id, visibility: "user", filename: "own.jsonl" });
  await storedFile(owner, acme.id, { purpose: "batch" });
  const seen = await api().choices(here());
  expect(seen.bases?.map(({ id }) => id)).toEqual(["small"]);
  expect(seen.files.map(({ filename }) => filename)).toEqual(["train.jsonl"]);
  expect((await member.api.fineTuning.choices(here())).files.map(({ filename }) => filename)).toEqual([
    "own.jsonl",
    "train.jsonl",
  ]);
});
