import type { IncomingMessage } from "node:http";

/**
 * The attributes of a span: our own words, ids, numbers, and configured names. Never text of a person or a program, an
 * e-mail address, a key or a URL.
 */
export type Attributes = Record<string, string | number | boolean | undefined>;

/** The attribute of a span that changed something or found more to do. It makes the round of its job be kept. */
export const changedMark = "atelier.changed";

/** `job` is a round of a background job, which is kept only if it did something. */
export type SpanKind = "server" | "client" | "internal" | "job";

/** An open span, or a placeholder when tracing is off, which ignores all calls. */
export type Span = {
  set(attributes: Attributes): void;
  rename(name: string): void;
  /** Marks the span as failed, with the error's kind in one word. */
  fail(type: string): void;
  end(): void;
};

/** Creates spans. `exporting.ts` has the only implementation. */
export type Tracer = {
  /** Begins a span below the current one; without one, in the trace that `traceparent` names, or in a new trace. */
  begin(kind: SpanKind, name: string, attributes: Attributes, traceparent?: string): Span;
  within<T>(span: Span, run: () => T): T;
  /** Whether there is a current span. */
  readonly isWithin: boolean;
  /** The id of the current trace. */
  readonly traceId: string | undefined;
  /** The headers that pass the current span on to another server; empty: there is none. */
  readonly headers: Readonly<Record<string, string>>;
  /** Sends the waiting spans, within a time limit. */
  stop(): Promise<void>;
};

// Next's bundle and the front's each have their own copy of this module in one process.
const shared = globalThis as { atelierTracer?: Tracer | undefined };

/** Returns the process's tracer; undefined: tracing is off. */
export function tracer(): Tracer | undefined {
  return shared.atelierTracer;
}

/** Switches tracing on, or off with undefined. */
export function traceTo(tracer: Tracer | undefined): void {
  shared.atelierTracer = tracer;
}

const unseen: Span = { set() {}, rename() {}, fail() {}, end() {} };

/** Returns the headers that pass the current span on to another server. */
export function traceHeaders(): Readonly<Record<string, string>> {
  return shared.atelierTracer?.headers ?? {};
}

/** Runs `run` in a new span. The span ends with it and is marked as failed if it throws. */
export function traced<T>(
  kind: SpanKind,
  name: string,
  attributes: Attributes,
  run: (span: Span) => Promise<T>,
): Promise<T> {
  const tracer = shared.atelierTracer;
  if (!tracer) return run(unseen);
  const span = tracer.begin(kind, name, attributes);
  return tracer.within(span, async () => {
    try {
      return await run(span);
    } catch (error) {
      span.fail(errorType(error));
      throw error;
    } finally {
      span.end();
    }
  });
}

const word = /^[\w.-]{1,60}$/;

/** Returns the kind of an error in one word. Its message is not used, because that may repeat what was sent. */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return "other";
  const { why, code, error: told } = error as { why?: unknown; code?: unknown; error?: { code?: unknown } };
  const found = [why, code, told?.code, error.name].find((name) => typeof name === "string" && word.test(name));
  return errorWord(found);
}

/** Returns an error code if it is a single word, otherwise "other". The codes of model servers are passed on. */
export function errorWord(code: unknown): string {
  return typeof code === "string" && word.test(code) ? code : "other";
}

const templates = new WeakMap<IncomingMessage, string>();

/** Notes the route of a request, with its parameters as names, as the name of the request's span. */
export function noteRoute(request: IncomingMessage, template: string): void {
  if (shared.atelierTracer) templates.set(request, template);
}

/** Returns the route that `noteRoute` noted. */
export function routeOf(request: IncomingMessage): string | undefined {
  return templates.get(request);
}
