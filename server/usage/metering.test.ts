import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { memberOf, workspace } from "@/tests/support/people";
import { type Outcome, type Reservation, reserve, settle, settled } from "./metering";
import { settleLapsed } from "./reservations-job";

process.env.PRICES = JSON.stringify([{ model: "m", from: "2026-01-01", input: "1", output: "2" }]);
process.env.DATABASE_POOL = "10";

type Place = Awaited<ReturnType<typeof freshWorkspace>>;

let acme: Place;
let keyId: string;

async function freshWorkspace() {
  const made = await workspace();
  const [row] = await owner`select id from workspaces where slug = ${made.slug}`;
  return { ...made, id: row?.id as string };
}

const newKey = async (where: Place) => (await where.admin.api.keys.create({ workspace: where.slug, name: "A key" })).id;

beforeEach(async () => {
  acme = await freshWorkspace();
  keyId = await newKey(acme);
});

/** Returns a request of 20 tokens in and 20 out at most: 60 micro-units. */
const asking = (more: Partial<Reservation> = {}): Reservation => ({
  ...{ id: randomUUID(), workspaceId: acme.id, keyId, memberId: acme.admin.person.id, model: "m", upstreamModel: "m" },
  ...{ operation: "chat", isStreamed: false, promptTokens: 20, completionTokens: 20, seconds: 60, ...more },
});

const done = (more: Partial<Outcome> = {}): Outcome => ({
  ...{ status: 200, errorCode: null, usage: { promptTokens: 20, completionTokens: 20 }, usageSource: "reported" },
  ...{ firstByteMs: 5, totalMs: 30, ...more },
});

/** Returns those that hold anything. */
const counters = () =>
  owner`select subject, spent::int, reserved::int from spend_counters
    where workspace_id = ${acme.id} and (spent <> 0 or reserved <> 0) order by subject`;
const counter = async (subject: string) =>
  (await counters()).find((row) => row.subject === subject) ?? { spent: 0, reserved: 0 };
const lines = () => owner`select * from usage_ledger where workspace_id = ${acme.id} order by at, id`;
const setLimit = (limit: number | null) => owner`update workspaces set monthly_limit = ${limit} where id = ${acme.id}`;

/** Sets every limit: what is held for requests under way is leased for budgets that have one. */
async function limitAll(limit = 1_000_000) {
  await setLimit(limit);
  await owner`update memberships set monthly_limit = ${limit} where workspace_id = ${acme.id}`;
  await owner`update api_keys set monthly_limit = ${limit} where workspace_id = ${acme.id}`;
}

async function settleNow(id: string, outcome = done(), workspaceId = acme.id) {
  settle(workspaceId, id, outcome);
  await settled();
}

