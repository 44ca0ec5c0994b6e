import { expect, test } from "vitest";
import { whatIfText } from "./what-if-text";

const now = new Date("2026-11-24T12:30:00Z");
const outcome = { requests: 1204, refused: 312, cost: 50_000_000, costThen: 20_000_000, refusals: [] };
const say = (values: Partial<Parameters<typeof whatIfText>[1]>) =>
  whatIfText(20_000_000, { ...outcome, ...values }, "EUR", now, "a month");

test("from when calls would have been refused, and how many", () => {
  expect(say({ refusals: [{ from: new Date("2026-11-17T14:00:00Z"), until: now }] })).toBe(
    "With €20.00 a month, calls would have been refused from Nov 17, 14:00 UTC on: 312 of 1,204 requests.",
  );
});

test("what was refused last month ended with it", () => {
  const refusals = [
    { from: new Date("2026-10-28T10:00:00Z"), until: new Date("2026-11-01T00:00:00Z") },
    { from: new Date("2026-11-17T14:00:00Z"), until: now },
  ];
  expect(say({ refusals })).toContain(
    "refused from Oct 28, 10:00 UTC to Nov 1, 00:00 UTC, and from Nov 17, 14:00 UTC on: 312 of 1,204 requests.",
  );
});

test("all of them, none of them, and none to try it on", () => {
  const refusals = [{ from: new Date("2026-11-17T14:00:00Z"), until: now }];
  expect(say({ refused: 1204, refusals })).toContain("on: all of 1,204 requests.");
  expect(say({ refused: 0 })).toBe(
    "With €20.00 a month, each of the 1,204 requests of the last 30 days would have gone through.",
  );
  expect(say({ requests: 1, refused: 0 })).toContain("the one request of the last 30 days would have gone through.");
  expect(say({ requests: 0, refused: 0 })).toBe("There were no requests in the last 30 days to try it on.");
});
