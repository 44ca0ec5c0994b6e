"use client";

import { Card } from "@/app/_ui/card";
import { Form, FormDone, type FormProps, SubmitButton } from "@/app/_ui/form";
import { formatCount, formatExact, formatNumber } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import type { Verdict } from "@/server/audit/verify";

/** Draws the card that recomputes all seals of the log and shows the result. */
export function VerifyCard({
  action,
  values,
}: {
  action: FormProps<Verdict>["action"];
  /** The hidden fields that identify the log. */
  values: Record<string, string>;
}) {
  return (
    <Card
      title="Verify"
      description="Each event is sealed in a chain with all earlier events, a few seconds after it happened. Verifying recomputes the seals and finds events that were changed, removed or moved."
    >
      <Form<Verdict> action={action} aria-label="Verify the audit log">
        <HiddenFields values={values} />
        <FormDone<Verdict>>{(verdict) => <Outcome {...verdict} />}</FormDone>
        <div>
          <SubmitButton variant="secondary" pendingLabel="Verifying…">
            Verify
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

function Outcome({ whole, until, hash, waiting, flaw }: Verdict) {
  if (flaw)
    return (
      <Notice tone="danger" title="The log does not match its seals">
        <p>
          {flawText(flaw)} {formatCount(whole, "event")} before it {whole === 1 ? "is" : "are"} whole.
        </p>
        {flaw.eventId && <p className="wrap-anywhere font-mono text-xs">{flaw.eventId}</p>}
      </Notice>
    );
  return (
    <Notice tone="success" title={whole === 0 ? "Nothing is sealed yet" : `${formatCount(whole, "event")} whole`}>
      {until && <p>Sealed until {formatExact(new Date(until))}.</p>}
      {waiting > 0 && (
        <p>
          {formatCount(waiting, "event")} {waiting === 1 ? "waits" : "wait"} to be sealed.
        </p>
      )}
      {hash && <p className="wrap-anywhere mt-1 font-mono text-xs">{hash}</p>}
    </Notice>
  );
}

function flawText({ kind, sequence, at, action }: NonNullable<Verdict["flaw"]>): string {
  const which = sequence === null ? "An event" : `Event ${formatNumber(sequence)}`;
  const what = action && at ? ` (${action}, ${formatExact(new Date(at))})` : "";
  switch (kind) {
    case "changed":
      return `${which}${what} was changed or moved.`;
    case "gone":
      return `${which} was removed.`;
    case "gap":
      return `${which} and its seal were removed.`;
    case "loose":
      return `${which}${what} was added without a seal.`;
  }
}
