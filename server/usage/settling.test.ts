import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { answered } from "@/tests/support/factories/usage";
import type { Exchange, ExchangeAnswer } from "./leases/exchange";
import { Meter } from "./leases/meter";
import type { Reservation } from "./reservation";

const log = vi.hoisted(() => ({ warn: vi.fn(), error: vi.fn() }));

vi.mock("@/server/platform/log", () => ({ log }));

const exchange = vi.fn<(said: Exchange) => Promise<ExchangeAnswer>>();
const away = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
const answer = { now: 0, leases: null, buckets: null };

let meter: Meter;

beforeEach(() => {
  vi.useFakeTimers();
  exchange.mockReset();
  log.error.mockReset();
  meter = new Meter({ exchange, endLost: async () => false, isHearing: () => true });
});
afterEach(async () => {
  exchange.mockResolvedValue(answer);
  await vi.advanceTimersByTimeAsync(60_000);
  vi.useRealTimers();
});

/** A request without limits that has begun and ended. */
function end(id: string): void {
  const reservation: Reservation = {
    ...{ id, workspaceId: "w", keyId: null, memberId: null, model: "m", upstreamModel: "m", operation: "chat" },
    ...{ isStreamed: false, promptTokens: 1, completionTokens: 1, seconds: 60 },
  };
  const limits = {
    slug: "w",
    countedAs: null,
    common: [],
    byModel: new Map(),
    byTag: new Map(),
    tagging: null,
    endUsers: null,
  };
  void meter.reserve(reservation, { inputPrice: 1, outputPrice: 1 }, limits);
  meter.settle("w", id, answered);
}

const idsOf = ({ lines }: Exchange) => lines.map(({ id }) => id);

/** Returns when writing was tried, in milliseconds from now, until it works. */
async function attempts(failures: number): Promise<number[]> {
  const begun = Date.now();
  const at: number[] = [];
  exchange.mockImplementation(async ({ lines }) => {
    if (lines.length > 0) at.push(Date.now() - begun);
    if (at.length <= failures) throw away;
    return answer;
  });
  end("a");
  await vi.advanceTimersByTimeAsync(60_000);
  return at;
}

test("while the database is away it is tried again, ever more patiently, and written once it is back", async () => {
  const at = await attempts(9);
  const pauses = at.slice(1).map((ms, i) => ms - (at[i] ?? 0));
  expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
  await expect(meter.settled()).resolves.toBeUndefined();
  // The next trouble begins with little patience again.
  const again = await attempts(1);
  expect((again[1] ?? 0) - (again[0] ?? 0)).toBe(100);
});

test("what was said is said again as it was, under its number, however much ends meanwhile", async () => {
  const seen: Exchange[] = [];
  exchange.mockImplementation(async (said) => {
    seen.push(said);
    if (seen.length < 5) throw away;
    return answer;
  });
  for (let i = 0; i < 10; i++) {
    end(`r${i}`);
    await vi.advanceTimersByTimeAsync(50);
  }
  expect(seen.length).toBeLessThan(5);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(seen.slice(1, 5)).toEqual([seen[0], seen[0], seen[0], seen[0]]);
  const turns = seen.slice(4).map(({ turn }) => turn);
  expect(turns).toEqual(turns.map((_, i) => i + 1));
  expect(seen.slice(4).flatMap(idsOf)).toEqual(Array.from({ length: 10 }, (_, i) => `r${i}`));
});

test("what the database will never take holds up nothing else, and is charged as lost", async () => {
  const taken: string[] = [];
  exchange.mockImplementation(async (said) => {
    if (said.lines.some(({ id, error_code }) => id === "bad" && error_code !== "lost"))
      throw Object.assign(new Error("invalid"), { code: "22P02" });
    taken.push(...said.lines.map(({ id, error_code }) => `${id} ${error_code}`));
    return answer;
  });
  for (const id of ["a", "bad", "b"]) end(id);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(taken.toSorted()).toEqual(["a null", "b null", "bad lost"]);
  expect(log.error).toHaveBeenCalledWith(expect.objectContaining({ requestId: "bad" }), expect.any(String));
  await expect(meter.settled()).resolves.toBeUndefined();
});

test("beyond what memory should hold, outcomes are dropped and said to be", async () => {
  exchange.mockRejectedValue(away);
  for (let i = 0; i < 50_001; i++) end(`r${i}`);
  expect(log.error).toHaveBeenCalledTimes(1);
  expect(log.error).toHaveBeenCalledWith(
    { requestId: "r50000" },
    expect.stringContaining("at its highest possible cost"),
  );
  let written = 0;
  exchange.mockImplementation(async ({ lines }) => {
    written += lines.length;
    return answer;
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(written).toBe(50_000);
});
