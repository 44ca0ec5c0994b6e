import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Job } from "@/server/platform/background";
import { owner } from "@/tests/support/database";
import { ownModel } from "@/tests/support/factories/models";
import { insertRoute } from "@/tests/support/factories/routes";
import { completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { startGateway, type TestGateway } from "@/tests/support/gateway/gateway";
import { type Signed, type TestWorkspace, workspace } from "@/tests/support/people";
import { operator as newOperator } from "@/tests/support/procedures/world";

let upstream: FakeModelServer;
let gateway: TestGateway;
let jobs: Job[];
let acme: TestWorkspace;
let operator: Signed;
let key: string;
let loadBaseRetirements: () => Promise<void>;

const ask = (model: string, secret = key) =>
  gateway.post("/v1/chat/completions", secret, {
    model,
    messages: [{ role: "user", content: "Hello" }],
    max_tokens: 10,
  });
const retire = async (values: { successor?: string; afterwards?: "refuse" | "successor" } = {}, modelId = "small") => {
  const said = { modelId, retiresOn: "2030-01-31", afterwards: "refuse" as const, ...values };
  await operator.api.instance.setBaseRetirement(said);
  await loadBaseRetirements();
};
/** Lets the day come. */
const comes = async (modelId = "small") => {
  await owner`update base_retirements set retires_at = now() where model_id = ${modelId}`;
  await loadBaseRetirements();
};
const errorOf = async (answer: Response) =>
  ((await answer.json()) as { error: { code: string; message: string } }).error;

beforeAll(async () => {
  upstream = await startModelServer();
  upstream.list = [{ id: "small", aliases: ["small-latest"] }, { id: "newer" }, { id: "tuned" }] as never;
  upstream.answer = json(completion);
  const one = { name: "one", url: upstream.url, tuned: [{ upstream: "tuned", base: "small" }] };
  gateway = await startGateway({ MODEL_SERVER_URL: undefined, MODEL_SERVERS: JSON.stringify([one]) });
  // The gateway's own copies of these.
  const kept = await import("@/server/models/base-retirement/kept");
  const { watchAnnouncements } = await import("@/server/platform/announcements/announcements");
  jobs = [watchAnnouncements(), kept.watchBaseRetirements()];
  loadBaseRetirements = kept.loadBaseRetirements;
  operator = await newOperator();
});
beforeEach(async () => {
  await owner`delete from base_retirements`;
  await loadBaseRetirements();
  acme = await workspace();
  key = (await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" })).secret;
  upstream.asked.length = 0;
});
afterAll(async () => {
  await owner`delete from base_retirements`;
  await Promise.all(jobs.map((job) => job.stop()));
  await gateway.close();
  await upstream.close();
});

test("answers of every workspace say when a base model ends, by any of its names, and so do its card and the list", async () => {
  expect((await ask("small")).headers.get("sunset")).toBeNull();
  await retire();
  for (const name of ["small", "small-latest"]) {
    const answer = await ask(name);
    expect([answer.status, answer.headers.get("sunset")]).toEqual([200, "Thu, 31 Jan 2030 00:00:00 GMT"]);
    expect(answer.headers.get("deprecation")).toMatch(/^@\d+$/);
  }
  const read = (path: string) =>
    fetch(gateway.url + path, { headers: { authorization: `Bearer ${key}` } }).then((it) => it.json());
  const at = { id: "small", deprecation: "2030-01-31T00:00:00.000Z" };
  expect(await read("/v1/models/small")).toMatchObject(at);
  const { data } = await read("/v1/models");
  expect(data).toContainEqual(expect.objectContaining(at));
  expect(data).toContainEqual(expect.objectContaining({ id: "newer", deprecation: null }));
  expect((await ask("newer")).headers.get("deprecation")).toBeNull();
  await operator.api.instance.cancelBaseRetirement({ modelId: "small" });
  await expect.poll(async () => (await ask("small")).headers.get("sunset"), { timeout: 3_000 }).toBeNull();
});

test("from the day on it is refused with the successor's name, or its successor answers; what was made of it goes on", async () => {
  const own = await ownModel(owner, acme.id, { base: "small", modelServer: "one", upstream: "tuned" });
  await retire({ successor: "newer" });
  await comes();
  for (const name of ["small", "small-latest"]) {
    const answer = await ask(name);
    expect(answer.status).toBe(410);
    expect(await errorOf(answer)).toMatchObject({
      code: "model_retired",
      message: expect.stringMatching(/^small was retired on \d{4}-\d\d-\d\d\. Use newer instead\.$/),
    });
  }
  expect((await ask(own)).status).toBe(200);
  const route = await insertRoute(owner, acme.id, acme.admin.person.id, {
    models: [
      { model: "small", weight: 1 },
      { model: "newer", weight: 1 },
    ],
  });
  upstream.asked.length = 0;
  expect((await ask(route)).status).toBe(200);
  await owner`update base_retirements set afterwards = 'successor'`;
  await loadBaseRetirements();
  expect((await ask("small")).status).toBe(200);
  expect(upstream.asked.map(({ body }) => (body as { model: string }).model)).toEqual(["newer", "newer"]);
});

test("a rehearsal does what the day will do, everywhere, and ends by itself", async () => {
  await retire({ successor: "newer" });
  await operator.api.instance.rehearseBaseRetirement({ modelId: "small" });
  await expect(operator.api.instance.rehearseBaseRetirement({ modelId: "small" })).rejects.toThrow();
  // Announced to every instance: nothing is loaded here.
  await expect.poll(async () => (await ask("small")).status, { timeout: 3_000 }).toBe(410);
  expect((await errorOf(await ask("small"))).message).toContain("this is a rehearsal until");
  // Without another announcement.
  await owner`alter table base_retirements disable trigger announce_change`;
  await owner`update base_retirements set rehearsal_ends_at = now() + interval '700 milliseconds'`;
  await owner`alter table base_retirements enable trigger announce_change`;
  await loadBaseRetirements();
  expect((await ask("small")).status).toBe(410);
  await expect.poll(async () => (await ask("small")).status, { timeout: 3_000 }).toBe(200);
});
