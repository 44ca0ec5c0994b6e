import { Card } from "@/app/_ui/card";
import { DialogButton } from "@/app/_ui/dialog-button";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatMoney, formatUtc, formatUtcDay } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Meter } from "@/app/_ui/meter";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { spendingHref } from "@/app/w/[workspace]/_shared/spending-href";
import type { SpanLimit } from "@/server/budgets/queries";
import { endRaise } from "./actions";
import { perSpan, spanNames, whyFixed } from "./words";

type Props = {
  slug: string;
  of: string;
  kind: string;
  spans: SpanLimit[];
  currency: string;
  /** The span that the address names. */
  shown: string | undefined;
  /** Why this person may not change them; undefined: they may. */
  reason: string | undefined;
};

const columns = [
  { label: "Limit" },
  { label: "Spent" },
  { label: "Resets" },
  { label: "Actions", isLabelHidden: true },
];

/** Draws a row per span: the limit, how much of it is spent, its raise, and the buttons that change it. */
export function SpansCard({ slug, of, kind, spans, currency, shown, reason }: Props) {
  const money = (micro: number) => formatMoney(micro, currency);
  return (
    <Card
      isFlush
      title="Limits"
      description="Requests that could exceed one of them are refused. Days, weeks and months begin at 00:00 UTC, weeks on Monday."
    >
      <Table label="Spending limits" columns={columns}>
        {spans.map(({ span, limit, raise, spent, reserved, begins }) => {
          const allowed = limit === null ? null : Math.max(limit, raise?.limit ?? 0);
          const whyNot = reason ?? whyFixed(kind, span);
          return (
            <TableRow key={span}>
              <TableCell kind="primary">
                <p className="font-medium" aria-current={shown === span ? "true" : undefined}>
                  {spanNames[span]}
                </p>
                <p className="figures text-[0.8125rem] text-ink-soft">
                  {limit === null ? "No limit" : `${money(limit)} ${perSpan[span]}`}
                </p>
                {raise && (
                  <p className="figures text-[0.8125rem] text-ink-soft">
                    Raised to {money(raise.limit)} until {formatUtc(raise.until)}
                  </p>
                )}
              </TableCell>
              <TableCell label="Spent" className="md:w-64">
                {allowed === null ? (
                  <span className="figures text-[0.8125rem] text-ink-faint">{spent === null ? "–" : money(spent)}</span>
                ) : (
                  <Meter
                    label={`Spent of the limit: ${spanNames[span]}`}
                    used={spent ?? 0}
                    max={allowed}
                    text={
                      <>
                        {money(spent ?? 0)} of {money(allowed)}
                        {reserved > 0 && <span className="text-ink-faint"> · {money(reserved)} held</span>}
                      </>
                    }
                  />
                )}
              </TableCell>
              <TableCell label="Resets">{begins === null ? "Never" : formatUtcDay(begins)}</TableCell>
              <TableCell kind="actions">
                <div className="flex flex-wrap justify-end gap-2 md:flex-nowrap">
                  <DialogButton
                    size="sm"
                    dialog={`set-${span}`}
                    href={spendingHref(slug, of, { dialog: `set:${span}` })}
                    disabledReason={whyNot}
                    aria-label={`${limit === null ? "Set" : "Change"} the limit: ${spanNames[span]}`}
                  >
                    {limit === null ? "Set" : "Change"}
                  </DialogButton>
                  {limit !== null && kind !== "ceiling" && (
                    <DialogButton
                      size="sm"
                      variant="ghost"
                      dialog={`raise-${span}`}
                      href={spendingHref(slug, of, { dialog: `raise:${span}` })}
                      disabledReason={reason}
                      aria-label={`Raise for a time: ${spanNames[span]}`}
                    >
                      Raise
                    </DialogButton>
                  )}
                  {raise && reason === undefined && (
                    <Form action={endRaise} aria-label={`End the raise: ${spanNames[span]}`}>
                      <HiddenFields values={{ workspace: slug, of, span }} />
                      <SubmitButton size="sm" variant="ghost" pendingLabel="Ending…">
                        End raise
                      </SubmitButton>
                    </Form>
                  )}
                  {limit !== null && whyNot === undefined && (
                    <DialogButton
                      size="sm"
                      variant="ghost"
                      dialog={`remove-${span}`}
                      href={spendingHref(slug, of, { dialog: `remove:${span}` })}
                      aria-label={`Remove the limit: ${spanNames[span]}`}
                    >
                      Remove
                    </DialogButton>
                  )}
                </div>
              </TableCell>
            </TableRow>
          );
        })}
      </Table>
    </Card>
  );
}
