import { expect, test } from "vitest";
import { inTurns, workOn } from "./turns";

/** Keeps the process busy for this many milliseconds. */
function work(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test("what others wait for comes between the parts of long work, and works take turns", async () => {
  const done: string[] = [];
  const parts = (name: string, count: number) => {
    let left = count;
    return inTurns(() => {
      work(1.1);
      done.push(name);
      return --left > 0;
    });
  };
  let between = 0;
  let isOver = false;
  const others = () => {
    between++;
    if (!isOver) setImmediate(others);
  };
  setImmediate(others);
  await Promise.all([parts("a", 6), parts("b", 3)]);
  isOver = true;
  expect(done.join("")).toBe("abababaaa");
  expect(between).toBeGreaterThanOrEqual(8);
});

test("short parts share a turn", async () => {
  let turns = 0;
  let isOver = false;
  const others = () => {
    turns++;
    if (!isOver) setImmediate(others);
  };
  let left = 1_000;
  const begun = inTurns(() => --left > 0);
  setImmediate(others);
  await begun;
  isOver = true;
  expect(turns).toBeLessThan(1_000);
});

test("work that fails ends alone", async () => {
  let left = 3;
  const good = inTurns(() => --left > 0);
  await expect(
    inTurns(() => {
      throw new Error("no");
    }),
  ).rejects.toThrow("no");
  await good;
  expect(left).toBe(0);
});

test("work on a short text waits for no turn, and on a longer one for as many as it has parts", async () => {
  function* parts() {
    for (let i = 0; i < 3; i++) {
      work(1.1);
      yield;
    }
    return "made";
  }
  const turnsOf = async (bytes: number) => {
    let turns = 0;
    let isOver = false;
    const others = () => {
      turns++;
      if (!isOver) setImmediate(others);
    };
    setImmediate(others);
    expect(await workOn(bytes, parts())).toBe("made");
    isOver = true;
    return turns;
  };
  expect(await turnsOf(32 * 1024)).toBe(0);
  expect(await turnsOf(32 * 1024 + 1)).toBeGreaterThanOrEqual(3);
  function* failing(): Generator<undefined, never> {
    yield;
    throw new Error("no");
  }
  await expect(workOn(1, failing())).rejects.toThrow("no");
});
