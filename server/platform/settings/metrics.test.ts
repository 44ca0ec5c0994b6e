import { expect, test } from "vitest";
import { readMetrics } from "./metrics";

test.each([
  [{}, null],
  [{ METRICS_PORT: "9464" }, { port: 9464, token: null }],
  [{ METRICS_TOKEN: "a-token-of-some-length" }, { port: null, token: "a-token-of-some-length" }],
  [
    { METRICS_PORT: "9464", METRICS_TOKEN: "a-token-of-some-length" },
    { port: 9464, token: "a-token-of-some-length" },
  ],
])("%j says where the metrics are", (variables, metrics) => {
  expect(readMetrics(variables)).toEqual({ metrics, complaints: [] });
});

test.each([
  [{ METRICS_PORT: "http" }, "METRICS_PORT must be a port"],
  [{ METRICS_PORT: "0" }, "METRICS_PORT must be a port"],
  [{ METRICS_PORT: "70000" }, "METRICS_PORT must be a port"],
  [{ METRICS_TOKEN: "short" }, "METRICS_TOKEN must be at least 16 printable characters without spaces"],
  [
    { METRICS_PORT: "3000", PORT: "3000" },
    "METRICS_PORT must not be PORT: leave it out to have the metrics there, with a METRICS_TOKEN",
  ],
])("%j stops the start with a sentence", (variables, complaint) => {
  expect(readMetrics(variables).complaints).toEqual([complaint]);
});
