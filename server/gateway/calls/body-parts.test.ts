import { expect, test } from "vitest";
import { BodyParts, edited } from "./body-parts";

const text = "0123456789abcdefghij";

test.each([1, 2, 3, 7, 20])("edits are where they belong, in parts of %d bytes", (size) => {
  const parts: Buffer[] = [];
  for (let i = 0; i < text.length; i += size) parts.push(Buffer.from(text.slice(i, i + size)));
  for (let from = 0; from < text.length; from++)
    for (let to = from; to <= text.length; to++)
      for (const second of [to, to + 2, text.length - 1]) {
        const edits = [{ from, to, bytes: Buffer.from("<>") }];
        let expected = `${text.slice(0, from)}<>${text.slice(to)}`;
        if (second > from && second >= to && second < text.length) {
          edits.push({ from: second, to: second + 1, bytes: Buffer.from("!") });
          expected = `${text.slice(0, from)}<>${text.slice(to, second)}!${text.slice(second + 1)}`;
        }
        expect(Buffer.concat(edited(parts, edits)).toString()).toBe(expected);
      }
});

test("a body that comes byte by byte is held in few parts, one that comes in large pieces as it came", () => {
  const bytes = Buffer.from(text.repeat(10_000));
  const small = new BodyParts();
  for (let i = 0; i < bytes.length; i++) small.add(bytes.subarray(i, i + 1));
  expect(small.length).toBe(bytes.length);
  expect(small.end().length).toBeLessThan(6);
  expect(Buffer.concat(small.end()).equals(bytes)).toBe(true);
  const large = new BodyParts();
  const pieces = [
    bytes.subarray(0, 5),
    bytes.subarray(5, 50_000),
    bytes.subarray(50_000, 50_003),
    bytes.subarray(50_003),
  ];
  for (const piece of pieces) large.add(piece);
  expect(large.end()[1]).toBe(pieces[1]);
  expect(Buffer.concat(large.end()).equals(bytes)).toBe(true);
});
