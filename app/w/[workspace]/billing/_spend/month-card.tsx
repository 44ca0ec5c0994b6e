import type { ReactNode } from "react";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { formatMoney } from "@/app/_ui/format";
import { lastDay, monthName } from "@/app/w/[workspace]/_shared/month";
import { SpendChart } from "./spend-chart";

type Props = {
  here: string;
  month: string;
  currency: string;
  spent: number;
  reserved: number;
  forecast: number | null;
  days: { day: string; model: string | null; cost: number }[];
  now: Date;
  limit: number | null;
  /** The inks of the hidden series. */
  hidden: number[];
};

/** Shows the cost of the month so far, the forecast, and the spend of each day. */
export function MonthCard({ here, month, currency, spent, reserved, forecast, days, now, limit, hidden }: Props) {
  return (
    <Card
      title={monthName(month)}
      description="Days and months are in UTC."
      action={
        <span className="flex flex-wrap gap-2">
          <LinkButton href="#members" size="sm" variant="ghost">
            By member
          </LinkButton>
          <LinkButton href={`${here}/statement?month=${month}`} size="sm">
            Statement
          </LinkButton>
        </span>
      }
    >
      <dl className="mb-6 grid gap-x-6 gap-y-5 sm:grid-cols-3">
        <Figure term="Spent so far" hint="Completed requests.">
          {formatMoney(spent, currency)}
        </Figure>
        <Figure term="Reserved right now" hint="The maximum that requests in progress may still cost.">
          {formatMoney(reserved, currency)}
        </Figure>
        <Figure
          term={`Expected by ${lastDay(month)}`}
          hint={
            forecast === null
              ? "A forecast needs three full days of use."
              : "Based on the average of the last seven full days."
          }
        >
          {forecast === null ? (
            <span className="font-medium text-base text-ink-soft">Not enough days yet</span>
          ) : (
            formatMoney(forecast, currency)
          )}
        </Figure>
      </dl>
      {days.some(({ cost }) => cost > 0) ? (
        <SpendChart {...{ month, days, currency, spent, forecast, now, limit, hidden, here }} />
      ) : (
        <EmptyState title="Nothing spent this month">
          Requests to models with a price appear here, day by day, as soon as they are completed.
        </EmptyState>
      )}
    </Card>
  );
}

function Figure({ term, hint, children }: { term: string; hint: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-[0.8125rem] text-ink-soft">{term}</dt>
      <dd className="figures mt-0.5 font-semibold text-2xl tracking-[-0.02em]">{children}</dd>
      <dd className="mt-1 text-ink-faint text-xs">{hint}</dd>
    </div>
  );
}
