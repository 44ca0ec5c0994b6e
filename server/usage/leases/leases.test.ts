import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { allIsHeard, asking, done, startMeters, stopMeters, type TestMeter } from "@/tests/support/gateway/meters";
import { workspace } from "@/tests/support/people";
import type { LeaseChange, Line } from "./exchange";
import { endLost, exchange } from "./queries";

process.env.DATABASE_POOL = "10";

let id: string;
let slug: string;
let keyId: string;

beforeEach(async () => {
  const made = await workspace();
  ({ id, slug } = made);
  keyId = (await made.admin.api.keys.create({ workspace: slug, name: "A key" })).id;
});

afterEach(stopMeters);

const setLimit = (limit: number | null) => owner`update workspaces set monthly_limit = ${limit} where id = ${id}`;
const counter = async (subject = "workspace", span = "month") => {
  const [row] = await owner<{ spent: number; reserved: number }[]>`
    select spent::int, reserved::int from spend_counters
    where workspace_id = ${id} and subject = ${subject} and span = ${span} order by period desc`;
  return row ?? { spent: 0, reserved: 0 };
};
const differences = async () => (await owner`select rebuild_usage(${id}, false) as n`)[0]?.n;
const allSettled = (meters: TestMeter[]) => Promise.all(meters.map(({ meter }) => meter.settled()));

/** Returns each of these requests at the next of these instances. */
const spread = (meters: TestMeter[], count: number, more = {}) =>
  Array.from({ length: count }, (_, i) => {
    const at = meters[i % meters.length] as TestMeter;
    const request = asking(id, { keyId, ...more });
    return at.reserve(request).then((answer) => ({ at, request, answer }));
  });

describe.each([
  ["that hear of each other", true],
  ["that hear nothing", false],
])("instances %s", (_, isHearing) => {
  test.each([1, 2, 3])(
    "%d of them never exceed one limit with 512 calls, and refuse nothing while there is room",
    async (count) => {
      const meters = await startMeters(owner, count, { isHearing });
      for (let round = 0; round < 8; round++) {
        const fits = 10 + round * 17;
        const limit = (await counter()).spent + 60 * fits + (round % 60);
        await setLimit(limit);
        if (isHearing) await allIsHeard(owner);
        const all = await Promise.all(spread(meters, 512));
        const granted = all.filter(({ answer }) => answer.isGranted);
        expect(granted).toHaveLength(fits);
        const { spent, reserved } = await counter();
        expect(spent + reserved).toBeLessThanOrEqual(limit);
        for (const { answer } of all)
          if (!answer.isGranted)
            expect(answer).toMatchObject({ reason: "spend", scope: "workspace", limit, isUnderWay: true });
        for (const { at, request } of granted) at.settle(request.id);
        await allSettled(meters);
        expect((await counter()).spent).toBe(spent + 60 * fits);
        expect(await differences()).toBe(0);
      }
      await Promise.all(meters.map(({ meter }) => meter.stop(1_000)));
      expect(await counter()).toMatchObject({ reserved: 0 });
      expect(await differences()).toBe(0);
    },
    120_000,
  );

  test("never exceed a limit that is lowered and raised while calls run", async () => {
    const meters = await startMeters(owner, 2, { isHearing });
    await setLimit(60_000);
    let highest = 60_000;
    let isOver = false;
    let granted = 0;
    const load = meters.map(async (at) => {
      while (!isOver) {
        const request = asking(id, { keyId });
        const answer = await at.reserve(request);
        if (!answer.isGranted) {
          await new Promise((resolve) => setTimeout(resolve, 2));
          continue;
        }
        granted++;
        await new Promise((resolve) => setTimeout(resolve, 1));
        at.settle(request.id);
      }
    });
    for (const limit of [600, 6_000, 1_200, 12_000, 3_000]) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      await setLimit(limit);
      // What was granted by the limit before. An exchange that has read it holds this lock until what it granted is there.
      await owner.begin((tx) => tx`select pg_advisory_xact_lock(usage_lock(${id}))`);
      const { spent, reserved } = await counter();
      highest = Math.max(limit, spent + reserved);
      await new Promise((resolve) => setTimeout(resolve, 60));
      const after = await counter();
      expect(after.spent + after.reserved).toBeLessThanOrEqual(highest + 120);
    }
    isOver = true;
    await Promise.all(load);
    await Promise.all(meters.map(({ meter }) => meter.stop(1_000)));
    expect(await counter()).toEqual({ spent: granted * 60, reserved: 0 });
    expect(await differences()).toBe(0);
  });
});