describe("what a request may cost", () => {
  test("is leased for its key, its member and its workspace, and spent once it has ended", async () => {
    await limitAll();
    const request = asking();
    expect(await reserve(request)).toEqual({ isGranted: true });
    const subjects = [`key:${keyId}`, `member:${acme.admin.person.id}`, "workspace"];
    expect(await counters()).toEqual(subjects.map((subject) => ({ subject, spent: 0, reserved: 60 })));
    await settleNow(request.id, done({ usage: { promptTokens: 10, completionTokens: 5 } }));
    expect(await counters()).toEqual(subjects.map((subject) => ({ subject, spent: 20, reserved: 0 })));
    expect(await lines()).toMatchObject([
      { id: request.id, key_id: keyId, member_id: acme.admin.person.id, model: "m", cost: "20", status: 200 },
    ]);
    expect(await owner`select 1 from usage_leases where workspace_id = ${acme.id}`).toEqual([]);
  });

  test("is only counted where there is no limit", async () => {
    const request = asking();
    expect(await reserve(request)).toEqual({ isGranted: true });
    expect(await counters()).toEqual([]);
    await settleNow(request.id);
    expect(await counter("workspace")).toMatchObject({ spent: 60, reserved: 0 });
  });

  test("is settled once, however often that is called, and not from another workspace", async () => {
    await setLimit(1_000);
    const request = asking();
    await reserve(request);
    const other = await freshWorkspace();
    await settleNow(request.id, done(), other.id);
    expect(await counter("workspace")).toMatchObject({ spent: 0, reserved: 60 });
    await Promise.all([1, 2, 3].map(() => settleNow(request.id)));
    expect(await counter("workspace")).toMatchObject({ spent: 60, reserved: 0 });
    expect(await lines()).toHaveLength(1);
  });

  test.each([
    [
      "an estimate when the model server's figures are impossible",
      "invalid",
      { promptTokens: 20, completionTokens: 5 },
      30,
    ],
    ["what was reserved when those are impossible and there is no estimate", "invalid", null, 60],
    ["what was reserved when it is unknown", "estimated", null, 60],
    ["what was produced when that is known", "estimated", { promptTokens: 1, completionTokens: 1 }, 3],
    ["nothing when it was refused", "none", null, 0],
    ["more than was reserved when it was more", "reported", { promptTokens: 20, completionTokens: 40 }, 100],
    ["nothing for an explicit nothing", "reported", { promptTokens: 0, completionTokens: 0 }, 0],
  ] as const)("is %s", async (_, usageSource, usage, cost) => {
    const request = asking();
    await reserve(request);
    await settleNow(request.id, done({ usageSource, usage }));
    expect(await counter("workspace")).toMatchObject({ spent: cost, reserved: 0 });
    expect(await lines()).toMatchObject([{ usage_source: usageSource, cost: String(cost) }]);
  });

  test.each([
    ["chat", 60],
    // It is sent again, and charged then.
    ["batch-chat", 0],
  ])("of a %s that outlived its time is charged %i, once, whichever instances notice", async (operation, cost) => {
    await owner`
      insert into usage_reservations (workspace_id, id, key_id, model, upstream_model, operation, is_streamed, prompt_tokens, completion_tokens,
        input_price, output_price, cost, period, expires_at, instance_id)
      values (${acme.id}, ${randomUUID()}, ${keyId}, 'm', 'm', ${operation}, false, 20, 20, 1000000, 2000000, 60, '2026-11-01',
        now() - interval '1 second', gen_random_uuid())`;
    await Promise.all([settleLapsed(), settleLapsed()]);
    expect(await counter("workspace")).toMatchObject({ spent: cost, reserved: 0 });
    expect(await lines()).toMatchObject([{ status: 500, error_code: "lost", cost: String(cost) }]);
  });

  test("that cannot be written holds up nothing else, and is charged as lost", async () => {
    const [good, bad] = [asking(), asking()];
    await Promise.all([reserve(good), reserve(bad)]);
    settle(acme.id, bad.id, done({ status: 99_999 }));
    settle(acme.id, good.id, done());
    await settled();
    const written = await lines();
    expect(written).toHaveLength(2);
    expect(written.find(({ id }) => id === good.id)).toMatchObject({ status: 200 });
    expect(written.find(({ id }) => id === bad.id)).toMatchObject({ status: 500, error_code: "lost", cost: "60" });
    expect(await counter("workspace")).toMatchObject({ spent: 120, reserved: 0 });
  });
});

test.each([
  [1, 0, 0, 0, 0],
  [1, 0, 1, 0, 1],
  [1_000_000, 0, 1, 0, 1],
  [1_000_001, 0, 1, 0, 2],
  [999_999, 1, 1, 1, 1],
  [2_147_483_647, 2_147_483_647, 999_999, 1, 2_147_483_647],
  [2_147_483_647, 1, 4_000_000_000_000, 0, 8_589_934_588_000_000],
])(
  "%d tokens in and %d out at %d and %d a million cost %d, rounded up once",
  async (input, output, inPrice, outPrice, cost) => {
    const [row] = await owner`select usage_cost(${input}, ${output}, ${inPrice}, ${outPrice})::text as cost`;
    expect(row?.cost).toBe(String(cost));
  },
);

