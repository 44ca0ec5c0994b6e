import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Gate } from "./gate";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Starts a number of passes and returns the tickets of those that have passed so far. */
function passing(gate: Gate, count: number): (number | undefined)[] {
  const passed: (number | undefined)[] = [];
  for (let i = 0; i < count; i++) void gate.pass().then((ticket) => passed.push(ticket));
  return passed;
}

test("once one is told to wait all wait, then one goes first, and its answer lets the others follow", async () => {
  const gate = new Gate();
  const before = passing(gate, 3);
  await vi.advanceTimersByTimeAsync(0);
  expect(before).toEqual([0, 0, 0]);
  expect(gate.close(0, 5)).toBeGreaterThan(4_900);
  // Of the lines that were sent before, only the first refusal counts, and none of them opens the gate.
  gate.close(0, 1);
  expect(gate.open(0)).toBe(false);
  const after = passing(gate, 3);
  await vi.advanceTimersByTimeAsync(4_900);
  expect(after).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(after).toEqual([1]);
  expect(gate.open(1)).toBe(true);
  await vi.advanceTimersByTimeAsync(0);
  expect(after).toEqual([1, 0, 0]);
});

test("it is closed longer each time, a minute at most, and lets go of all at the end", async () => {
  const gate = new Gate();
  const waits: number[] = [];
  for (let ticket = 0; ticket < 9; ticket++) {
    waits.push(Math.round(gate.close(ticket, 0) / 1_000));
    const passed = passing(gate, 1);
    await vi.advanceTimersByTimeAsync(61_000);
    expect(passed).toEqual([ticket + 1]);
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  gate.close(9, 3_600);
  const last = passing(gate, 2);
  gate.end();
  await vi.advanceTimersByTimeAsync(0);
  expect(last).toEqual([undefined, undefined]);
});