test("what one instance holds unused is given back when another needs it", async () => {
  const [one, other] = (await startMeters(owner, 2)) as [TestMeter, TestMeter];
  await setLimit(60 * 100);
  // The first has plenty: a request, and an eighth of the room on top.
  const first = asking(id);
  await one.reserve(first);
  expect((await counter()).reserved).toBeGreaterThan(60);
  const all = await Promise.all(Array.from({ length: 99 }, () => other.reserve(asking(id))));
  expect(all.filter(({ isGranted }) => isGranted)).toHaveLength(99);
  expect(await other.reserve(asking(id))).toMatchObject({
    isGranted: false,
    isUnderWay: true,
    used: 6_000,
    limit: 6_000,
  });
});

test("a client that calls one after the other is never refused for what has ended already", async () => {
  const meters = await startMeters(owner, 2);
  await setLimit(60 * 50);
  for (let i = 0; i < 40; i++) {
    const at = meters[i % 2] as TestMeter;
    const request = asking(id, { promptTokens: 20, completionTokens: 500 });
    // A call may take 1,020 of 3,000 and takes 60.
    expect(await at.reserve(request)).toMatchObject({ isGranted: i < 34 });
    at.settle(request.id);
  }
});

test.each([true, false])(
  "of three calls at once where one has room two are told to try again in seconds, and do (hearing: %s)",
  async (isHearing) => {
    const [one] = (await startMeters(owner, 1, { isHearing })) as [TestMeter];
    await setLimit(100);
    const requests = [asking(id), asking(id), asking(id)];
    const answers = await Promise.all(requests.map((request) => one.reserve(request)));
    expect(answers.filter(({ isGranted }) => isGranted)).toHaveLength(1);
    for (const answer of answers)
      if (!answer.isGranted) expect(answer).toMatchObject({ isUnderWay: true, retryAfterSeconds: 2, limit: 100 });
    // It used little: the next one fits as soon as it has ended.
    const granted = requests.find((_, index) => answers[index]?.isGranted);
    one.settle(granted?.id ?? "", done({ usage: { promptTokens: 5, completionTokens: 0 } }));
    expect(await one.reserve(asking(id))).toMatchObject({ isGranted: true });
  },
);

test("what is spent is refused for as long as the month lasts, and what is only under way for seconds", async () => {
  const [one] = (await startMeters(owner, 1)) as [TestMeter];
  await setLimit(100);
  const request = asking(id);
  await one.reserve(request);
  expect(await one.reserve(asking(id))).toMatchObject({ isUnderWay: true, retryAfterSeconds: 2, used: 60 });
  one.settle(request.id);
  await one.meter.settled();
  const refused = await one.reserve(asking(id));
  expect(refused).toMatchObject({ isUnderWay: false, used: 60, limit: 100, scope: "workspace", span: "month" });
});

