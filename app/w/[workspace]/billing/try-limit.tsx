import { Button } from "@/app/_ui/button";
import { describedBy, Frame } from "@/app/_ui/field-frame";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatMoney, plainMoney } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import type { WhatIf } from "@/server/billing/what-if";
import type { setLimit } from "./actions";
import { whatIfText } from "./what-if-text";

/** What was typed, and what came of it. */
export type Tried = { typed: string } & ({ error: string } | { limit: number; outcome: WhatIf });

type Props = {
  id: string;
  /** Where trying leads, and what its address has besides the amount. */
  href: string;
  query?: Record<string, string>;
  /** What saves it, with which fields besides the amount. */
  save: typeof setLimit;
  fields: Record<string, string>;
  currency: string;
  now: Date;
  spent: number;
  begins: string;
  /** Why this person may not save it, if so. */
  reason?: string | undefined;
  tried: Tried | undefined;
};

/** Tries a limit on the last 30 days, by the page's address; it can then be saved. */
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
          hint="Nothing is changed by trying."
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
        <Notice
          role="status"
          tone={tried.outcome.refused > 0 ? "warning" : "success"}
          className="mt-4"
          title={whatIfText(tried.limit, tried.outcome, currency, now)}
        >
          {tried.outcome.refused > 0 && (
            <p>
              {formatMoney(tried.outcome.costThen, currency)} would have been spent instead of{" "}
              {formatMoney(tried.outcome.cost, currency)}.
            </p>
          )}
          {spent >= tried.limit && (
            <p>
              This month {formatMoney(spent, currency)} are spent already: with this limit, requests that cost something
              are refused from now until {begins}, 00:00 UTC.
            </p>
          )}
          <Form action={save} className="mt-2.5" aria-label="Save the limit that was tried">
            <HiddenFields values={{ ...fields, limit: plainMoney(tried.limit) }} />
            <div>
              <SubmitButton size="sm" pendingLabel="Saving…" disabledReason={reason}>
                Save {formatMoney(tried.limit, currency)} a month
              </SubmitButton>
            </div>
          </Form>
        </Notice>
      )}
    </div>
  );
}
