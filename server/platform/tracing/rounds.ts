import { type Context, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan, Span, SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { changedMark } from "./tracing";

/** The attribute that marks the root span of a background job's round. */
export const roundMark = "atelier.job";

/** The most spans of a round that are held back. A round with more did something. */
const mostHeld = 100;
/** A round that takes this long is kept although it changed nothing, in milliseconds. */
const longMs = 1_000;

type Round = { held: ReadableSpan[]; isKept: boolean };

/**
 * Passes spans on. Of the rounds of background jobs only those are passed on that changed something, called another
 * server, failed or took a second: twenty jobs look for work every few seconds and mostly find none.
 */
export class WithoutIdleRounds implements SpanProcessor {
  readonly #rounds = new Map<string, Round>();

  constructor(private readonly next: SpanProcessor) {}

  onStart(span: Span, context: Context): void {
    if (!span.parentSpanContext && span.attributes[roundMark] === true)
      this.#rounds.set(span.spanContext().traceId, { held: [], isKept: false });
    this.next.onStart(span, context);
  }

  onEnd(span: ReadableSpan): void {
    const { traceId } = span.spanContext();
    const round = this.#rounds.get(traceId);
    if (!round) {
      this.next.onEnd(span);
      return;
    }
    round.held.push(span);
    const isLast = !span.parentSpanContext;
    round.isKept ||= hasDone(span) || (isLast && isLong(span)) || round.held.length > mostHeld;
    if (round.isKept) for (const each of round.held.splice(0)) this.next.onEnd(each);
    if (isLast) this.#rounds.delete(traceId);
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.next.shutdown();
  }
}

function hasDone({ attributes, kind, status }: ReadableSpan): boolean {
  const isError = status.code === SpanStatusCode.ERROR;
  const isElsewhere = kind === SpanKind.CLIENT && attributes["db.system.name"] === undefined;
  return isError || isElsewhere || attributes[changedMark] === true;
}

function isLong({ duration: [seconds, nanoseconds] }: ReadableSpan): boolean {
  return seconds * 1_000 + nanoseconds / 1e6 >= longMs;
}
