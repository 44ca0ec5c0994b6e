import { beforeEach, expect, test, vi } from "vitest";
import type { Hold } from "./hold";
import { nothing, Recorder } from "./recorder";

const kept = vi.hoisted(() => ({ lines: [] as number[], costs: [] as number[] }));
vi.mock("./queries", () => ({
  keepLines: async (
    _db: unknown,
    _workspaceId: string,
    _claim: unknown,
    lines: { line: number }[],
    gain: { cost: number },
  ) => {
    kept.lines.push(...lines.map(({ line }) => line));
    kept.costs.push(gain.cost);
    return "in_progress";
  },
}));
vi.mock("@/server/platform/sealed", () => ({ seal: (_for: string, bytes: Buffer) => bytes }));

type Why = Hold["why"];
const holding = (why?: Why) =>
  ({
    why,
    batch: { id: "batch", workspaceId: "workspace" },
    write: (run: (db: unknown) => unknown) => run(undefined),
  }) as never;

const answered = (line: number) => ({ line, isError: false, text: "{}", used: { ...nothing, cost: 5 } });

beforeEach(() => {
  kept.lines.length = 0;
  kept.costs.length = 0;
});

test("an answer is kept once its charge is in the ledger, and not before", async () => {
  const recorder = new Recorder(holding());
  let write = () => {};
  const written = new Promise<void>((resolve) => {
    write = resolve;
  });
  await recorder.keep(answered(1), written);
  await recorder.keep(answered(2), Promise.resolve());
  await expect.poll(() => kept.lines).toEqual([2]);
  const ending = recorder.end();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(kept.lines).toEqual([2]);
  write();
  await ending;
  expect([kept.lines, kept.costs]).toEqual([
    [2, 1],
    [5, 5],
  ]);
});

test("those that become charged in the same moment are all kept", async () => {
  const recorder = new Recorder(holding());
  for (let round = 0; round < 200; round++) await recorder.keep(answered(round), Promise.resolve());
  await recorder.end();
  expect(kept.lines).toHaveLength(200);
  expect(kept.costs.reduce((sum, cost) => sum + cost, 0)).toBe(1_000);
});

test("an instance that lost its batch waits for no charge", async () => {
  const recorder = new Recorder(holding("lost"));
  await recorder.keep(answered(1), new Promise<void>(() => {}));
  await recorder.end();
  expect(kept.lines).toEqual([]);
});

test("what a line has cost without an answer is said once it is in the ledger", async () => {
  const recorder = new Recorder(holding());
  let write = () => {};
  recorder.noteUsed(
    { ...nothing, cost: 7 },
    new Promise<void>((resolve) => {
      write = resolve;
    }),
  );
  const ending = recorder.end();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(kept.costs).toEqual([]);
  write();
  await ending;
  expect(kept.costs).toEqual([7]);
});
