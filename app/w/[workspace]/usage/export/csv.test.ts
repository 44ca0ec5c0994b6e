import { expect, test } from "vitest";
import { csvHead, csvLines } from "./csv";

const figures = {
  requests: 3,
  errors: 1,
  promptTokens: 20,
  completionTokens: 30,
  cost: 1_234_567,
  latency: { p50: 84, p95: null, p99: null },
  classes: { cacheRead: 12, page: 2 },
};

const part = (...groups: { id: string; name: string }[]) => ({
  granularity: "hour" as const,
  currency: "EUR",
  next: null,
  rows: groups.map((group) => ({
    ...figures,
    step: new Date("2026-11-24T10:00:00Z"),
    group: { ...group, detail: null, ended: null },
  })),
});

test("a line has a cell for every column, money as a decimal, and nothing where nothing was measured", () => {
  expect(csvHead("none")).toBe(
    "\ufeffstart,requests,errors,tokens_in,tokens_out,cost,currency,latency_p50_ms,latency_p95_ms,latency_p99_ms,cache_read_tokens,cache_write_tokens,audio_input_tokens,image_input_tokens,reasoning_tokens,audio_output_tokens,seconds,images,pages,characters\r\n",
  );
  expect(csvLines(part({ id: "", name: "Everything" }), "none")).toBe(
    "2026-11-24T10:00:00Z,3,1,20,30,1.234567,EUR,84,,,12,0,0,0,0,0,0,0,2,0\r\n",
  );
  for (const groupBy of ["none", "model", "operation", "route", "key", "member"] as const) {
    const count = (text: string) => text.split(",").length;
    expect(count(csvLines(part({ id: "x", name: "x" }), groupBy))).toBe(count(csvHead(groupBy)));
  }
});

test.each([0, 1, 999_999, 1_000_000, 123_456_789_012])("%i micro-units are a decimal exactly", (cost) => {
  const [row] = part({ id: "", name: "" }).rows;
  const text = csvLines({ ...part(), rows: row ? [{ ...row, cost }] : [] }, "none").split(",")[5] ?? "";
  expect(text).toMatch(/^\d+\.\d{6}$/);
  expect(BigInt(text.replace(".", ""))).toBe(BigInt(cost));
});

test("no cell begins like a formula, and none breaks out of its quotes or its line", () => {
  const second = (name: string) => csvLines(part({ id: "abc", name }), "key").split(/(?<=Z,abc,)/)[1] ?? "";
  expect(second("=HYPERLINK(1)")).toMatch(/^"'=HYPERLINK\(1\)",3,/);
  for (const start of ["=", "+", "-", "@", "\t=", "\r=", "＝"]) expect(second(`${start}1+1`).slice(0, 2)).toBe(`"'`);
  expect(second('a","b')).toMatch(/^"a"",""b",3,/);
  expect(second("a\r\n=b")).toMatch(/^"a\r\n=b",3,/);
  expect(second("Ada's key")).toMatch(/^"Ada's key",3,/);
  expect(second("plain")).toMatch(/^plain,3,/);
});
