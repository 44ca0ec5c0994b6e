import { Card } from "@/app/_ui/card";
import { DialogButton } from "@/app/_ui/dialog-button";
import { formatMoney } from "@/app/_ui/format";
import { Meter } from "@/app/_ui/meter";
import { Notice } from "@/app/_ui/notice";
import { LimitsLink } from "@/app/w/[workspace]/_shared/limits-link";
import { nextMonthBegins } from "@/app/w/[workspace]/_shared/month";
import type { Tried } from "@/app/w/[workspace]/_shared/what-if/tried-limit";
import { setLimit } from "../actions";
import { TryLimit } from "./try-limit";

type Props = {
  slug: string;
  here: string;
  month: string;
  now: Date;
  currency: string;
  limit: number | null;
  /** The maximum that the operators let the workspace spend per month; null: no ceiling. */
  ceiling: number | null;
  spent: number;
  /** Why this person may not change it; undefined: they may. */
  reason: string | undefined;
  tried: Tried | undefined;
};

/** Shows the monthly limit of the workspace, how much of it is spent, and what another limit would have meant. */
export function LimitCard({ slug, here, month, now, currency, limit, ceiling, spent, reason, tried }: Props) {
  const begins = nextMonthBegins(month);
  const isReached = limit !== null && spent >= limit;
  return (
    <Card
      id="limit"
      title="Monthly limit"
      description="How much all keys of the workspace together may spend in a calendar month. Requests that could exceed it are refused."
      action={
        <div className="flex flex-wrap gap-2">
          <DialogButton size="sm" dialog="limit" href={`${here}?dialog=limit`} disabledReason={reason}>
            {limit === null ? "Set limit" : "Change limit"}
          </DialogButton>
          {limit !== null && (
            <DialogButton
              size="sm"
              variant="ghost"
              dialog="remove-limit"
              href={`${here}?dialog=remove-limit`}
              disabledReason={reason}
            >
              Remove
            </DialogButton>
          )}
        </div>
      }
    >
      {ceiling !== null && (
        <div className="mb-4">
          <Meter
            label="Spent of the ceiling"
            used={spent}
            max={ceiling}
            text={
              <>
                {formatMoney(spent, currency)} of {formatMoney(ceiling, currency)}
                <span className="text-ink-faint"> · ceiling, set by the people who run this Atelier</span>
              </>
            }
          />
          {spent >= ceiling && (
            <Notice tone="warning" role="note" className="mt-4" title="The ceiling is reached">
              Requests that cost something are refused until {begins}, 00:00 UTC, or until an operator raises it.
            </Notice>
          )}
        </div>
      )}
      {limit === null && ceiling !== null ? (
        <p className="text-ink-soft">No limit of its own. The ceiling applies.</p>
      ) : limit === null ? (
        <p className="text-ink-soft">No limit: requests are never refused because of their cost.</p>
      ) : (
        <Meter
          label="Spent of the monthly limit"
          used={spent}
          max={limit}
          text={
            <>
              {formatMoney(spent, currency)} of {formatMoney(limit, currency)}
              {limit > 0 && <span className="text-ink-faint"> · {percent(spent, limit)}</span>}
            </>
          }
        />
      )}
      {isReached && (
        <Notice tone="warning" role="note" className="mt-4" title="The limit is reached">
          {spent > limit && `${formatMoney(spent, currency)} has already been spent, more than the limit. `}
          Requests that cost something are refused until {begins}, 00:00 UTC, or until the limit is raised.
        </Notice>
      )}
      <p className="mt-4">
        <LimitsLink slug={slug} of="workspace" text="Limits by day, by week and in total" />
      </p>
      <TryLimit
        id="try-limit"
        href={`${here}#limit`}
        save={setLimit}
        fields={{ workspace: slug }}
        currency={currency}
        now={now}
        spent={spent}
        begins={begins}
        reason={reason}
        tried={tried}
      />
    </Card>
  );
}

/** Formats a share in percent, rounded down, so that 100 % is shown only when the limit is reached. */
const percent = (spent: number, limit: number) => `${Math.floor((spent / limit) * 100)} %`;
