import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import * as api from "@opentelemetry/api";
import { type ExportResult, ExportResultCode, parseTraceParent } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-base";
import { log } from "@/server/platform/log";
import { agentFor } from "@/server/platform/outgoing";
import type { TracingSettings } from "@/server/platform/settings/tracing";
import { roundMark, WithoutIdleRounds } from "./rounds";
import { samplerOf } from "./sampling";
import { type Attributes, errorType, type Span, type SpanKind, type Tracer } from "./tracing";

const kinds: Record<SpanKind, api.SpanKind> = {
  server: api.SpanKind.SERVER,
  client: api.SpanKind.CLIENT,
  internal: api.SpanKind.INTERNAL,
  job: api.SpanKind.INTERNAL,
};

/** How long stopping waits for the collector, in milliseconds. */
const lastWordsMs = 2_000;

type Described = { version: string; role: string };

/**
 * Returns a tracer that sends spans to the collector of the OpenTelemetry variables. It is not registered as the
 * process's global tracer, because Next would then add its own spans, which contain full page addresses.
 */
export function exportingTracer(
  { sampling, propagates, collector }: NonNullable<TracingSettings>,
  { version, role }: Described,
): Tracer {
  const exporter = new Told(
    new OTLPTraceExporter({ httpAgentOptions: () => agentFor(new URL(collector), { keepAlive: true }) }),
  );
  const own = {
    "service.name": "atelier",
    "service.version": version,
    "service.instance.id": randomUUID(),
    "atelier.role": role,
  };
  const provider = new BasicTracerProvider({
    // Attributes from the environment come last and win. Nothing else is detected: a command line may contain secrets.
    resource: defaultResource()
      .merge(resourceFromAttributes(own))
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: samplerOf(sampling),
    spanProcessors: [new WithoutIdleRounds(new BatchSpanProcessor(exporter))],
    spanLimits: { attributeValueLengthLimit: 200, attributeCountLimit: 32 },
  });
  const otel = provider.getTracer("atelier", version);
  const under = new AsyncLocalStorage<Begun>();

  const parentOf = (kind: SpanKind, traceparent: string | undefined): api.Context => {
    if (kind === "job") return api.ROOT_CONTEXT;
    const current = under.getStore();
    if (current) return current.context;
    const remote = propagates && traceparent ? parseTraceParent(traceparent) : null;
    // `tracestate` is not used: its content is the caller's.
    return remote ? api.trace.setSpanContext(api.ROOT_CONTEXT, { ...remote, isRemote: true }) : api.ROOT_CONTEXT;
  };

  return {
    begin(kind, name, attributes, traceparent) {
      const parent = parentOf(kind, traceparent);
      const marked = kind === "job" ? { ...attributes, [roundMark]: true } : attributes;
      return new Begun(
        otel.startSpan(name, { kind: kinds[kind], attributes: marked as api.Attributes }, parent),
        parent,
      );
    },
    within: (span, run) => under.run(span as Begun, run),
    get isWithin() {
      return under.getStore() !== undefined;
    },
    get traceId() {
      return under.getStore()?.traceId;
    },
    get headers(): Record<string, string> {
      const current = propagates && under.getStore();
      return current ? { traceparent: current.traceparent } : {};
    },
    async stop() {
      const timer = { end: () => {} };
      const late = new Promise<void>((resolve) => {
        const timeout = setTimeout(resolve, lastWordsMs);
        timer.end = () => clearTimeout(timeout);
      });
      await Promise.race([provider.shutdown().catch(() => {}), late]);
      timer.end();
    },
  };
}

class Begun implements Span {
  readonly context: api.Context;

  constructor(
    private readonly span: api.Span,
    parent: api.Context,
  ) {
    this.context = api.trace.setSpan(parent, span);
  }

  get traceId(): string {
    return this.span.spanContext().traceId;
  }

  get traceparent(): string {
    const { traceId, spanId, traceFlags } = this.span.spanContext();
    return `00-${traceId}-${spanId}-${traceFlags & api.TraceFlags.SAMPLED ? "01" : "00"}`;
  }

  set(attributes: Attributes): void {
    this.span.setAttributes(attributes as api.Attributes);
  }

  rename(name: string): void {
    this.span.updateName(name);
  }

  fail(type: string): void {
    this.span.setStatus({ code: api.SpanStatusCode.ERROR });
    this.span.setAttribute("error.type", type);
  }

  end(): void {
    this.span.end();
  }
}

/** Exports spans, and logs only when exporting begins to fail and when it works again. */
class Told implements SpanExporter {
  #isFailing = false;

  constructor(private readonly to: SpanExporter) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.to.export(spans, (result) => {
      const isFailing = result.code !== ExportResultCode.SUCCESS;
      if (isFailing && !this.#isFailing)
        log.warn({ reason: errorType(result.error) }, "traces cannot be sent to OTEL_EXPORTER_OTLP_ENDPOINT");
      if (!isFailing && this.#isFailing) log.info("traces are sent again");
      this.#isFailing = isFailing;
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.to.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.to.forceFlush?.();
  }
}
