import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { Form, type FormProps, SubmitButton } from "@/app/_ui/form";
import { formatUtc, formatUtcDay } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";

type Retirement = {
  retiresAt: Date;
  successor: string | null;
  afterwards: "refuse" | "successor";
  isOver: boolean;
  rehearsalEndsAt: Date | null;
};

/** Shows a notice with the end of a model or route, and how requests are handled after it. */
export function RetirementState({
  retirement: { isOver, retiresAt, afterwards, successor },
}: {
  retirement: Retirement;
}) {
  const then =
    afterwards === "successor" && successor
      ? `${successor} answers`
      : `requests are refused${successor ? `, and told to use ${successor}` : ""}`;
  return (
    <Notice
      tone={isOver ? "danger" : "warning"}
      role="note"
      title={isOver ? `Retired since ${formatUtcDay(retiresAt)}` : `To be retired on ${formatUtcDay(retiresAt)}`}
    >
      <span className="wrap-anywhere">
        {isOver ? "Now" : "From then on"} {then}.
      </span>
    </Notice>
  );
}

type Action = FormProps<void>["action"];

/** Draws the buttons that start and end a rehearsal. `of`: the hidden fields that name the model or route. */
export function RehearsalCard({
  of,
  rehearsalEndsAt,
  start,
  end,
}: {
  of: Record<string, string>;
  rehearsalEndsAt: Date | null;
  start: Action;
  end: Action;
}) {
  return (
    <Card
      title="Rehearsal"
      description="For five minutes, requests are treated as they will be from that day on; batches that would be refused wait. The rehearsal ends automatically, and you can end it at any time."
      action={rehearsalEndsAt ? <Badge tone="warning">Until {formatUtc(rehearsalEndsAt)}</Badge> : undefined}
    >
      <Form action={rehearsalEndsAt ? end : start}>
        <HiddenFields values={of} />
        <div>
          <SubmitButton
            variant={rehearsalEndsAt ? "danger" : "secondary"}
            pendingLabel={rehearsalEndsAt ? "Ending…" : "Starting…"}
          >
            {rehearsalEndsAt ? "End the rehearsal now" : "Rehearse for five minutes"}
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

/** Draws the card that cancels a retirement. */
export function CancelCard({ of, isOver, action }: { of: Record<string, string>; isOver: boolean; action: Action }) {
  return (
    <Card
      title="Cancel the retirement"
      description={
        isOver ? "It answers requests again at once." : "It stays available, and the announcement is withdrawn."
      }
    >
      <Form action={action}>
        <HiddenFields values={of} />
        <div>
          <SubmitButton variant="secondary" pendingLabel="Cancelling…">
            Cancel the retirement
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
