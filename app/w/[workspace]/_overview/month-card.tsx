import type { ReactNode } from "react";
import { Card } from "@/app/_ui/card";
import { formatMoney, formatNumber } from "@/app/_ui/format";
import { Meter } from "@/app/_ui/meter";
import { lastDay } from "@/app/w/[workspace]/_shared/month";
import type { Outputs } from "@/server/composition/outputs";
import { MoreLink } from "./more-link";

type Month = Outputs["workspaces"]["overview"]["month"];

/** Shows the cost of this month so far, the limit and the forecast. */
export function MonthCard({ slug, month, currency }: { slug: string; month: Month; currency: string }) {
  const { spent, limit, forecast } = month;
  const money = (micro: number) => formatMoney(micro, currency);
  const expected = forecast === null ? null : `${money(forecast)} expected by ${lastDay(month.month)}`;
  return (
    <Card title="This month" action={<MoreLink href={`/w/${slug}/usage?range=month`}>See usage</MoreLink>}>
      <dl>
        <dt className="text-[0.8125rem] text-ink-soft">Cost</dt>
        <dd className="figures mt-0.5 font-semibold text-2xl tracking-[-0.02em]">{money(spent)}</dd>
      </dl>
      <div className="mt-3">
        {limit === null ? (
          <p className="text-[0.8125rem] text-ink-soft">{expected ?? "There is no limit on spend."}</p>
        ) : (
          <>
            <Meter
              label="Spent of this month's limit"
              used={spent}
              max={limit}
              text={`${percent(spent, limit)} of ${money(limit)}`}
            />
            {expected && (
              <p className={`mt-2 text-[0.8125rem] ${(forecast ?? 0) > limit ? "text-warning" : "text-ink-soft"}`}>
                {expected}
                {(forecast ?? 0) > limit && ", more than the limit"}
              </p>
            )}
          </>
        )}
      </div>
      <dl className="mt-5 grid grid-cols-2 gap-4 border-hairline border-t pt-4">
        <Figure term="Requests">{formatNumber(month.requests)}</Figure>
        <Figure term="Tokens">{formatNumber(month.tokens)}</Figure>
      </dl>
    </Card>
  );
}

/** Rounded down, so that 100 % is shown only when the limit is reached. */
const percent = (part: number, whole: number) => (whole > 0 ? `${Math.floor((part / whole) * 100)} %` : "100 %");

function Figure({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-[0.8125rem] text-ink-soft">{term}</dt>
      <dd className="figures mt-0.5 font-medium">{children}</dd>
    </div>
  );
}
