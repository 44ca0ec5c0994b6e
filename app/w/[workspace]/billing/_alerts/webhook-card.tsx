import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatCount } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs } from "@/server/composition/outputs";
import { removeWebhook, testWebhook } from "../actions";
import { WebhookForm } from "./webhook-form";

type Webhook = NonNullable<Outputs["billing"]["webhook"]>;
type Delivery = Webhook["deliveries"][number];

const columns = [{ label: "When" }, { label: "What" }, { label: "Outcome" }];

/** Shows where budget alerts are posted to, with the latest deliveries, or the form that sets it. */
export function WebhookCard({ slug, webhook }: { slug: string; webhook: Webhook | null }) {
  return (
    <Card
      id="webhook"
      title="Webhook"
      description="Budget alerts are also posted here, in the form of Slack's incoming webhooks."
    >
      {webhook && (
        <div className="mb-6 flex flex-col gap-4 border-hairline border-b pb-6">
          <p className="flex flex-wrap items-center gap-2 text-ink-soft">
            <Badge tone={webhook.isReadable ? "success" : "danger"}>{webhook.isReadable ? "On" : "Not readable"}</Badge>
            <span className="wrap-anywhere">
              {webhook.host}, set <RelativeTime date={webhook.createdAt} />
            </span>
          </p>
          {!webhook.isReadable && (
            <Notice tone="warning" role="note">
              AUTH_SECRET was changed since the address was entered, so nothing can be posted. Enter the address again.
            </Notice>
          )}
          <div className="flex flex-wrap gap-3">
            <Form action={testWebhook}>
              <HiddenFields values={{ workspace: slug }} />
              <SubmitButton variant="secondary" pendingLabel="Sending…">
                Send a test
              </SubmitButton>
            </Form>
            <Form action={removeWebhook}>
              <HiddenFields values={{ workspace: slug }} />
              <SubmitButton variant="ghost" pendingLabel="Removing…">
                Remove webhook
              </SubmitButton>
            </Form>
          </div>
          {webhook.deliveries.length > 0 && (
            <Table label="Deliveries" columns={columns}>
              {webhook.deliveries.map((delivery) => (
                <TableRow key={delivery.id}>
                  <TableCell kind="primary">
                    <RelativeTime date={delivery.createdAt} />
                  </TableCell>
                  <TableCell label="What">{delivery.kind === "test" ? "Test" : "Budget alert"}</TableCell>
                  <TableCell label="Outcome">{outcomeOf(delivery)}</TableCell>
                </TableRow>
              ))}
            </Table>
          )}
        </div>
      )}
      <WebhookForm slug={slug} isSet={webhook !== null} />
    </Card>
  );
}

function outcomeOf({ status, attempts, answer, lastError }: Delivery): string {
  if (status === "delivered") return `Delivered (${answer})`;
  if (status === "failed") return `Failed after ${formatCount(attempts, "attempt")}. ${lastError ?? ""}`;
  return attempts === 0 ? "Waiting" : `Failed ${formatCount(attempts, "time")}; it will be retried. ${lastError ?? ""}`;
}
