import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Job } from "@/server/platform/background";
import { owner } from "@/tests/support/database";
import { ownModel } from "@/tests/support/factories/models";
import { insertRoute } from "@/tests/support/factories/routes";
import { completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { advance, chatLines, newBatch } from "@/tests/support/gateway/batches";
import { startGateway, type TestGateway } from "@/tests/support/gateway/gateway";
import { type Signed, type TestWorkspace, workspace } from "@/tests/support/people";
import { operator as newOperator } from "@/tests/support/procedures/world";

let upstream: FakeModelServer;
let gateway: TestGateway;
let jobs: Job[];
let acme: TestWorkspace;
let operator: Signed;
let key: string;
let servers: Record<string, string | undefined>;
let loadBaseRetirements: () => Promise<void>;
let listAgain: () => Promise<unknown>;

const whole = [{ id: "small", aliases: ["small-latest"] }, { id: "newer" }, { id: "tuned" }];

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
/** Has the servers say what they have now. */
const list = (models: object[]) => {
  upstream.list = models as never;
  return listAgain();
};
const newKey = async (models?: string[]) =>
  (await acme.admin.api.keys.create({ workspace: acme.slug, name: "A key", ...(models && { models }) })).secret;
const statuses = (names: string[], secret = key) =>
  Promise.all(names.map(async (name) => (await ask(name, secret)).status));
const errorOf = async (answer: Response) =>
  ((await answer.json()) as { error: { code: string; message: string } }).error;

beforeAll(async () => {
  upstream = await startModelServer();
  upstream.list = whole as never;
  upstream.answer = json(completion);
  const one = { name: "one", url: upstream.url, tuned: [{ upstream: "tuned", base: "small" }] };
  // One that is off: what it may have is not known.
  const off = { name: "off", url: "http://127.0.0.1:1" };
  servers = { BATCH_CONCURRENCY: "1", MODEL_SERVER_URL: undefined, MODEL_SERVERS: JSON.stringify([one, off]) };
  gateway = await startGateway(servers);
  // The gateway's own copies of these.
  const kept = await import("@/server/models/base-retirement/kept");
  const { watchAnnouncements } = await import("@/server/platform/announcements/announcements");
  jobs = [watchAnnouncements(), kept.watchBaseRetirements()];
  loadBaseRetirements = kept.loadBaseRetirements;
  const { instanceServers } = await import("@/server/model-servers/registry");
  listAgain = () => Promise.all(instanceServers().map((server) => server.refresh()));
  operator = await newOperator();
});
beforeEach(async () => {
  await owner`delete from base_retirements`;
  await loadBaseRetirements();
  acme = await workspace();
  key = await newKey();
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

test("batches wait for the end of a rehearsal, while they are checked and while they run, and end with the model", async () => {
  const client = new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  const get = (id: string) => client.batches.retrieve(id);
  const waiting = { code: "model_retired", message: expect.stringContaining("this is a rehearsal until") };
  const rehearse = async () => {
    await operator.api.instance.rehearseBaseRetirement({ modelId: "small" });
    await loadBaseRetirements();
  };
  const end = async () => {
    await operator.api.instance.endBaseRehearsal({ modelId: "small" });
    await loadBaseRetirements();
  };
  await retire();
  await rehearse();
  const refused = await ask("small");
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(200);
  const id = await newBatch(client, chatLines(3));
  await advance();
  expect(await get(id)).toMatchObject({ status: "validating", errors: null, waiting });
  await end();
  const { lineDoor } = await import("@/server/gateway/batch-lines/line-door");
  let isBegun = false;
  await advance({
    ...lineDoor,
    async answer(...line) {
      if (!isBegun) {
        isBegun = true;
        await rehearse();
      }
      return lineDoor.answer(...line);
    },
  });
  const counts = (completed: number) => ({ request_counts: { total: 3, completed, failed: 0 } });
  expect(await get(id)).toMatchObject({ status: "in_progress", waiting, ...counts(0) });
  await end();
  await advance();
  expect(await get(id)).toMatchObject({ status: "completed", waiting: null, ...counts(3) });
  await comes();
  expect((await ask("small")).headers.get("retry-after")).toBeNull();
  const late = await newBatch(client, chatLines(1));
  await advance();
  expect(await get(late)).toMatchObject({ status: "failed", errors: { data: [{ code: "model_retired" }] } });
});

describe("its server does not list it any more, and another one is off", () => {
  const names = ["small", "small-latest"];

  beforeEach(async () => {
    await retire({ successor: "newer" });
    await comes();
    await list(whole.slice(1));
  });
  afterEach(() => list(whole));

  test("it is refused, or its successor answers, by each of its names", async () => {
    expect(await statuses(names)).toEqual([410, 410]);
    expect((await errorOf(await ask("small-latest"))).message).toContain("Use newer instead.");
    await owner`update base_retirements set afterwards = 'successor'`;
    await loadBaseRetirements();
    expect(await statuses(names)).toEqual([200, 200]);
    // What no end was announced of may be what the other one has.
    expect((await ask("unheard-of")).status).toBe(502);
  });

  test("a key whose list does not have it is refused, whatever would answer", async () => {
    await owner`update base_retirements set afterwards = 'successor'`;
    await loadBaseRetirements();
    expect(await statuses(names, await newKey(["tuned"]))).toEqual([403, 403]);
    expect(await statuses(names, await newKey(["newer"]))).toEqual([403, 403]);
    expect(upstream.asked).toEqual([]);
    expect(await statuses(names, await newKey(["small"]))).toEqual([200, 200]);
    expect(await statuses(names, await newKey(["small-latest"]))).toEqual([403, 200]);
  });

  test("a workspace that might not use it learns nothing of it", async () => {
    await owner`update base_retirements set afterwards = 'successor'`;
    await loadBaseRetirements();
    await owner`update workspaces set allowed_models = '{newer}' where id = ${acme.id}`;
    await expect.poll(() => statuses(names), { timeout: 3_000 }).toEqual([404, 404]);
    expect((await ask("small")).headers.get("sunset")).toBeNull();
    expect((await ask("newer")).status).toBe(200);
  });

  test("an alias that is another model's by now is that one's", async () => {
    await list([{ id: "newer", aliases: ["small-latest"] }, { id: "tuned" }]);
    expect(await statuses(names)).toEqual([410, 200]);
    expect(upstream.asked.map(({ body }) => (body as { model: string }).model)).toEqual(["small-latest"]);
  });
});

test("a workspace that may not use the servers that have it learns nothing of it", async () => {
  await retire({ successor: "newer" });
  await comes();
  await owner`update workspaces set allowed_providers = '{off}' where id = ${acme.id}`;
  await expect.poll(() => statuses(["small", "small-latest"]), { timeout: 3_000 }).toEqual([404, 404]);
});

test("right after a start, when no server has said what it has, it is retired by each of its names", async () => {
  await retire();
  await comes();
  for (const name of ["small-latest", "small"]) {
    const started = await startGateway(servers);
    try {
      const answer = await started.post("/v1/chat/completions", key, { model: name, messages: [] });
      expect([name, answer.status]).toEqual([name, 410]);
    } finally {
      await started.close();
    }
  }
});