describe("a limit on spending", () => {
  test("V1-10 of two simultaneous requests that together exceed it exactly one is granted", async () => {
    await setLimit(100);
    const answers = await Promise.all([reserve(asking()), reserve(asking())]);
    expect(answers.map(({ isGranted }) => isGranted).sort()).toEqual([false, true]);
    expect(answers.find(({ isGranted }) => !isGranted)).toMatchObject({
      ...{ reason: "spend", scope: "workspace", limit: 100, used: 60 },
    });
    await settled();
    expect(await counter("workspace")).toMatchObject({ reserved: 60 });
    // What is only under way may end: it is worth asking again.
    expect(answers.find(({ isGranted }) => !isGranted)).toMatchObject({ isUnderWay: true, retryAfterSeconds: 2 });
  });

  test.each<[string, (limit: number) => Promise<unknown>]>([
    ["key", (limit) => owner`update api_keys set monthly_limit = ${limit} where id = ${keyId}`],
    ["member", (limit) => owner`update memberships set monthly_limit = ${limit} where workspace_id = ${acme.id}`],
    ["workspace", (limit) => setLimit(limit)],
  ])("of a %s refuses and takes nothing, from the others neither", async (scope, limit) => {
    await limit(59);
    expect(await reserve(asking())).toMatchObject({ isGranted: false, reason: "spend", scope, limit: 59, used: 0 });
    await settled();
    expect(await counters()).toEqual([]);
    await limit(60);
    const first = asking();
    expect(await reserve(first)).toMatchObject({ isGranted: true });
    await settleNow(first.id);
    const refused = await reserve(asking());
    expect(refused).toMatchObject({ isGranted: false, scope, used: 60, isUnderWay: false });
    const monthEnds = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 1, 1));
    const seconds = "retryAfterSeconds" in refused ? refused.retryAfterSeconds : 0;
    expect(Math.abs(seconds - (monthEnds.getTime() - Date.now()) / 1_000)).toBeLessThan(30);
    await settled();
    expect(await owner`select 1 from usage_leases where workspace_id = ${acme.id}`).toEqual([]);
  });

  test("CR-08 is never exceeded by 64 simultaneous requests, in 200 rounds", async () => {
    const keys = [keyId, await newKey(acme), await newKey(acme)];
    for (let round = 0; round < 200; round++) {
      const spent = (await counter("workspace"))?.spent ?? 0;
      const limit = spent + 60 * (1 + (round % 7)) + (round % 60);
      await setLimit(limit);
      const asked = Array.from({ length: 64 }, (_, i) => asking({ keyId: keys[i % 3] ?? keyId }));
      const answers = await Promise.all(asked.map(reserve));
      const granted = asked.filter((_, i) => answers[i]?.isGranted);
      expect(granted).toHaveLength(1 + (round % 7));
      const now = await counter("workspace");
      expect(now?.spent + now?.reserved).toBeLessThanOrEqual(limit);
      for (const { id } of granted) settle(acme.id, id, done());
      await settled();
    }
    expect(await counter("workspace")).toMatchObject({ reserved: 0 });
  }, 60_000);
});

