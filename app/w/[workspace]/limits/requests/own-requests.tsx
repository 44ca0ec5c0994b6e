import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs } from "@/server/composition/outputs";
import { withdrawLimitRequest } from "./actions";

type Row = Outputs["budgets"]["ownRequests"][number];

const states = {
  pending: { label: "Waiting", tone: "neutral" },
  approved: { label: "Approved", tone: "success" },
  declined: { label: "Declined", tone: "danger" },
  withdrawn: { label: "Withdrawn", tone: "neutral" },
} as const;

/** Draws the member's own requests and their answers. Draws nothing if there are no recent ones. */
export function OwnRequests({ slug, rows }: { slug: string; rows: Row[] }) {
  if (rows.length === 0) return null;
  return (
    <Card title="Your requests" description="Pending requests, and those answered in the last 30 days.">
      <ul className="flex flex-col gap-4">
        {rows.map((row) => {
          const { label, tone } = states[row.status];
          return (
            <li key={row.id} className="flex flex-wrap items-center justify-between gap-3">
              <div className="min-w-0">
                <p className="wrap-anywhere font-medium">{row.wanted}</p>
                <p className="wrap-anywhere text-[0.8125rem] text-ink-soft">
                  {row.whose} · <RelativeTime date={row.settledAt ?? row.createdAt} />
                </p>
              </div>
              <div className="flex items-center gap-3">
                <Badge {...(tone === "neutral" ? {} : { tone })}>
                  {row.status === "pending" && row.audience === "operators" ? "Waiting for the operators" : label}
                </Badge>
                {row.status === "pending" && (
                  <Form action={withdrawLimitRequest}>
                    <HiddenFields values={{ workspace: slug, limitRequestId: row.id }} />
                    <SubmitButton size="sm" variant="secondary" aria-label={`Take back: ${row.wanted}`}>
                      Take it back
                    </SubmitButton>
                  </Form>
                )}
              </div>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
