import type { ReactNode } from "react";
import { formatDuration, formatMoney, formatNumber } from "@/app/_ui/format";
import type { Report } from "@/server/usage/report";

/** Draws the figures of everything shown, and how they changed. */
export function Tiles({ report, before }: { report: Report; before: string }) {
  const { totals, previous, currency } = report;
  return (
    <dl className="mb-6 grid grid-cols-2 gap-px overflow-hidden rounded-xl border border-hairline bg-hairline shadow-card md:grid-cols-3">
      <Tile label="Cost" now={totals.cost} was={previous.cost} before={before}>
        {formatMoney(totals.cost, currency)}
      </Tile>
      <Tile label="Requests" now={totals.requests} was={previous.requests} before={before}>
        {formatNumber(totals.requests)}
      </Tile>
      <Tile label="Errors" now={totals.errors} was={previous.errors} before={before}>
        {formatNumber(totals.errors)}
        {totals.errors > 0 && (
          <span className="ml-1.5 font-normal text-[0.8125rem] text-ink-soft">
            {share(totals.errors, totals.requests)}
          </span>
        )}
      </Tile>
      <Tile label="Tokens in" now={totals.promptTokens} was={previous.promptTokens} before={before}>
        {formatNumber(totals.promptTokens)}
      </Tile>
      <Tile label="Tokens out" now={totals.completionTokens} was={previous.completionTokens} before={before}>
        {formatNumber(totals.completionTokens)}
      </Tile>
      <Tile label="Latency p50" now={totals.latency.p50} was={previous.latency.p50} before={before}>
        {formatDuration(totals.latency.p50)}
        <span className="ml-1.5 font-normal text-[0.8125rem] text-ink-soft max-lg:ml-0 max-lg:block max-lg:pt-1 max-lg:leading-snug">
          p95 {formatDuration(totals.latency.p95)}, p99 {formatDuration(totals.latency.p99)}
        </span>
      </Tile>
    </dl>
  );
}

function Tile({
  label,
  now,
  was,
  before,
  children,
}: {
  label: string;
  now: number | null;
  was: number | null;
  before: string;
  children: ReactNode;
}) {
  return (
    <div className="flex flex-col bg-surface px-4 py-3 md:px-5 md:py-4">
      <dt className="text-[0.8125rem] text-ink-faint">{label}</dt>
      <dd className="figures mt-1 font-semibold text-xl leading-tight tracking-[-0.015em]">{children}</dd>
      <dd className="figures mt-auto pt-1.5 text-[0.8125rem] text-ink-soft" title={before}>
        <Change now={now} was={was} />
      </dd>
    </div>
  );
}

/** Shows how much more or less it is than before, without judging whether that is good. */
function Change({ now, was }: { now: number | null; was: number | null }) {
  if (!was) return now ? "no earlier data" : "as before";
  const change = Math.round((((now ?? 0) - was) / was) * 1000) / 10;
  if (change === 0) return "as before";
  const size = Math.abs(change);
  const text = size >= 1000 ? `${formatNumber(size / 100)}×` : `${size >= 10 ? Math.round(size) : size} %`;
  return (
    <>
      <span aria-hidden="true">{change > 0 ? "↑ " : "↓ "}</span>
      <span className="sr-only">{change > 0 ? "up " : "down "}</span>
      {text}
    </>
  );
}

function share(part: number, all: number): string {
  const percent = (part / all) * 100;
  return `${percent < 1 ? "< 1" : Math.round(percent)} %`;
}
