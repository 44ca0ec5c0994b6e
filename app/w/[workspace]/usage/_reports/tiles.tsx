import type { ReactNode } from "react";
import { formatMoney, formatNumber, formatTenths } from "@/app/_ui/format";
import type { Range } from "@/server/usage/input";
import type { Report } from "@/server/usage/report";
import { atMost } from "./at-most";

/** The span that a range is compared with, as text. */
const earlier: Record<Range, string> = {
  "24h": "the 24 hours before",
  "7d": "the 7 days before",
  "30d": "the 30 days before",
  week: "the same days of last week",
  month: "the same days of last month",
  "last-month": "the month before",
  custom: "as long a time before",
};

/** Draws the figures of everything shown, and how they changed. `before`: the exact span that they are compared with. */
export function Tiles({ report, range, before }: { report: Report; range: Range; before: string }) {
  const { totals, previous, currency } = report;
  const compared = { before, than: earlier[range] };
  return (
    <dl className="mb-6 grid grid-cols-[repeat(auto-fit,minmax(9.5rem,1fr))] gap-px overflow-hidden rounded-xl border border-hairline bg-hairline shadow-card md:grid-cols-3">
      <Tile label="Cost" now={totals.cost} was={previous.cost} {...compared}>
        {formatMoney(totals.cost, currency)}
      </Tile>
      <Tile label="Requests" words={["more", "fewer"]} now={totals.requests} was={previous.requests} {...compared}>
        {formatNumber(totals.requests)}
      </Tile>
      <Tile label="Errors" isWorseUp words={["more", "fewer"]} now={totals.errors} was={previous.errors} {...compared}>
        {formatNumber(totals.errors)}
        {totals.errors > 0 && (
          <span className="ml-1.5 font-normal text-[0.8125rem] text-ink-soft">
            {share(totals.errors, totals.requests)}
          </span>
        )}
      </Tile>
      <Tile
        label="Tokens in"
        words={["more", "fewer"]}
        now={totals.promptTokens}
        was={previous.promptTokens}
        {...compared}
      >
        {formatNumber(totals.promptTokens)}
      </Tile>
      <Tile
        label="Tokens out"
        words={["more", "fewer"]}
        now={totals.completionTokens}
        was={previous.completionTokens}
        {...compared}
      >
        {formatNumber(totals.completionTokens)}
      </Tile>
      <Tile
        label="Latency p50"
        isWorseUp
        words={["slower", "faster"]}
        now={totals.latency.p50}
        was={previous.latency.p50}
        {...compared}
      >
        {atMost(totals.latency.p50)}
        <span className="ml-1.5 font-normal text-[0.8125rem] text-ink-soft max-lg:ml-0 max-lg:block max-lg:pt-1 max-lg:leading-snug">
          p95 {atMost(totals.latency.p95)}, p99 {atMost(totals.latency.p99)}
        </span>
      </Tile>
    </dl>
  );
}

type Compared = {
  now: number | null;
  was: number | null;
  /** The span that it is compared with, as text. */
  than: string;
  /** The words for an increase and a decrease. */
  words?: [more: string, less: string];
  /** An increase is bad and a decrease good. Otherwise the change is neutral. */
  isWorseUp?: boolean;
};

function Tile({
  label,
  before,
  children,
  ...compared
}: Compared & { label: string; before: string; children: ReactNode }) {
  return (
    <div className="flex flex-col bg-surface px-4 py-3 md:px-5 md:py-4">
      <dt className="text-[0.8125rem] text-ink-faint">{label}</dt>
      <dd className="figures mt-1 font-semibold text-xl leading-tight tracking-[-0.015em]">{children}</dd>
      <dd className="figures mt-auto pt-1.5 text-[0.8125rem] text-ink-soft" title={before}>
        <Change {...compared} />
      </dd>
    </div>
  );
}

/** Shows how much it has increased or decreased. */
function Change({ now, was, than, words: [more, less] = ["more", "less"], isWorseUp }: Compared) {
  if (!was) return now ? "no earlier data" : `as in ${than}`;
  const change = Math.round((((now ?? 0) - was) / was) * 1000) / 10;
  if (change === 0) return `as in ${than}`;
  const isUp = change > 0;
  const size = Math.abs(change);
  const tone = isWorseUp ? (isUp ? "text-danger" : "text-success") : "text-ink";
  const times = `${formatNumber(Math.round(size / 100) + 1)} times ${than}`;
  return (
    <>
      <span className={`font-medium ${tone}`}>
        <span aria-hidden="true">{isUp ? "↑ " : "↓ "}</span>
        {size < 1000 && `${size >= 10 ? formatNumber(size) : formatTenths(size)} % ${isUp ? more : less}`}
      </span>{" "}
      {size < 1000 ? `than ${than}` : times}
    </>
  );
}

function share(part: number, all: number): string {
  const percent = (part / all) * 100;
  return `${percent < 1 ? "< 1" : Math.round(percent)} %`;
}
