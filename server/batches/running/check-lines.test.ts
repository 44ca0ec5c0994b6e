import { Readable } from "node:stream";
import { expect, test } from "vitest";
import type { LineDoor } from "../door";
import { checkLines } from "./check-lines";
import type { Hold } from "./hold";

const endpoint = "/v1/chat/completions";
const hold = { why: undefined, batch: { endpoint, form: "openai", model: null } } as unknown as Hold;
const caller = { workspaceId: "w", memberId: "m", keyId: null };
const door = { check: async () => ({ cost: 2 }) } as unknown as LineDoor;

/** Returns a file with a number of lines of a length, generated as it is read; `odd` replaces the content of a line. */
function fileOf(lines: number, bytes: number, odd: (line: number) => string | undefined = () => undefined): Readable {
  const content = "x".repeat(bytes);
  const pieces = function* () {
    for (let line = 1; line <= lines; line++) {
      const body = { model: "m", messages: [{ role: "user", content }] };
      yield Buffer.from(
        `${odd(line) ?? JSON.stringify({ custom_id: `line-${line}`, method: "POST", url: endpoint, body })}\n`,
      );
    }
  };
  return Readable.from(pieces(), { objectMode: false });
}

test("50,000 lines, 512 MB together, are checked without being held", async () => {
  const before = process.memoryUsage().rss;
  let most = 0;
  const looking = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss - before);
  }, 50);
  const found = await checkLines(hold, fileOf(50_000, 10_600), door, caller).finally(() => clearInterval(looking));
  expect(found).toEqual({ checked: { total: 50_000, estimatedCost: 100_000 } });
  expect(most).toBeLessThan(200 * 1024 * 1024);
}, 120_000);

test("a line more than 50,000, and a bad one among many, are named by their number", async () => {
  const bad = (line: number) => (line === 40_001 ? "{" : undefined);
  expect(await checkLines(hold, fileOf(50_000, 10, bad), door, caller)).toMatchObject({
    errors: [{ line: 40_001, code: "invalid_json_line" }],
  });
  expect(await checkLines(hold, fileOf(50_001, 10), door, caller)).toMatchObject({
    errors: [{ line: 50_001, code: "too_many_requests" }],
  });
}, 60_000);

test("of lines that are all bad the first fifty are named", async () => {
  const found = await checkLines(
    hold,
    fileOf(1_000, 10, () => "[]"),
    door,
    caller,
  );
  expect(found && "errors" in found && found.errors.map(({ line }) => line)).toEqual(
    Array.from({ length: 50 }, (_, i) => i + 1),
  );
});