describe("a limit per minute", () => {
  test.each([
    ["key", "requests", () => owner`update api_keys set requests_per_minute = 5 where id = ${keyId}`, 5],
    ["key", "tokens", () => owner`update api_keys set tokens_per_minute = 200 where id = ${keyId}`, 200],
    ["workspace", "requests", () => owner`insert into rate_limits values (${acme.id}, '', 5, null)`, 5],
    ["model", "tokens", () => owner`insert into rate_limits values (${acme.id}, 'm', null, 200)`, 200],
  ] as const)("of a %s on %s lets five of 20 simultaneous requests through", async (scope, reason, set, limit) => {
    await set();
    const answers = await Promise.all(Array.from({ length: 20 }, () => reserve(asking())));
    expect(answers.filter(({ isGranted }) => isGranted)).toHaveLength(5);
    const refused = answers.filter(({ isGranted }) => !isGranted);
    for (const answer of refused) {
      expect(answer).toMatchObject({ reason, scope, limit });
      const seconds = "retryAfterSeconds" in answer ? answer.retryAfterSeconds : 0;
      expect(seconds).toBeGreaterThanOrEqual(10);
      expect(seconds).toBeLessThanOrEqual(12);
    }
  });

  test("says what is left of it, gives back what was not used, and does not hold for other models", async () => {
    await owner`insert into rate_limits values (${acme.id}, '', 10, null), (${acme.id}, 'm', null, 1000)`;
    const request = asking({ completionTokens: 480 });
    expect(await reserve(request)).toEqual({
      isGranted: true,
      requests: { limit: 10, remaining: 9, resetSeconds: 6 },
      tokens: { limit: 1000, remaining: 500, resetSeconds: 30 },
    });
    await settleNow(request.id, done({ usage: { promptTokens: 20, completionTokens: 0 } }));
    const after = await reserve(asking());
    expect(after).toMatchObject({ isGranted: true });
    expect("tokens" in after && after.tokens?.remaining).toBeGreaterThanOrEqual(940);
    expect(await reserve(asking({ model: "another" }))).toEqual({ isGranted: true, requests: expect.anything() });
  });

  test("is named when a request alone is more than it allows", async () => {
    await owner`insert into rate_limits values (${acme.id}, '', null, 30)`;
    expect(await reserve(asking())).toMatchObject({ isGranted: false, reason: "tokens", limit: 30 });
  });
});

test.each([
  ["revoked", () => owner`update api_keys set revoked_at = now() where id = ${keyId}`],
  [
    "switched off",
    () => owner`update api_keys set disabled_at = now(), disabled_because = 'person' where id = ${keyId}`,
  ],
  ["expired", () => owner`update api_keys set expires_at = now() where id = ${keyId}`],
  ["of a deleted workspace", () => owner`update workspaces set deleted_at = now() where id = ${acme.id}`],
])("AK-10 a key that is %s reserves nothing, whatever an instance remembers", async (_, end) => {
  await end();
  expect(await reserve(asking())).toMatchObject({ isGranted: false, reason: "key" });
  expect(await counters()).toEqual([]);
});

test("a rotated key goes on with what its predecessor has used of its month and its minute, and both share the rest", async () => {
  await owner`update api_keys set monthly_limit = 200, requests_per_minute = 3 where id = ${keyId}`;
  const [first, second] = [asking(), asking()];
  await reserve(first);
  await settleNow(first.id);
  const rotated = await acme.admin.api.keys.rotate({ workspace: acme.slug, keyId });
  expect(await reserve({ ...second, keyId: rotated.id })).toMatchObject({ isGranted: true });
  // The old key works beside it, and sees what the new one has used.
  expect(await reserve(asking())).toMatchObject({ isGranted: true, requests: { limit: 3, remaining: 0 } });
  const again = await acme.admin.api.keys.rotate({ workspace: acme.slug, keyId: rotated.id });
  expect(await reserve(asking({ keyId: again.id }))).toMatchObject({
    isGranted: false,
    reason: "requests",
    scope: "key",
  });
  await owner`update api_keys set requests_per_minute = null where workspace_id = ${acme.id}`;
  expect(await reserve(asking({ keyId: again.id }))).toMatchObject({
    ...{ isGranted: false, reason: "spend", scope: "key", limit: 200, used: 180 },
  });
  await settleNow(second.id);
  const others = (await counters()).filter(({ subject }) => String(subject).startsWith("key:"));
  expect(others).toEqual([{ subject: `key:${keyId}`, spent: 120, reserved: 60 }]);
  const [row] = await owner`select rebuild_usage(${acme.id}, false) as n`;
  expect(row?.n).toBe(0);
  const { rows } = await acme.admin.api.limits.keys({ workspace: acme.slug });
  expect(rows.map(({ spent, reserved }) => [spent, reserved])).toEqual([120, 120, 120].map((spent) => [spent, 60]));
});

