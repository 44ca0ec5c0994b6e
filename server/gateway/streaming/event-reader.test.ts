import { expect, test } from "vitest";
import { cpuMs } from "@/tests/support/cpu-time";
import { dataOf, EventReader, errorOf, withData } from "./event-reader";

const events = [
  'data: {"a":1}\n\n',
  ": ping\n\n",
  "data:two\r\n\r\n",
  "event: x\rdata: three\r\r",
  "id: 4\ndata: ü\ndata: five\n\n",
];
const stream = Buffer.from(events.join(""));

test("however a stream is cut, its events come out whole and to the byte", () => {
  for (let size = 1; size <= stream.length; size++) {
    const reader = new EventReader(1_000);
    const found: Buffer[] = [];
    for (let at = 0; at < stream.length; at += size) found.push(...reader.push(stream.subarray(at, at + size)));
    found.push(reader.rest());
    expect(Buffer.concat(found).equals(stream)).toBe(true);
    expect(found.map((event) => dataOf(event.toString())).filter((data) => data !== undefined)).toEqual([
      '{"a":1}',
      "two",
      "three",
      "ü\nfive",
    ]);
  }
});

test("what has not ended is kept, and the events before one that is too long are not lost with it", () => {
  const reader = new EventReader(100);
  expect(reader.push(Buffer.from("data: begun"))).toEqual([]);
  expect(reader.rest().toString()).toBe("data: begun");
  for (let i = 0; i < 10; i++) reader.push(Buffer.from("0123456789"));
  expect(reader.isTooLong).toBe(false);
  reader.push(Buffer.from("!"));
  expect(reader.isTooLong).toBe(true);
  const other = new EventReader(10);
  expect(other.push(Buffer.from(`data: 1\n\ndata: ${"x".repeat(20)}`)).map(String)).toEqual(["data: 1\n\n"]);
  expect(other.isTooLong).toBe(true);
});

test.each(["data:\n", ":\n", ": x\r", "a\r\n"])(
  "an event of a million lines %j is given up after ten thousand, and costs little",
  (line) => {
    const reader = new EventReader(4_000_000);
    const bytes = Buffer.from(line.repeat(1_000_000));
    const begun = cpuMs();
    let at = 0;
    for (; at < bytes.length && !reader.isTooLong; at += 65_536)
      for (const event of reader.push(bytes.subarray(at, at + 65_536))) dataOf(event.toString());
    expect(at).toBeLessThan(bytes.length);
    expect(cpuMs() - begun).toBeLessThan(100);
  },
);

test("an event gets other data and keeps its other lines", () => {
  expect(withData("event: x\r\nid: 4\r\ndata: old\r\n\r\n", "new\nlines")).toBe(
    "event: x\nid: 4\ndata: new\ndata: lines\n\n",
  );
});

test("an error in a line of its own is found", () => {
  expect(errorOf('error: {"code":500}\n\n')).toBe('{"code":500}');
  expect(errorOf("data: error: x\n\n")).toBeUndefined();
});
