import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as metering from "./metering";
import * as queries from "./queries";

const log = vi.hoisted(() => ({ warn: vi.fn(), error: vi.fn() }));

vi.mock("@/server/platform/log", () => ({ log }));
vi.mock("./queries", () => ({ reserveUsage: vi.fn(async () => ({ isGranted: true })), settleUsage: vi.fn() }));
vi.mock("./prices", () => ({ priceOf: () => ({ inputPrice: 1, outputPrice: 1 }) }));

const settleUsage = vi.mocked(queries.settleUsage);
const ended = {
  status: 200,
  errorCode: null,
  usage: null,
  usageSource: "none",
  firstByteMs: null,
  totalMs: 1,
} as const;
const away = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });

beforeEach(() => {
  vi.useFakeTimers();
  settleUsage.mockReset();
  log.error.mockReset();
});
afterEach(async () => {
  settleUsage.mockResolvedValue(1);
  await vi.advanceTimersByTimeAsync(60_000);
  vi.useRealTimers();
});

/** When settling was tried, in milliseconds from now, until it works. */
async function attempts(failures: number): Promise<number[]> {
  const begun = Date.now();
  const at: number[] = [];
  settleUsage.mockImplementation(async () => {
    at.push(Date.now() - begun);
    if (at.length <= failures) throw away;
    return 1;
  });
  metering.settle("w", "a", ended);
  await vi.advanceTimersByTimeAsync(60_000);
  return at;
}

test("while the database is away it is tried again, ever more patiently, and settled once it is back", async () => {
  const at = await attempts(9);
  const pauses = at.slice(1).map((ms, i) => ms - (at[i] ?? 0));
  expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
  await expect(metering.settled()).resolves.toBeUndefined();
  // The next trouble begins with little patience again.
  const again = await attempts(1);
  expect((again[1] ?? 0) - (again[0] ?? 0)).toBe(100);
});

test("requests that end while the database is away do not hurry it, and lose nothing", async () => {
  const seen: string[][] = [];
  settleUsage.mockImplementation(async (_, batch) => {
    seen.push(batch.map(({ id }) => id));
    if (seen.length < 5) throw away;
    return batch.length;
  });
  for (let i = 0; i < 10; i++) {
    metering.settle("w", `r${i}`, ended);
    await vi.advanceTimersByTimeAsync(50);
  }
  expect(seen.length).toBeLessThan(4);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(seen.at(-1)?.toSorted()).toEqual(Array.from({ length: 10 }, (_, i) => `r${i}`));
});

test("what the database will never take holds up nothing else", async () => {
  const taken: string[] = [];
  settleUsage.mockImplementation(async (_, batch) => {
    if (batch.some(({ id }) => id === "bad")) throw Object.assign(new Error("invalid"), { code: "22P02" });
    taken.push(...batch.map(({ id }) => id));
    return batch.length;
  });
  for (const id of ["a", "bad", "b"]) metering.settle("w", id, ended);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(taken.toSorted()).toEqual(["a", "b"]);
  expect(log.error).toHaveBeenCalledWith(expect.objectContaining({ requestId: "bad" }), expect.any(String));
  await expect(metering.settled()).resolves.toBeUndefined();
});

test("beyond what memory should hold, outcomes are dropped and said to be, and their reservations lapse", async () => {
  settleUsage.mockRejectedValue(away);
  for (let i = 0; i < 50_001; i++) metering.settle("w", `r${i}`, ended);
  expect(log.error).toHaveBeenCalledTimes(1);
  expect(log.error).toHaveBeenCalledWith(
    { requestId: "r50000" },
    expect.stringContaining("charged at what was reserved"),
  );
  let settled = 0;
  settleUsage.mockImplementation(async (_, batch) => {
    settled += batch.length;
    return batch.length;
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(settled).toBe(50_000);
});