describe("an instance that dies", () => {
  /** It has not been heard of for longer than an instance may be silent. */
  const silence = () => owner`update usage_instances set beat_at = now() - interval '11 seconds'
    where id in (select instance_id from usage_leases where workspace_id = ${id})`;

  test("is charged for what was under way at its last beat, once, and gives back what it held", async () => {
    const [dying, other] = (await startMeters(owner, 2)) as [TestMeter, TestMeter];
    await setLimit(10_000);
    await dying.reserve(asking(id, { keyId }));
    await dying.reserve(asking(id, { keyId }));
    const known = () => owner`select 1 from usage_reservations where workspace_id = ${id}`;
    await expect.poll(async () => (await known()).length, { timeout: 5_000 }).toBe(2);
    dying.kill();
    await other.reserve(asking(id, { keyId }));
    await owner`update usage_instances set beat_at = now() - interval '11 seconds'
      where id in (select instance_id from usage_reservations where workspace_id = ${id})`;
    await Promise.all([endLost(), endLost(), endLost()]);
    while (await endLost());
    const lines = await owner`select status, error_code, cost::int from usage_ledger where workspace_id = ${id}`;
    expect(lines).toEqual([1, 2].map(() => ({ status: 500, error_code: "lost", cost: 60 })));
    const { spent } = await counter();
    expect(spent).toBe(120);
    expect(await differences()).toBe(0);
    await other.meter.stop(10);
  });

  test("gives back what it held to those that it keeps waiting, who need nothing else", async () => {
    const [dying, other] = (await startMeters(owner, 2)) as [TestMeter, TestMeter];
    await setLimit(100);
    await dying.reserve(asking(id, { keyId }));
    dying.kill();
    const isGranted = async () => {
      await silence();
      return (await other.reserve(asking(id, { keyId }))).isGranted;
    };
    expect(await other.reserve(asking(id, { keyId }))).toMatchObject({ isGranted: false, isUnderWay: true });
    await expect.poll(isGranted, { timeout: 10_000, interval: 100 }).toBe(true);
  });

  test("is ended by one that serves nothing but what has no limit", async () => {
    const [dying, other] = (await startMeters(owner, 2)) as [TestMeter, TestMeter];
    await setLimit(10_000);
    await dying.reserve(asking(id, { keyId }));
    dying.kill();
    const unlimited = await workspace();
    const leasesLeft = async () => {
      await silence();
      const request = asking(unlimited.id);
      await other.reserve(request);
      other.settle(request.id);
      return (await owner`select 1 from usage_leases where workspace_id = ${id}`).length;
    };
    await expect.poll(leasesLeft, { timeout: 10_000, interval: 100 }).toBe(0);
  });

  test("and was only slow goes on under another name, and is charged once for what ended meanwhile", async () => {
    const [slow] = (await startMeters(owner, 1)) as [TestMeter];
    await setLimit(10_000);
    const [lost, unknown] = [asking(id, { keyId }), asking(id, { keyId })];
    await slow.reserve(lost);
    await expect
      .poll(async () => (await owner`select 1 from usage_reservations where workspace_id = ${id}`).length, {
        timeout: 5_000,
      })
      .toBe(1);
    await slow.reserve(unknown);
    // In one transaction, so that its next beat comes too late.
    await owner.begin(async (tx) => {
      await tx`update usage_instances set beat_at = now() - interval '11 seconds'
        where id in (select instance_id from usage_reservations where workspace_id = ${id})`;
      // Instances of the tests before may have been lost as well.
      while ((await tx`select end_lost_instance() as "isEnded"`)[0]?.isEnded);
    });
    slow.settle(lost.id);
    slow.settle(unknown.id);
    await slow.meter.settled();
    const lines = await owner`select id, status from usage_ledger where workspace_id = ${id} order by status`;
    expect(lines).toEqual([
      { id: unknown.id, status: 200 },
      { id: lost.id, status: 500 },
    ]);
    expect(await slow.reserve(asking(id, { keyId }))).toMatchObject({ isGranted: true });
    await slow.meter.settled();
    expect(await differences()).toBe(0);
  });

  test("and stops in order loses nothing: it waits for what is under way, writes it and leaves", async () => {
    const [one] = (await startMeters(owner, 1)) as [TestMeter];
    await setLimit(10_000);
    const requests = [asking(id, { keyId }), asking(id, { keyId })];
    for (const request of requests) await one.reserve(request);
    const stopping = one.meter.stop(5_000);
    for (const request of requests) one.settle(request.id, done({ usage: { promptTokens: 7, completionTokens: 0 } }));
    await stopping;
    expect(await counter()).toEqual({ spent: 14, reserved: 0 });
    expect(await owner`select 1 from usage_leases where workspace_id = ${id}`).toEqual([]);
    expect(await owner`select 1 from usage_reservations where workspace_id = ${id}`).toEqual([]);
  });
});

