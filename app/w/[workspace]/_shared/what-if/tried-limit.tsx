import type { ReactNode } from "react";
import { Form, type FormProps, SubmitButton } from "@/app/_ui/form";
import { formatMoney, plainMoney } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import type { WhatIf } from "@/server/billing/what-if";
import { type Per, whatIfText } from "./what-if-text";

/** The amount that was typed, and the result: an error, or what that limit would have meant. */
export type Tried = { typed: string } & ({ error: string } | { limit: number; outcome: WhatIf });

/** Shows what a limit would have meant in the last 30 days. */
export function TriedOutcome({
  limit,
  outcome,
  currency,
  now,
  per,
  children,
}: {
  limit: number;
  outcome: WhatIf;
  currency: string;
  now: Date;
  per: Per;
  /** Further notes, and the form that saves the limit. */
  children: ReactNode;
}) {
  const isRefusing = outcome.refused > 0;
  return (
    <Notice
      role="status"
      tone={isRefusing ? "warning" : "success"}
      className="mt-4"
      title={whatIfText(limit, outcome, currency, now, per)}
    >
      {isRefusing && (
        <p>
          {formatMoney(outcome.costThen, currency)} would have been spent instead of{" "}
          {formatMoney(outcome.cost, currency)}.
        </p>
      )}
      {children}
    </Notice>
  );
}

/** Draws the button that saves a limit that was tried. */
export function SaveTried<T>({
  save,
  fields,
  limit,
  currency,
  per,
  reason,
}: {
  save: FormProps<T>["action"];
  /** Hidden fields that are sent besides the amount. */
  fields: Record<string, string>;
  limit: number;
  currency: string;
  per: Per;
  /** Why this person may not save it; undefined: they may. */
  reason?: string | undefined;
}) {
  return (
    <Form action={save} className="mt-2.5" aria-label="Save the limit that was tried">
      <HiddenFields values={{ ...fields, limit: plainMoney(limit) }} />
      <div>
        <SubmitButton size="sm" pendingLabel="Saving…" disabledReason={reason}>
          Save {formatMoney(limit, currency)} {per}
        </SubmitButton>
      </div>
    </Form>
  );
}
