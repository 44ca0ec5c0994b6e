/** Which traces are kept: by the operator's rule, or also by the caller's flag if `isCallerHeard`. */
export type Sampling = { rule: "on" | "off" | "ratio"; ratio: number; isCallerHeard: boolean };

/** The settings of tracing; null: tracing is off and its libraries are not loaded. */
export type TracingSettings = {
  /** The URL of the collector. */
  collector: string;
  sampling: Sampling;
  /** Whether `traceparent` is read and sent on. */
  propagates: boolean;
} | null;

const endpoints = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
const protocols = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"];

const samplers = new Map<string, Pick<Sampling, "rule" | "isCallerHeard">>([
  ["always_on", { rule: "on", isCallerHeard: false }],
  ["always_off", { rule: "off", isCallerHeard: false }],
  ["traceidratio", { rule: "ratio", isCallerHeard: false }],
  ["parentbased_always_on", { rule: "on", isCallerHeard: true }],
  ["parentbased_always_off", { rule: "off", isCallerHeard: true }],
  ["parentbased_traceidratio", { rule: "ratio", isCallerHeard: true }],
]);

/**
 * Reads the OpenTelemetry variables that Atelier needs. OpenTelemetry's own library reads the rest: headers, time
 * limits, certificates, the length of the queue, the resource.
 */
export function readTracing(variables: Record<string, string | undefined>): {
  tracing: TracingSettings;
  complaints: string[];
} {
  const complaints: string[] = [];
  const given = (name: string) => variables[name]?.trim() || undefined;
  const named = endpoints.filter(given);
  const exporter = given("OTEL_TRACES_EXPORTER") ?? "otlp";
  const isOff = given("OTEL_SDK_DISABLED")?.toLowerCase() === "true" || exporter === "none";
  if (named.length === 0 || isOff) return { tracing: null, complaints };

  for (const name of named)
    if (!isHttp(given(name) ?? "")) complaints.push(`${name} must be an http(s) URL, like http://collector:4318`);
  if (exporter !== "otlp") complaints.push("OTEL_TRACES_EXPORTER must be otlp or none");
  for (const name of protocols)
    if ((given(name) ?? "http/protobuf") !== "http/protobuf")
      complaints.push(`${name} must be http/protobuf, which collectors take at port 4318`);
  const sampler = given("OTEL_TRACES_SAMPLER") ?? "always_on";
  const chosen = samplers.get(sampler);
  if (!chosen) complaints.push(`OTEL_TRACES_SAMPLER must be one of ${[...samplers.keys()].join(", ")}`);
  const ratio = Number(given("OTEL_TRACES_SAMPLER_ARG") ?? 1);
  if (chosen?.rule === "ratio" && !(ratio >= 0 && ratio <= 1))
    complaints.push("OTEL_TRACES_SAMPLER_ARG must be a share from 0 to 1");
  const propagators = (given("OTEL_PROPAGATORS") ?? "tracecontext").split(",").map((name) => name.trim());
  return {
    tracing: chosen
      ? {
          collector: given(named[0] ?? "") ?? "",
          sampling: { ...chosen, ratio },
          propagates: propagators.includes("tracecontext"),
        }
      : null,
    complaints,
  };
}

function isHttp(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
