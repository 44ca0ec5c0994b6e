import type { Route } from "next";
import { limitText } from "@/app/_shared/ceiling-words";
import { AmountField, CountField } from "@/app/_ui/amount-field";
import { Card } from "@/app/_ui/card";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatCount, formatMoney, plainMoney } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Link } from "@/app/_ui/link";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { declineCeiling, grantCeiling } from "../actions";

type Row = RowOf<Outputs["instance"]["ceilingRequests"]>;

const said = ({ kind, measure }: Row, amount: number, currency: string) => limitText(kind, measure, amount, currency);

/** Returns the workspace's name with its slug, because two workspaces may have the same name. */
const named = ({ workspaceName, slug }: Row) => `${workspaceName} (${slug})`;

/** Draws the requests for higher ceilings, each with the buttons that answer it; nothing when none is pending. */
export function CeilingRequests({ rows, currency }: { rows: Row[]; currency: string }) {
  if (rows.length === 0) return null;
  const money = (micro: number) => formatMoney(micro, currency);
  return (
    <Card title="Requests for higher ceilings" description={formatCount(rows.length, "request")}>
      <ul className="flex flex-col divide-y divide-hairline">
        {rows.map((row) => (
          <li key={row.id} className="flex flex-col gap-3 py-4 first:pt-0 last:pb-0">
            <p className="wrap-anywhere">
              <Link
                href={`/instance/workspaces/${row.slug}` as Route}
                className="font-medium underline underline-offset-3"
              >
                {row.workspaceName}
              </Link>{" "}
              asks for {said(row, row.amount, currency)}
              <span className="block text-[0.8125rem] text-ink-soft">
                {row.name ? `${row.name} (${row.email})` : row.email} · <RelativeTime date={row.createdAt} />
              </span>
            </p>
            {row.reason && <p className="wrap-anywhere text-ink-soft">“{row.reason}”</p>}
            <p className="figures text-[0.8125rem] text-ink-soft">
              {row.now === null
                ? "This ceiling no longer exists."
                : row.kind === "spend"
                  ? `${money(row.spent)} of ${money(row.now)} spent.`
                  : `Now ${said(row, row.now, currency)}.`}{" "}
              In the last 30 days: {formatCount(row.use.requests, "request")}, {money(row.use.cost)}.
              {row.forecast &&
                ` Forecast of the month: ${money(row.forecast.now)}, with this at most ${money(row.forecast.after)}.`}
            </p>
            <div className="flex flex-wrap items-end gap-3">
              <Form
                action={grantCeiling}
                className="sm:flex-row! sm:items-end"
                aria-label={`Grant ${named(row)}: ${said(row, row.amount, currency)}`}
              >
                <HiddenFields values={{ limitRequestId: row.id }} />
                {row.kind === "spend" ? (
                  <AmountField
                    label="New ceiling"
                    name="limit"
                    defaultValue={plainMoney(row.amount)}
                    currency={currency}
                  />
                ) : (
                  <CountField label="New ceiling" name="most" defaultValue={row.amount} />
                )}
                <SubmitButton pendingLabel="Granting…">Grant</SubmitButton>
              </Form>
              <Form action={declineCeiling}>
                <HiddenFields values={{ limitRequestId: row.id }} />
                <SubmitButton variant="ghost" aria-label={`Decline ${named(row)}: ${said(row, row.amount, currency)}`}>
                  Decline
                </SubmitButton>
              </Form>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
