import { Button } from "@/app/_ui/button";
import { describedBy, Frame } from "@/app/_ui/field-frame";
import { formatMoney } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SaveTried, type Tried, TriedOutcome } from "@/app/w/[workspace]/_shared/what-if/tried-limit";
import type { setLimit } from "../actions";

type Props = {
  id: string;
  /** The address that shows the result, and its query parameters besides the amount. */
  href: string;
  query?: Record<string, string>;
  /** The action that saves the limit, and its fields besides the amount. */
  save: typeof setLimit;
  fields: Record<string, string>;
  currency: string;
  now: Date;
  spent: number;
  begins: string;
  /** Why this person may not save it; undefined: they may. */
  reason?: string | undefined;
  tried: Tried | undefined;
};

/** Tries a limit on the last 30 days, with the amount in the page's address. It can then be saved. */
export function TryLimit({ id, href, query = {}, save, fields, currency, now, spent, begins, reason, tried }: Props) {
  const error = tried && "error" in tried ? tried.error : undefined;
  return (
    <div className="mt-5 border-hairline border-t pt-5">
      <form method="get" action={href} className="flex max-w-110 flex-wrap items-start gap-2" noValidate>
        <HiddenFields values={query} />
        <Frame
          id={id}
          label="Try a limit on the last 30 days"
          error={error}
          hint="Trying does not change anything."
          className="flex-1 basis-56"
        >
          <div className="relative">
            <input
              id={id}
              name="try"
              inputMode="decimal"
              autoComplete="off"
              maxLength={40}
              placeholder="20.00"
              defaultValue={tried?.typed}
              // biome-ignore lint/a11y/noAutofocus: the bad field takes the focus.
              autoFocus={error !== undefined}
              aria-invalid={error ? true : undefined}
              aria-describedby={describedBy(id, "hint", error)}
              className="control pr-16"
            />
            <span className="pointer-events-none absolute inset-y-0 right-3 flex items-center text-[0.8125rem] text-ink-faint">
              {currency}
            </span>
          </div>
        </Frame>
        <Button type="submit" className="mt-7">
          Try
        </Button>
      </form>
      {tried && "limit" in tried && (
        <TriedOutcome {...tried} currency={currency} now={now} per="a month">
          {spent >= tried.limit && (
            <p>
              This month {formatMoney(spent, currency)} are spent already: with this limit, requests that cost something
              are refused from now until {begins}, 00:00 UTC.
            </p>
          )}
          <SaveTried {...{ save, fields, currency, reason }} limit={tried.limit} per="a month" />
        </TriedOutcome>
      )}
    </div>
  );
}
