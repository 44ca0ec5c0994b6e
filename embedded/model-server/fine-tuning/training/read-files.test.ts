import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTokenizer } from "../../language-model/tokenizer";
import { readFiles } from "./read-files";

const tokenizer = createTokenizer([]);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "read-files-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const good = (n: number) =>
  JSON.stringify({
    messages: [
      { role: "user", content: `Question ${n}?` },
      { role: "assistant", content: `Answer ${n}.` },
    ],
  });

async function fileOf(contents: string | Buffer, filename = "a.jsonl", weight = 1) {
  const file = path.join(folder, `${Math.random()}.jsonl`);
  await writeFile(file, contents);
  return { path: file, filename, weight };
}

async function read(contents: string | Buffer, skipPercentage = 0) {
  const data = await readFiles([await fileOf(contents)], [], skipPercentage, tokenizer);
  return { samples: data.training[0]?.samples.count, heldOut: data.heldOut.count, skipped: data.skippedLines };
}

const message = (fields: object) => JSON.stringify({ messages: [{ role: "user", content: "Hi" }, fields] });

test.each([
  ["{", "Line 3 of a.jsonl is not JSON"],
  ["[]", "Line 3 of a.jsonl is not a JSON object."],
  ["{}", 'Line 3 of a.jsonl has neither "messages" nor "text".'],
  ['{"text":" "}', 'Line 3 of a.jsonl has an empty "text".'],
  [message({ role: "user", content: "Hi" }), "Line 3 of a.jsonl does not end with a message of the assistant."],
  [message({ role: "robot", content: "Hi" }), "Line 3 of a.jsonl has a messages[1] whose role is not system"],
  [message({ role: "assistant", content: 7 }), "Line 3 of a.jsonl has a messages[1] whose content is not text."],
  [message({ role: "assistant", content: "" }), "Line 3 of a.jsonl has an empty assistant message in messages[1]."],
  [message({ role: "assistant", content: "Hi", tool_calls: [{}] }), "Line 3 of a.jsonl has tool calls in messages[1]"],
  [
    message({ role: "assistant", content: "Hi", weight: 0 }),
    "Line 3 of a.jsonl has no assistant message to learn from.",
  ],
  [JSON.stringify({ messages: [null] }), "Line 3 of a.jsonl has a messages[0] that is not an object."],
  ["x".repeat(5 * 1024 * 1024), "Line 3 of a.jsonl is longer than 4 MB."],
])("a line that cannot be learnt from is named: %.40s", async (line, sentence) => {
  await expect(read(`${good(1)}\n\n${line}\n${good(2)}\n`)).rejects.toThrow(sentence);
});

test("bytes that are not UTF-8 are named too", async () => {
  const bytes = Buffer.concat([Buffer.from(`${good(1)}\n`), Buffer.from([0xc3, 0x28, 0x0a]), Buffer.from(good(2))]);
  await expect(read(bytes)).rejects.toThrow("Line 2 of a.jsonl is not UTF-8.");
});

test("as many as are allowed are left out, and no more", async () => {
  const lines = [...Array.from({ length: 8 }, (_, n) => good(n)), "{", "nonsense"].join("\n");
  expect(await read(lines, 20)).toEqual({ samples: 7, heldOut: 1, skipped: 2 });
  await expect(read(lines, 19)).rejects.toThrow(
    /^Line 9 of a\.jsonl is not JSON \(.*\)\. 2 of its 10 lines cannot be used\. At most 19 % may be left out\.$/,
  );
});

test("a byte order mark, Windows line ends, blank lines and a missing last line end are no matter", async () => {
  expect(await read(`\ufeff${good(1)}\r\n\r\n${good(2)}\r\n  \n${good(3)}`)).toEqual({
    samples: 2,
    heldOut: 1,
    skipped: 0,
  });
});

test("every tenth example is held out, and none when there are validation files", async () => {
  const fifty = Array.from({ length: 50 }, (_, n) => good(n)).join("\n");
  expect(await read(fifty)).toEqual({ samples: 45, heldOut: 5, skipped: 0 });
  const validation = [await fileOf(good(1), "valid.jsonl")];
  const data = await readFiles([await fileOf(fifty)], validation, 0, tokenizer);
  expect([data.training[0]?.samples.count, data.heldOut.count]).toEqual([50, 1]);
  await expect(readFiles([await fileOf(fifty)], [await fileOf("{", "valid.jsonl")], 0, tokenizer)).rejects.toThrow(
    "Line 1 of valid.jsonl is not JSON",
  );
});

test("too few examples, an empty file and one that is gone are refused in sentences", async () => {
  await expect(read(good(1))).rejects.toThrow(
    "The training files have 1 usable example; at least 2 are needed, one of them to measure on.",
  );
  await expect(read("\n \n")).rejects.toThrow("The file a.jsonl has no lines.");
  const gone = { path: path.join(folder, "gone"), filename: "gone.jsonl", weight: 1 };
  await expect(readFiles([gone], [], 0, tokenizer)).rejects.toThrow(
    "The file gone.jsonl was deleted before it had been read.",
  );
});
