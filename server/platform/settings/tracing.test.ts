import { expect, test } from "vitest";
import { readTracing } from "./tracing";

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" };

test.each([
  [{}, null],
  [{ ...endpoint, OTEL_SDK_DISABLED: "true" }, null],
  [{ ...endpoint, OTEL_TRACES_EXPORTER: "none" }, null],
  [endpoint, { rule: "on", ratio: 1, isCallerHeard: false }],
  [
    { ...endpoint, OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.1" },
    { rule: "ratio", ratio: 0.1, isCallerHeard: true },
  ],
])("%j says which traces are kept", (variables, sampling) => {
  const { tracing, complaints } = readTracing(variables);
  expect(complaints).toEqual([]);
  expect(tracing?.sampling ?? null).toEqual(sampling);
});

test.each([
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" },
    "OTEL_EXPORTER_OTLP_ENDPOINT must be an http(s) URL, like http://collector:4318",
  ],
  [
    { ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" },
    "OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf, which collectors take at port 4318",
  ],
  [{ ...endpoint, OTEL_TRACES_EXPORTER: "zipkin" }, "OTEL_TRACES_EXPORTER must be otlp or none"],
  [
    { ...endpoint, OTEL_TRACES_SAMPLER: "constructor" },
    "OTEL_TRACES_SAMPLER must be one of always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, parentbased_traceidratio",
  ],
  [
    { ...endpoint, OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "10%" },
    "OTEL_TRACES_SAMPLER_ARG must be a share from 0 to 1",
  ],
])("%j stops the start with a sentence", (variables, complaint) => {
  expect(readTracing(variables).complaints).toEqual([complaint]);
});
