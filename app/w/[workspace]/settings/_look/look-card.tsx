import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatExact } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import type { Outputs } from "@/server/composition/outputs";
import { endLook } from "../../_shared/look-actions";
import { declineLook, grantLook } from "../actions";

type Row = Outputs["looks"]["list"][number];

const states: Record<Row["status"], { label: string; tone: "success" | "warning" | "neutral" }> = {
  pending: { label: "Waiting for an answer", tone: "warning" },
  granted: { label: "Looks inside", tone: "success" },
  declined: { label: "Declined", tone: "neutral" },
  withdrawn: { label: "Taken back", tone: "neutral" },
  ended: { label: "Ended", tone: "neutral" },
};

/** Draws the requests of operators and their outcomes, with the answers that an Admin can give. */
export function LookCard({ slug, rows }: { slug: string; rows: Row[] }) {
  return (
    <Card
      id="look-inside"
      isFlush
      title="Look inside"
      description="The operators of this instance see only names and figures of this workspace. When an Admin allows it, an operator gets the read access of a Viewer for an hour, without prompts and file contents, and cannot change anything."
    >
      {rows.length === 0 ? (
        <p className="px-4 py-4 text-ink-soft md:px-5">No operator has asked to look inside.</p>
      ) : (
        <ul className="divide-y divide-hairline">
          {rows.map((row) => (
            <li key={row.id} className="flex flex-wrap items-start justify-between gap-3 px-4 py-4 md:px-5">
              <div className="min-w-0 max-w-prose">
                <p className="wrap-anywhere">
                  <span className="font-medium">{row.name || "An operator"}</span>
                  {row.email && row.name && <span className="text-ink-soft"> ({row.email})</span>}{" "}
                  <Badge tone={states[row.status].tone}>{states[row.status].label}</Badge>
                </p>
                <p className="wrap-anywhere">“{row.reason}”</p>
                <p className="text-ink-soft">{whenOf(row)}</p>
              </div>
              {row.status === "pending" && (
                <div className="flex flex-wrap gap-2">
                  <Form action={grantLook}>
                    <HiddenFields values={{ workspace: slug, lookId: row.id }} />
                    <SubmitButton pendingLabel="Letting…">Let them for an hour</SubmitButton>
                  </Form>
                  <Form action={declineLook}>
                    <HiddenFields values={{ workspace: slug, lookId: row.id }} />
                    <SubmitButton variant="secondary" pendingLabel="Declining…">
                      Decline
                    </SubmitButton>
                  </Form>
                </div>
              )}
              {row.status === "granted" && (
                <Form action={endLook}>
                  <HiddenFields values={{ workspace: slug, lookId: row.id }} />
                  <SubmitButton variant="secondary" pendingLabel="Ending…">
                    End it
                  </SubmitButton>
                </Form>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function whenOf({ status, createdAt, endsAt }: Row): string {
  const asked = `Asked ${formatExact(createdAt)}.`;
  if (!endsAt) return asked;
  return `${asked} ${status === "granted" ? "Ends" : "Ended"} ${formatExact(endsAt)}.`;
}