describe("an exchange", () => {
  const nothing = { lines: [], leases: [], buckets: [], begun: [], leaves: false };
  const line = (more: Partial<Line> = {}): Line => ({
    ...{ workspace_id: id, id: randomUUID(), key_id: keyId, counted_as: `key:${keyId}`, member_id: null, model: "m" },
    ...{ upstream_model: "m", operation: "chat", is_streamed: false, status: 200, error_code: null, prompt_tokens: 20 },
    ...{ completion_tokens: 20, input_price: 1_000_000, output_price: 2_000_000, usage_source: "reported" },
    ...{
      first_byte_ms: null,
      total_ms: 5,
      is_known: false,
      is_doubtful: false,
      model_server: null,
      failover: null,
      route: null,
      ...more,
    },
  });
  const lease = (more: Partial<LeaseChange> = {}): LeaseChange => ({
    ...{ i: 0, workspace_id: id, subject: "workspace", span: "month", period: month(), whose: "workspace" },
    ...{ keep: 0, wants: true, needs: [60], extra: 0, ...more },
  });
  const month = (ahead = 0) => {
    const now = new Date();
    return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1)).toISOString().slice(0, 10);
  };

  test("that is repeated is answered as it was, and changes nothing", async () => {
    await setLimit(100);
    const said = { ...nothing, instance: randomUUID(), turn: 1, lines: [line()], leases: [lease({ needs: [30] })] };
    const first = await exchange(said);
    expect(first?.leases).toMatchObject([{ granted: 30, spent: 60, limit: 100 }]);
    expect(await Promise.all([exchange(said), exchange(said)])).toEqual([first, first]);
    expect(await counter()).toEqual({ spent: 60, reserved: 30 });
    expect(await owner`select 1 from usage_ledger where workspace_id = ${id}`).toHaveLength(1);
    expect(await differences()).toBe(0);
  });

  test("of several workspaces writes each line into its own, and sees no other", async () => {
    const other = await workspace();
    const mine = line();
    const theirs = line({ workspace_id: other.id, key_id: null, counted_as: null, member_id: other.admin.person.id });
    await exchange({ ...nothing, instance: randomUUID(), turn: 1, lines: [mine, theirs] });
    const rows = await owner`select workspace_id, id from usage_ledger where id in (${mine.id}, ${theirs.id})`;
    expect(rows.map((row) => [row.workspace_id, row.id]).toSorted()).toEqual(
      [
        [id, mine.id],
        [other.id, theirs.id],
      ].toSorted(),
    );
    expect((await owner`select rebuild_usage(${other.id}, false) as n`)[0]?.n).toBe(0);
  });

  describe("with requests for one line of a batch", () => {
    const batchId = randomUUID();
    const asked = (more: Partial<Line> = {}) =>
      line({ operation: "batch-chat", batch_id: batchId, batch_line: 1, ...more });
    const send = (...lines: Line[]) => exchange({ ...nothing, instance: randomUUID(), turn: 1, lines });
    const ledger = () => owner`
      select id, cost::int, prompt_tokens, usage_source, error_code from usage_ledger where workspace_id = ${id} order by at, cost desc`;

    test.each([
      ["at once", async (lines: Line[]) => void (await send(...lines))],
      [
        "one after the other",
        async (lines: Line[]) => lines.reduce((before, each) => before.then(() => void send(each)), Promise.resolve()),
      ],
      ["by several instances", async (lines: Line[]) => void (await Promise.all(lines.map((each) => send(each))))],
    ])("charges one of them %s, and has the others written", async (_, write) => {
      const lines = [asked(), asked({ prompt_tokens: 90 }), asked({ classes: { cacheRead: 10 } })];
      await write(lines);
      await expect.poll(ledger).toHaveLength(3);
      const all = await ledger();
      const charged = all.filter(({ usage_source }) => usage_source === "reported");
      expect(charged).toHaveLength(1);
      expect(all.filter(({ error_code }) => error_code === "charged_before")).toMatchObject(
        [1, 2].map(() => ({ cost: 0, prompt_tokens: 0, usage_source: "none" })),
      );
      const [row] =
        await owner`select request_id, cost::int from batch_charges where batch_id = ${batchId} and workspace_id = ${id}`;
      expect(row).toEqual({ request_id: charged[0]?.id, cost: charged[0]?.cost });
      expect((await counter()).spent).toBe(charged[0]?.cost);
      expect(await differences()).toBe(0);
    });

    test("charges each line, and the first request that a model server did anything for", async () => {
      const refused = asked({ prompt_tokens: 0, completion_tokens: 0, usage_source: "none", status: 503 });
      await send(refused, asked({ batch_line: 2 }));
      await send(asked());
      expect((await ledger()).map(({ cost }) => cost)).toEqual([60, 0, 60]);
      expect(await differences()).toBe(0);
    });

    test("charges none that is lost with its instance: it is sent again; and one that was only slow", async () => {
      const [slow] = (await startMeters(owner, 1)) as [TestMeter];
      await setLimit(10_000);
      const request = asking(id, { keyId, operation: "batch-chat", batchLine: { batchId, line: 7 } });
      await slow.reserve(request);
      const known = () => owner`select 1 from usage_reservations where workspace_id = ${id}`;
      await expect.poll(async () => (await known()).length, { timeout: 5_000 }).toBe(1);
      await owner.begin(async (tx) => {
        await tx`update usage_instances set beat_at = now() - interval '11 seconds'
          where id in (select instance_id from usage_reservations where workspace_id = ${id})`;
        while ((await tx`select end_lost_instance() as "isEnded"`)[0]?.isEnded);
      });
      expect(await ledger()).toMatchObject([{ cost: 0, usage_source: "none", error_code: "lost" }]);
      expect(await counter()).toEqual({ spent: 0, reserved: 0 });
      slow.settle(request.id);
      await slow.meter.settled();
      expect(await ledger()).toMatchObject([{ cost: 0 }, { cost: 60, error_code: null }]);
      expect(await differences()).toBe(0);
    });

    test("charges one that was taken for lost, once, also where its instance does not say of which batch it is", async () => {
      const request = randomUUID();
      const lost = {
        status: 500,
        error_code: "lost",
        usage_source: "none",
        prompt_tokens: 0,
        completion_tokens: 0,
      } as const;
      const unnamed = { id: request, batch_id: undefined, batch_line: undefined };
      await send(asked({ ...unnamed, ...lost }));
      await send(asked({ ...unnamed, is_doubtful: true }));
      await send(asked({ ...unnamed, is_doubtful: true }));
      expect(await ledger()).toMatchObject([{ cost: 0, error_code: "lost" }, { cost: 60 }]);
      // What no batch sent was charged as lost.
      const other = { ...unnamed, id: randomUUID(), operation: "chat" } as const;
      await send(asked({ ...other, ...lost }));
      await send(asked({ ...other, is_doubtful: true }));
      expect(await ledger()).toHaveLength(3);
      expect((await counter()).spent).toBe(60);
      expect(await differences()).toBe(0);
    });
  });

  test("at the turn of the month: what is leased of the old one counts against the new one until it is given back", async () => {
    await setLimit(100);
    const instance = randomUUID();
    await exchange({
      ...nothing,
      instance,
      turn: 1,
      leases: [lease({ period: month(-1), wants: false, needs: [], keep: 60 })],
    });
    const asked = await exchange({ ...nothing, instance, turn: 2, leases: [lease()] });
    expect(asked?.leases).toMatchObject([{ granted: 0, reserved: 60 }]);
    // It ends in the new month, and is spent in it.
    const ended = [line()];
    const back = lease({ period: month(-1), wants: false, needs: [], keep: 0 });
    await exchange({ ...nothing, instance, turn: 3, lines: ended, leases: [back] });
    expect(await counter()).toEqual({ spent: 60, reserved: 0 });
    const again = await exchange({ ...nothing, instance, turn: 4, leases: [lease({ needs: [40] })] });
    expect(again?.leases).toMatchObject([{ granted: 40, spent: 60 }]);
    expect(await differences()).toBe(0);
  });

  test.each([-1, 1])("asks nothing of a month that is not now by the database's clock (%d)", async (ahead) => {
    await setLimit(100);
    const answer = await exchange({
      ...nothing,
      instance: randomUUID(),
      turn: 1,
      leases: [lease({ period: month(ahead) })],
    });
    expect(answer?.leases).toMatchObject([{ granted: 0, isOver: true }]);
  });

  test("of an instance that has ended takes nothing", async () => {
    expect(await exchange({ ...nothing, instance: randomUUID(), turn: 2, lines: [line()] })).toBeNull();
    expect(await owner`select 1 from usage_ledger where workspace_id = ${id}`).toEqual([]);
  });
});
