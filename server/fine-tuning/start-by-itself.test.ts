import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { openStored, storedFile } from "@/tests/support/factories/fine-tuning";
import { startTrainingServer, type TrainingServer } from "@/tests/support/fakes/training-server";
import { memberOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";
import { advanceDue } from "./job";

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
  Object.assign(trainer, { counts: {}, jobs: new Map(), files: new Map() });
  acme = await workspace();
  file = await storedFile(owner, acme.id);
});

const api = () => acme.admin.api.fineTuning;
const here = () => ({ workspace: acme.slug });
const asked = () => ({
  ...here(),
  ...{ model: "small", trainingFiles: [file], agreedTokens: 1_000_000, isAutoStart: "on" as const },
});
const get = (jobId: string) => api().get({ ...here(), jobId });
const ledger = () => owner`select id from usage_ledger where workspace_id = ${acme.id}`;
const due = (jobId: string) =>
  owner`update fine_tuning_jobs set next_look_at = now(), claimed_until = null where id = ${jobId} and ended_at is null`;

/** Runs rounds, with everything due at once, until a job is so. */
async function until(jobId: string, wanted: string): Promise<void> {
  for (let round = 0; round < 40; round++) {
    if ((await get(jobId)).status === wanted) return;
    await due(jobId);
    await advanceDue(openStored);
  }
  throw new Error(`it never became ${wanted}: ${(await get(jobId)).status}`);
}

describe("IS-14 a training begins by itself only while who asked for it still may", () => {
  const update = (userId: string, set: object) =>
    owner`update memberships set ${owner(set)} where workspace_id = ${acme.id} and user_id = ${userId}`;

  /** Runs rounds until the job waits to be started, and returns why. */
  async function whyItWaits(jobId: string): Promise<unknown> {
    await until(jobId, "VALIDATED");
    await due(jobId);
    await advanceDue(openStored);
    const { status, isAutoStart, events } = await get(jobId);
    expect([status, isAutoStart, trainer.counts["POST start"]]).toEqual(["VALIDATED", false, undefined]);
    expect(await ledger()).toEqual([]);
    return events.at(-1);
  }
  const refused = (message: string) => ({ name: "start-refused", data: { message } });
  const [gone, lower] = [
    "The person who created it is no longer a member of this workspace.",
    "The person who created it may no longer fine-tune models.",
  ];

  test.each<[string, string, (dev: Signed) => Promise<unknown>]>([
    [
      "is removed",
      gone,
      ({ person }) => acme.admin.api.members.remove({ ...here(), userId: person.id, keys: "revoke" }),
    ],
    ["is a Viewer", lower, ({ person }) => update(person.id, { role: "viewer" })],
    [
      "is kept out by an operator",
      gone,
      ({ person }) => owner`update users set deactivated_at = now() where id = ${person.id}`,
    ],
  ])("its creator %s", async (_, message, take) => {
    const dev = await memberOf(acme, "developer");
    const { jobId } = await dev.api.fineTuning.create(asked());
    await take(dev);
    expect(await whyItWaits(jobId)).toMatchObject(refused(message));
    // Who has the right starts it by hand.
    await api().start({ ...here(), jobId });
    await until(jobId, "SUCCESS");
  });

  test.each<[string, string, object]>([
    [
      "has lost the scope",
      "The key that it was created with no longer has the scope fine-tuning.",
      { scopes: ["chat"] },
    ],
    [
      "is for other models",
      "The key that it was created with may no longer use the model small.",
      { models: ["large"] },
    ],
    ["was revoked", "The key that it was created with no longer works.", { revoked_at: new Date() }],
  ])("its key %s", async (_, message, set) => {
    const { id: keyId } = await acme.admin.api.keys.create({ ...here(), name: "A key" });
    const { jobId } = await api().create(asked());
    await owner`update fine_tuning_jobs set key_id = ${keyId} where id = ${jobId}`;
    await owner`update api_keys set ${owner(set as never)} where id = ${keyId}`;
    expect(await whyItWaits(jobId)).toMatchObject(refused(message));
  });
});
