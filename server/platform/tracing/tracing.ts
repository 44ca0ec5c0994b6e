import type { IncomingMessage } from "node:http";

/**
 * What is noted of a span: our own words, ids, numbers, and names that are configured. Never what a person or a program wrote, an
 * address of mail, a key or a URL.
 */
export type Attributes = Record<string, string | number | boolean | undefined>;

/** The attribute of a span that changed something, or found more to do: the round of a job that it belongs to is kept. */
export const changedMark = "atelier.changed";

/** `job`: a round of a background job, which is kept only if it did something. */
export type SpanKind = "server" | "client" | "internal" | "job";

/** A span that is under way, or one that is not kept, of which nothing is noted. */
export type Span = {
  set(attributes: Attributes): void;
  rename(name: string): void;
  /** Notes that it failed, and why in a word. */
  fail(type: string): void;
  end(): void;
};

/** Where spans go; `exporting.ts` makes the only one. */
export type Tracer = {
  /** Begins a span below the one under way; without one, in the trace that `traceparent` names, or in a new one. */
  begin(kind: SpanKind, name: string, attributes: Attributes, traceparent?: string): Span;
  within<T>(span: Span, run: () => T): T;
  /** Whether there is a span under way. */
  readonly isWithin: boolean;
  /** The id of the trace under way. */
  readonly traceId: string | undefined;
  /** The header that tells another server of the span under way; empty: there is none. */
  readonly headers: Readonly<Record<string, string>>;
  /** Sends what waits, for as long as that may take. */
  stop(): Promise<void>;
};

// Next's bundle and the front's each have their own copy of this module in one process.
const shared = globalThis as { atelierTracer?: Tracer | undefined };

/** Returns where spans go; undefined: tracing is off. */
export function tracer(): Tracer | undefined {
  return shared.atelierTracer;
}

/** Switches tracing on, or off with undefined. */
export function traceTo(tracer: Tracer | undefined): void {
  shared.atelierTracer = tracer;
}

const unseen: Span = { set() {}, rename() {}, fail() {}, end() {} };

/** Returns the headers that tell another server of the span under way. */
export function traceHeaders(): Readonly<Record<string, string>> {
  return shared.atelierTracer?.headers ?? {};
}

/** Runs `run` in a span of its own, which ends with it, and failed if it throws. */
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

/** Returns what kind of error it is, in a word: nothing of its message, which may repeat what was sent. */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return "other";
  const { why, code, error: told } = error as { why?: unknown; code?: unknown; error?: { code?: unknown } };
  const found = [why, code, told?.code, error.name].find((name) => typeof name === "string" && word.test(name));
  return errorWord(found);
}

/** Returns what an error is called if that is a word: model servers' own codes are passed on. */
export function errorWord(code: unknown): string {
  return typeof code === "string" && word.test(code) ? code : "other";
}

const templates = new WeakMap<IncomingMessage, string>();

/** Notes which route answers a request, with its parameters as names, as the request's span is called. */
export function noteRoute(request: IncomingMessage, template: string): void {
  if (shared.atelierTracer) templates.set(request, template);
}

/** Returns what `noteRoute` was told. */
export function routeOf(request: IncomingMessage): string | undefined {
  return templates.get(request);
}
