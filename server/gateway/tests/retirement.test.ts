import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Job } from "@/server/platform/background";
import { owner } from "@/tests/support/database";
import { ownModel, shareModel } from "@/tests/support/factories/models";
import { insertRoute } from "@/tests/support/factories/routes";
import { completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { advance, chatLine, newBatch } from "@/tests/support/gateway/batches";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { memberOf, type TestWorkspace, workspace } from "@/tests/support/people";

const messages = [{ role: "user", content: "Hello" }];

let upstream: FakeModelServer;
let gateway: TestGateway;
let watch: Job;
let acme: TestWorkspace;
let key: string;
let old: string;

const newKey = async (of: TestWorkspace, more: object = {}) =>
  (await of.admin.api.keys.create({ workspace: of.slug, name: "A key", ...more } as never)).secret as string;
const ask = (model: string, secret = key) =>
  gateway.post("/v1/chat/completions", secret, { model, messages, max_tokens: 10 });
const retire = (values: { successor?: string; afterwards?: "refuse" | "successor" } = {}, modelId = old) =>
  acme.admin.api.models.setRetirement({
    ...{ workspace: acme.slug, modelId, retiresOn: "2030-01-31", afterwards: "refuse", ...values },
  });
/** Lets the day come. */
const comes = (modelId = old) =>
  owner`update model_retirements set retires_at = now() where workspace_id = ${acme.id} and model_id = ${modelId}`;
/** A change is announced to the gateway, perhaps only after the next request. */
const soon = { timeout: 5_000 };
const becomes = (status: number, model = old, secret = key) =>
  expect.poll(async () => (await ask(model, secret)).status, soon).toBe(status);
const isToldToEnd = (model = old, secret = key) =>
  expect.poll(async () => (await ask(model, secret)).headers.get("sunset"), soon).not.toBeNull();
const errorOf = async (answer: Response) =>
  ((await answer.json()) as { error: { code: string; message: string } }).error;

beforeAll(async () => {
  upstream = await startModelServer();
  upstream.list = [{ id: "small", max_model_len: 8_192 }, { id: "tuned" }, { id: "newer" }];
  upstream.answer = json(completion);
  gateway = await startGatewayTo([
    {
      name: "one",
      url: upstream.url,
      tuned: [
        { upstream: "tuned", base: "small" },
        { upstream: "newer", base: "small" },
      ],
    },
  ]);
  watch = (await import("@/server/platform/announcements/announcements")).watchAnnouncements();
});
beforeEach(async () => {
  await owner`update models set deleted_at = now() where deleted_at is null`;
  acme = await workspace();
  [key, old] = await Promise.all([newKey(acme), ownModel(owner, acme.id, { modelServer: "one", upstream: "tuned" })]);
  upstream.asked.length = 0;
});
afterAll(async () => {
  await watch.stop();
  await gateway.close();
  await upstream.close();
});

/** Has the batch go on until it is done. */
const isDone = (client: OpenAI, id: string) =>
  expect
    .poll(async () => {
      await advance();
      return client.batches.retrieve(id);
    }, soon)
    .toMatchObject({ status: "completed", request_counts: { completed: 1 } });

test("answers say when a model ends, its card too, and it goes on until then", async () => {
  expect((await ask(old)).headers.get("sunset")).toBeNull();
  await retire();
  const [row] = await owner`select announced_at from model_retirements where model_id = ${old}`;
  await isToldToEnd();
  const answer = await ask(old);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("deprecation")).toBe(`@${Math.floor(row?.announced_at.getTime() / 1_000)}`);
  expect(answer.headers.get("sunset")).toBe("Thu, 31 Jan 2030 00:00:00 GMT");
  const read = (path: string) =>
    fetch(gateway.url + path, { headers: { authorization: `Bearer ${key}` } }).then((it) => it.json());
  const at = { id: old, deprecation: "2030-01-31T00:00:00.000Z" };
  expect(await read(`/v1/models/${old}`)).toMatchObject(at);
  expect((await read("/v1/models")).data).toContainEqual(expect.objectContaining(at));
  expect((await ask("small")).headers.get("deprecation")).toBeNull();
});

test("from the day on it is refused by an error that names a successor the caller may use, and no other", async () => {
  await retire({ successor: "small" });
  await comes();
  const answer = await ask(old);
  expect([answer.status, answer.headers.get("x-should-retry")]).toEqual([410, "false"]);
  expect(answer.headers.get("sunset")).not.toBeNull();
  expect(await errorOf(answer)).toMatchObject({
    code: "model_retired",
    message: expect.stringMatching(/^ft:\S+ was retired on \d{4}-\d\d-\d\d\. Use small instead\.$/),
  });
  expect(upstream.asked).toEqual([]);
  const dev = await memberOf(acme, "developer");
  const hidden = await ownModel(owner, acme.id, {
    ...{ modelServer: "one", upstream: "newer", visibility: "private", createdBy: dev.person.id },
  });
  await owner`update model_retirements set successor = ${hidden} where model_id = ${old}`;
  const message = async () => (await errorOf(await ask(old))).message;
  await expect.poll(message, soon).not.toContain("Use small");
  expect(await message()).not.toContain(hidden);
  // One who may not use the model learns nothing of it.
  await owner`update models set visibility = 'private', created_by = ${dev.person.id} where id = ${old}`;
  await becomes(404);
  expect((await ask(old)).headers.get("sunset")).toBeNull();
});

