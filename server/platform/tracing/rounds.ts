import { type Context, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan, Span, SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { changedMark } from "./tracing";

/** The attribute of a round of a background job. */
export const roundMark = "atelier.job";

/** As many spans of a round are held; one that has more did something. */
const mostHeld = 100;
/** A round that takes as long is of interest though it changed nothing. */
const longMs = 1_000;

type Round = { held: ReadableSpan[]; isKept: boolean };

/**
 * Passes on spans, of rounds of background jobs only those that changed something, failed or took a second: twenty jobs look every few
 * seconds for what they have to do, and find nothing.
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
