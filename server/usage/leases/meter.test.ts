import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { answered } from "@/tests/support/factories/usage";
import type { Budget, Limits } from "./budget";
import { type Exchange, type ExchangeAnswer, mostAtOnce } from "./exchange";
import { Meter } from "./meter";

const workspaceId = randomUUID();

const limitsOf = (budget: Pick<Budget, "measure" | "span" | "limit">): Limits => ({
  slug: "acme",
  countedAs: null,
  common: [{ scope: "workspace", whose: "workspace", subject: "workspace", ...budget }],
  byModel: new Map(),
  byTag: new Map(),
  tagging: null,
  endUsers: null,
});

const reservation = () => ({
  ...{ id: randomUUID(), workspaceId, keyId: null, memberId: null, model: "m", upstreamModel: "m" },
  ...{ operation: "chat" as const, isStreamed: false, promptTokens: 20, completionTokens: 20, seconds: 60 },
});

const free = { inputPrice: 1_000_000, outputPrice: 1_000_000 };

/** A database that gives all that is asked for, as long as there is any, and takes longer for that than a beat. */
function slowDatabase(limit: number) {
  let room = limit;
  const give = (needs: number[]) => {
    let given = 0;
    for (const need of needs) if (given + need <= room) given += need;
    room -= given;
    return given;
  };
  return async ({ buckets, leases }: Exchange): Promise<ExchangeAnswer> => {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    return {
      now: Date.now(),
      buckets: buckets.map(({ i, needs, back }) => {
        room += back;
        return { i, granted: give(needs), level: limit - room };
      }),
      leases: leases.map(({ i, needs, keep }) => {
        const granted = give(needs);
        const facts = { spent: 0, reserved: limit - room, others: 0, endsIn: 1_000 };
        return { i, granted, isOver: false, limit, ...facts, keep };
      }),
    };
  };
}

test.each([
  { measure: "tokens", span: "minute" },
  { measure: "spend", span: "month" },
] as const)(
  "what is granted of $measure to an exchange that outlasts a beat is there for those who wait",
  async (what) => {
    const limits = limitsOf({ ...what, limit: 200 });
    const surroundings = { endLost: async () => false, isHearing: () => false };
    const meter = new Meter({ exchange: slowDatabase(200), ...surroundings });
    const first = meter.reserve(reservation(), free, limits);
    // These come while it is on its way, and are asked for with the next.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const others = Array.from({ length: 9 }, () => meter.reserve(reservation(), free, limits));
    const answers = await Promise.all([first, ...others]);
    expect(answers.filter(({ isGranted }) => isGranted)).toHaveLength(5);
    await meter.stop(0);
  },
);

test("what was asked before a limit was raised refuses nothing after it", async () => {
  let limit = 10;
  let answerFirst = () => {};
  const held = new Promise<void>((resolve) => {
    answerFirst = resolve;
  });
  let isAsked = () => {};
  const asked = new Promise<void>((resolve) => {
    isAsked = resolve;
  });
  const meter = new Meter({
    endLost: async () => false,
    isHearing: () => true,
    async exchange({ leases, turn }) {
      const facts = { isOver: false, limit, spent: 0, reserved: 0, others: 0, endsIn: 1_000 };
      const granted = (needs: number[]) => (needs.every((need) => need <= facts.limit) ? (needs[0] ?? 0) : 0);
      isAsked();
      if (turn === 1) await held;
      return {
        now: Date.now(),
        buckets: [],
        leases: leases.map(({ i, needs }) => ({ i, granted: granted(needs), ...facts })),
      };
    },
  });
  const answer = meter.reserve(reservation(), free, limitsOf({ measure: "spend", span: "month", limit }));
  await asked;
  limit = 1_000;
  meter.recall(workspaceId);
  answerFirst();
  expect(await answer).toMatchObject({ isGranted: true });
  await meter.stop(0);
});

test("P14 what came while lines were written is written together, as many as one exchange takes", async () => {
  const sizes: number[] = [];
  let goOn = () => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const exchange = async ({ lines }: Exchange): Promise<ExchangeAnswer> => {
    sizes.push(lines.length);
    if (lines.length > 0) await held;
    return { now: Date.now(), buckets: [], leases: [] };
  };
  const meter = new Meter({ exchange, endLost: async () => false, isHearing: () => true });
  const unlimited = { ...limitsOf({ measure: "spend", span: "month", limit: 1 }), common: [] };
  const call = () => {
    const begun = reservation();
    meter.reserve(begun, free, unlimited);
    meter.settle(workspaceId, begun.id, answered);
  };
  for (let i = 0; i < 200; i += 1) call();
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (let i = 0; i < mostAtOnce + 250; i += 1) call();
  goOn();
  await meter.settled();
  expect(sizes.filter((lines) => lines > 0)).toEqual([200, mostAtOnce, 250]);
  await meter.stop(0);
});

test("one line that the database rejects is found in a few exchanges, and the others are written once", async () => {
  const written: string[] = [];
  let rejected = 0;
  let bad = "";
  const exchange = async ({ lines }: Exchange): Promise<ExchangeAnswer> => {
    if (lines.some(({ id, error_code }) => id === bad && error_code !== "lost")) {
      rejected += 1;
      throw Object.assign(new Error("out of range"), { code: "22003" });
    }
    written.push(...lines.map(({ id }) => id));
    return { now: Date.now(), buckets: [], leases: [] };
  };
  const meter = new Meter({ exchange, endLost: async () => false, isHearing: () => true });
  const unlimited = { ...limitsOf({ measure: "spend", span: "month", limit: 1 }), common: [] };
  const ids = Array.from({ length: 200 }, () => {
    const begun = reservation();
    meter.reserve(begun, free, unlimited);
    meter.settle(workspaceId, begun.id, answered);
    return begun.id;
  });
  bad = ids[70] ?? "";
  await meter.settled();
  expect(written.toSorted()).toEqual(ids.toSorted());
  // Halved eight times, from 200 lines to 1.
  expect(rejected).toBeLessThanOrEqual(9);
  await meter.stop(0);
});
