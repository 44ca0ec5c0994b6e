import { currentFormats } from "@/server/platform/formats";
import { customProblem, type Granularity, granularities, type Range } from "./input";

/** A span of time; `to` is not part of it. */
export type Span = { from: Date; to: Date };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A custom range that cannot be reported: what is wrong, by field. */
export class BadRange extends Error {
  override readonly name = "BadRange";
  constructor(
    readonly field: "from" | "to",
    message: string,
  ) {
    super(message);
  }
}

/**
 * Resolves a range at a moment to a span, and to the span before it for comparison. Spans are in UTC, where every day
 * has 24 hours. The earlier span is cut to the length that has passed of this one, so that half a month is compared
 * with half a month.
 *
 * @throws BadRange
 */
export function resolveRange(
  { range, from, to }: { range: Range; from?: string | undefined; to?: string | undefined },
  now: Date,
): { span: Span; previous: Span } {
  const span = spanOf(range, from, to, now);
  const begun = new Date(Math.min(span.to.getTime(), nextHour(now).getTime()));
  if (range === "month" || range === "last-month") {
    const before = monthStart(span.from, -1);
    const shift = span.from.getTime() - before.getTime();
    // The month before may be shorter; its span must not reach into this month.
    const end = range === "last-month" ? span.from.getTime() : Math.min(begun.getTime() - shift, span.from.getTime());
    return { span, previous: { from: before, to: new Date(end) } };
  }
  const length = range === "week" ? 7 * dayMs : span.to.getTime() - span.from.getTime();
  return {
    span,
    previous: { from: new Date(span.from.getTime() - length), to: new Date(begun.getTime() - length) },
  };
}

function spanOf(range: Range, from: string | undefined, to: string | undefined, now: Date): Span {
  const tomorrow = new Date(Math.floor(now.getTime() / dayMs) * dayMs + dayMs);
  const days = (count: number) => ({ from: new Date(tomorrow.getTime() - count * dayMs), to: tomorrow });
  switch (range) {
    case "24h":
      return { from: new Date(nextHour(now).getTime() - dayMs), to: nextHour(now) };
    case "7d":
      return days(7);
    case "30d":
      return days(30);
    case "week":
      return days(daysOfWeek(now));
    case "month":
      return { from: monthStart(now), to: tomorrow };
    case "last-month":
      return { from: monthStart(now, -1), to: monthStart(now) };
    case "custom":
      return customSpan(from, to, now, tomorrow);
  }
}

/** Returns how many days of the person's week have begun, in UTC: 1 on its first day. */
function daysOfWeek(now: Date): number {
  const weekday = now.getUTCDay() || 7;
  return ((weekday - currentFormats().weekStart + 7) % 7) + 1;
}

function customSpan(from: string | undefined, to: string | undefined, now: Date, tomorrow: Date): Span {
  const problem = customProblem({ from, to }, now);
  if (problem) throw new BadRange(problem.field, problem.message);
  const [first, last] = [Date.parse(String(from)), Date.parse(String(to))];
  return { from: new Date(first), to: new Date(Math.min(last + dayMs, tomorrow.getTime())) };
}

/** Returns the whole days in UTC within a span; null: there is none. */
export function wholeDays({ from, to }: Span): Span | null {
  const first = Math.ceil(from.getTime() / dayMs) * dayMs;
  const end = Math.floor(to.getTime() / dayMs) * dayMs;
  return first < end ? { from: new Date(first), to: new Date(end) } : null;
}

/** Returns the granularities that fit a span: hours up to a week, days from two days on, months from 32 days on. */
export function granularitiesFor({ from, to }: Span): Granularity[] {
  const days = (to.getTime() - from.getTime()) / dayMs;
  const fits = { hour: days <= 7, day: days >= 2, month: days > 31 };
  return granularities.filter((granularity) => fits[granularity]);
}

/** Returns the requested granularity if it fits the span, otherwise the one that suits it best. */
export function granularityFor(span: Span, asked?: Granularity): Granularity {
  const fitting = granularitiesFor(span);
  if (asked && fitting.includes(asked)) return asked;
  const days = (span.to.getTime() - span.from.getTime()) / dayMs;
  return days <= 2 ? "hour" : days <= 100 ? "day" : "month";
}

/**
 * Returns the beginning of every step in a span, including steps without usage. The first step may begin before the
 * span.
 */
export function stepsIn({ from, to }: Span, granularity: Granularity): Date[] {
  const steps: Date[] = [];
  for (let step = stepStart(from, granularity); step < to; step = nextStep(step, granularity)) steps.push(step);
  return steps;
}

/** Returns the beginning of the step after one. */
export function nextStep(step: Date, granularity: Granularity): Date {
  if (granularity === "month") return monthStart(step, 1);
  return new Date(step.getTime() + (granularity === "day" ? dayMs : hourMs));
}

function stepStart(moment: Date, granularity: Granularity): Date {
  if (granularity === "month") return monthStart(moment);
  const size = granularity === "day" ? dayMs : hourMs;
  return new Date(Math.floor(moment.getTime() / size) * size);
}

function monthStart(moment: Date, ahead = 0): Date {
  return new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() + ahead, 1));
}

function nextHour(moment: Date): Date {
  return new Date(Math.floor(moment.getTime() / hourMs) * hourMs + hourMs);
}