test("a member without a key is metered as well", async () => {
  const member = await memberOf(acme, "developer");
  const request = asking({ keyId: null, memberId: member.person.id });
  await reserve(request);
  await settleNow(request.id);
  expect(await counters()).toEqual([
    { subject: `member:${member.person.id}`, spent: 60, reserved: 0 },
    { subject: "workspace", spent: 60, reserved: 0 },
  ]);
});

describe("the roll-up and the counters", () => {
  let keys: string[];
  beforeAll(() => {
    keys = [];
  });

  async function traffic(many: number) {
    keys = [keyId, await newKey(acme)];
    const sources = ["reported", "estimated", "invalid", "none"] as const;
    await Promise.all(
      Array.from({ length: many }, async (_, i) => {
        const request = asking({
          keyId: keys[i % 2] ?? keyId,
          memberId: i % 3 ? acme.admin.person.id : null,
          model: i % 5 ? "m" : `other-${i % 2}`,
          promptTokens: i + 1,
        });
        await reserve(request);
        if (i % 11 === 0) return;
        const usageSource = sources[i % 4] ?? "none";
        const usage = usageSource === "none" ? null : { promptTokens: i, completionTokens: i % 20 };
        settle(acme.id, request.id, done({ usageSource, usage, status: i % 4 === 3 ? 502 : 200, totalMs: i * 37 }));
      }),
    );
    await settled();
  }

  const rebuilt = async (repair: boolean) => {
    const [row] = await owner`select rebuild_usage(${acme.id}, ${repair}) as n`;
    return row?.n;
  };

  test("I8 are exactly what the ledger and the reservations say, after any traffic", async () => {
    await traffic(150);
    expect(await rebuilt(false)).toBe(0);
    const [sums] = await owner`select
      (select sum(cost)::int from usage_ledger where workspace_id = ${acme.id}) as ledger,
      (select sum(cost)::int from usage_hourly where workspace_id = ${acme.id}) as hourly,
      (select spent::int from spend_counters where workspace_id = ${acme.id} and subject = 'workspace') as counter,
      (select sum(n)::int from usage_hourly, unnest(latency) n where workspace_id = ${acme.id}) as timed,
      (select count(*)::int from usage_ledger where workspace_id = ${acme.id}) as lines`;
    expect(sums?.ledger).toBeGreaterThan(0);
    expect(sums?.hourly).toBe(sums?.ledger);
    expect(sums?.counter).toBe(sums?.ledger);
    expect(sums?.timed).toBe(sums?.lines);
  });

  test("are made right again from the ledger alone", async () => {
    await traffic(40);
    await owner`update usage_hourly set cost = cost + 1, requests = 7 where workspace_id = ${acme.id}`;
    await owner`update spend_counters set spent = 1 where workspace_id = ${acme.id} and subject = 'workspace'`;
    await owner`delete from spend_counters where workspace_id = ${acme.id} and subject = ${`key:${keyId}`}`;
    expect(await rebuilt(false)).toBeGreaterThan(3);
    expect(await rebuilt(true)).toBeGreaterThan(3);
    expect(await rebuilt(false)).toBe(0);
  });

  test("are not rebuilt until whatever is changing them has ended, and hold it up for as long", async () => {
    let isDone = false;
    let rebuilding: Promise<unknown> = Promise.resolve();
    await owner.begin(async (tx) => {
      // As reserving and settling do, for as long as they take.
      await tx`select pg_advisory_xact_lock_shared(usage_lock(${acme.id}))`;
      rebuilding = rebuilt(true).then(() => {
        isDone = true;
      });
      await expect
        .poll(async () => (await owner`select 1 from pg_locks where locktype = 'advisory' and not granted`).length)
        .toBe(1);
      expect(isDone).toBe(false);
    });
    await rebuilding;
    expect(isDone).toBe(true);
  });

  test("stay right when they are rebuilt while requests come and go", async () => {
    const work = traffic(60);
    for (let i = 0; i < 10; i++) await rebuilt(true);
    await work;
    expect(await rebuilt(false)).toBe(0);
  });
});
