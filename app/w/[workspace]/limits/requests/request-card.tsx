import { limitText } from "@/app/_shared/ceiling-words";
import { AmountField } from "@/app/_ui/amount-field";
import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatCount, formatMoney, formatNumber, plainMoney } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { approveLimitRequest, declineLimitRequest } from "./actions";

type Row = RowOf<Outputs["budgets"]["requests"]>;

/** Draws a request with the requester's usage and the forecast of the month, and the buttons that answer it. */
export function RequestCard({ slug, row, currency }: { slug: string; row: Row; currency: string }) {
  const { kind, use, forecast, spent, now } = row;
  const money = (micro: number) => formatMoney(micro, currency);
  const said = (amount: number) => limitText(kind, row.measure, amount, currency);
  const asker = row.name || row.email;
  const fields = { workspace: slug, limitRequestId: row.id };
  return (
    <Card
      title={`${asker} asks for ${kind === "model" ? "a model" : row.isOfCeiling ? "a higher ceiling" : "a higher limit"}`}
      description={
        <>
          {row.name && `${row.email} · `}
          <RelativeTime date={row.createdAt} />
        </>
      }
      action={row.isForOperators && <Badge>Waits for the operators</Badge>}
    >
      <dl className="grid gap-x-6 gap-y-2 grid-cols-[fit-content(40%)_minmax(0,1fr)]">
        <Fact name={kind === "model" ? "For" : "Limit of"}>{row.whose}</Fact>
        {now !== null && (
          <Fact name="Now">
            {spent !== null && `${kind === "count" ? formatNumber(spent) : money(spent)} of `}
            {said(now)}
          </Fact>
        )}
        <Fact name="Asked for">
          <strong className="font-medium">{row.amount === null ? row.measure : said(row.amount)}</strong>
        </Fact>
        {row.reason && <Fact name="Why">{row.reason}</Fact>}
        <Fact name="Used by them in the last 30 days">
          {formatCount(use.requests, "request")}, {money(use.cost)}
        </Fact>
        {forecast && (
          <Fact name="Forecast of this month">
            {money(forecast.now)}, with this at most {money(forecast.after)}
          </Fact>
        )}
      </dl>
      {!row.isForOperators && (
        <div className="mt-4 flex flex-wrap items-end gap-3">
          <Form action={approveLimitRequest} aria-label={`Approve the request of ${asker}`}>
            <HiddenFields values={fields} />
            {kind === "spend" && !row.isOfCeiling && (
              <div className="grid gap-4 sm:grid-cols-2">
                <AmountField
                  label="New limit"
                  name="limit"
                  defaultValue={plainMoney(row.amount ?? 0)}
                  currency={currency}
                />
                <TextField label="Until" name="until" type="date" hint="The last day in UTC. Empty: no end." optional />
              </div>
            )}
            <div>
              <SubmitButton pendingLabel="Approving…">{row.isOfCeiling ? "Ask the operators" : "Approve"}</SubmitButton>
            </div>
          </Form>
          <Form action={declineLimitRequest}>
            <HiddenFields values={fields} />
            <SubmitButton variant="ghost" aria-label={`Decline the request of ${asker}`}>
              Decline
            </SubmitButton>
          </Form>
        </div>
      )}
    </Card>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-ink-faint">{name}</dt>
      <dd className="figures wrap-anywhere">{children}</dd>
    </div>
  );
}