test("or its successor answers, also for a key that is for the old one only, and where the old one runs no more", async () => {
  const only = await newKey(acme, { models: [old] });
  await retire({ successor: "small", afterwards: "successor" });
  await comes();
  upstream.list = (upstream.list as { id: string }[]).filter(({ id }) => id !== "tuned");
  const answer = await ask(old, only);
  expect([answer.status, answer.headers.get("deprecation") === null]).toEqual([200, false]);
  expect(upstream.asked.at(-1)?.body).toMatchObject({ model: "small" });
  await expect
    .poll(async () =>
      (await owner`select model from usage_ledger where workspace_id = ${acme.id}`).map(({ model }) => model),
    )
    .toEqual(["small"]);
  expect((await ask("small", only)).status).toBe(403);
  upstream.list.push({ id: "tuned" });
});

test("two that name each other are refused, and a retired model of a route is passed over", async () => {
  const other = await ownModel(owner, acme.id, { modelServer: "one", upstream: "newer" });
  await retire({ successor: other, afterwards: "successor" });
  await retire({ successor: old, afterwards: "successor" }, other);
  const route = await insertRoute(owner, acme.id, acme.admin.person.id, {
    models: [old, "small"].map((model) => ({ model, weight: 1 })),
  });
  await comes();
  await comes(other);
  expect((await ask(old)).status).toBe(410);
  const answer = await ask(route);
  expect([answer.status, answer.headers.get("x-atelier-model")]).toEqual([200, "small"]);
});

test("a route is retired likewise, to another route", async () => {
  const [from, to] = [
    await insertRoute(owner, acme.id, acme.admin.person.id),
    await insertRoute(owner, acme.id, acme.admin.person.id),
  ];
  await retire({ successor: to }, from);
  expect((await ask(from)).headers.get("sunset")).not.toBeNull();
  await comes(from);
  await becomes(410, from);
  expect((await errorOf(await ask(from))).message).toContain(`Use ${to} instead`);
  await owner`update model_retirements set afterwards = 'successor' where model_id = ${from}`;
  await becomes(200, from);
  const answer = await ask(from);
  expect([answer.status, answer.headers.get("x-atelier-route")]).toEqual([200, to]);
});

test("where a model is shared it ends as well", async () => {
  const other = await workspace();
  await shareModel(owner, { from: acme.id, to: other.id, id: old, by: acme.admin.person.id });
  const theirs = await newKey(other);
  expect((await ask(old, theirs)).status).toBe(200);
  await retire();
  await isToldToEnd(old, theirs);
  await comes();
  await becomes(410, old, theirs);
});

test("a rehearsal refuses for its time, ends by itself on an instance that hears nothing more, and can be ended at once", async () => {
  await retire({ successor: "small" });
  const at = { workspace: acme.slug, modelId: old };
  await acme.admin.api.models.rehearseRetirement(at);
  const answer = await ask(old);
  expect(answer.status).toBe(410);
  expect((await errorOf(answer)).message).toContain("this is a rehearsal until");
  await acme.admin.api.models.endRehearsal(at);
  await becomes(200);
  await acme.admin.api.models.rehearseRetirement(at);
  await becomes(410);
  await owner`update model_retirements set rehearsal_ends_at = now() + interval '1 second' where model_id = ${old}`;
  await becomes(200);
  expect((await acme.admin.api.models.retirement(at)).retirement?.rehearsalEndsAt).toBeNull();
});

test("a batch waits while a rehearsal refuses its lines, and goes on by itself afterwards", async () => {
  const client = new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  const at = { workspace: acme.slug, modelId: old };
  await retire({ successor: "small" });
  await acme.admin.api.models.rehearseRetirement(at);
  const id = await newBatch(client, [chatLine("one", {}, { model: old })]);
  await advance();
  expect(await client.batches.retrieve(id)).toMatchObject({ status: "validating", waiting: { code: "model_retired" } });
  await acme.admin.api.models.endRehearsal(at);
  await isDone(client, id);
});

test("a route of which every model's end is rehearsed says until when, and its batches wait and say so", async () => {
  const client = new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  const other = await ownModel(owner, acme.id, { modelServer: "one", upstream: "newer" });
  const route = await insertRoute(owner, acme.id, null, {
    models: [old, other].map((model) => ({ model, weight: 1 })),
  });
  for (const modelId of [old, other]) {
    await retire({}, modelId);
    await acme.admin.api.models.rehearseRetirement({ workspace: acme.slug, modelId });
  }
  // The first of them is there again after two minutes, and so is the route.
  await owner`update model_retirements set rehearsal_ends_at = now() + interval '2 minutes' where model_id = ${other}`;
  const refusal = async () => {
    const answer = await ask(route);
    return { seconds: Number(answer.headers.get("retry-after")), ...(await errorOf(answer)) };
  };
  const isNear = async () => Math.abs((await refusal()).seconds - 110) <= 10;
  await expect.poll(isNear, soon).toBe(true);
  const refused = await refusal();
  expect(refused).toMatchObject({
    code: "route_unavailable",
    message: expect.stringMatching(/rehearsed until .* UTC/),
  });
  const id = await newBatch(client, [chatLine("one", {}, { model: route })]);
  await advance();
  const waiting = { code: "route_unavailable", message: refused.message };
  expect(await client.batches.retrieve(id)).toMatchObject({ status: "validating", errors: null, waiting });
  await acme.admin.api.models.endRehearsal({ workspace: acme.slug, modelId: other });
  await isDone(client, id);
});

test("a call asks the database nothing about it", async () => {
  await retire();
  expect((await ask(old)).headers.get("sunset")).not.toBeNull();
  // A call that asks meanwhile fails.
  await owner`alter table model_retirements rename to elsewhere`;
  try {
    for (let i = 0; i < 3; i++) expect((await ask(old)).headers.get("sunset")).not.toBeNull();
  } finally {
    await owner`alter table elsewhere rename to model_retirements`;
  }
});
