import type { Metadata, Route } from "next";
import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { ChoiceField } from "@/app/_ui/choice-field";
import { SelectField, TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatUtc, formatUtcDay } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Link } from "@/app/_ui/link";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { SettingForm } from "@/app/_ui/setting-form";
import { modelHref } from "@/app/w/[workspace]/_shared/model-href";
import { api } from "@/server/composition/caller";
import type { Outputs } from "@/server/composition/outputs";
import { ModelTabs } from "../../tabs";
import { cancelRetirement, endRehearsal, rehearseRetirement, setRetirement } from "./actions";
import { CallersCard } from "./callers-card";

export const metadata: Metadata = { title: "Retirement" };

type Props = { params: Promise<{ workspace: string; id: string[] }> };
type Retirement = NonNullable<Outputs["models"]["retirement"]["retirement"]>;

/** Draws when a model or a route ends, what answers then, and who still calls it. */
export default async function RetirementPage({ params }: Props) {
  const { workspace: slug, id: segments } = await params;
  const modelId = segments.map(decoded).join("/");
  const { models } = await api();
  const [{ retirement, called }, choices] = await Promise.all([
    models.retirement({ workspace: slug, modelId }),
    models.choices({ workspace: slug }),
  ]);
  const isRoute = modelId.startsWith("route/");
  const back = isRoute ? `/w/${slug}/models/routes` : modelHref(slug, modelId);
  const of = { workspace: slug, modelId };
  const successors = choices.map(({ id }) => id).filter((id) => id !== modelId);
  const kept = retirement?.successor;
  return (
    <>
      <PageHeader
        title="Retirement"
        purpose={<span className="wrap-anywhere font-mono text-[0.8125rem]">{modelId}</span>}
      />
      <ModelTabs slug={slug} current={isRoute ? "Routes" : "Models"} />
      <p className="mb-4">
        <Link href={back as Route} className="text-ink-soft underline underline-offset-3">
          {isRoute ? "All routes" : "The model"}
        </Link>
      </p>
      <div className="flex flex-col gap-6">
        {retirement && <State retirement={retirement} />}
        <Card
          title={retirement ? "When it ends" : "Announce its end"}
          description="Answers say it in the headers Deprecation and Sunset. Who called it in the last 30 days is mailed at once, 14 days and 1 day before."
        >
          <SettingForm action={setRetirement} saves="the retirement" aria-label="Retirement">
            <HiddenFields values={of} />
            <TextField
              label="Retired from"
              name="retiresOn"
              type="date"
              defaultValue={retirement?.retiresAt.toISOString().slice(0, 10) ?? ""}
              hint="The first day (UTC) on which it does not answer any more."
              required
            />
            <SelectField
              key={kept}
              label="Successor"
              name="successor"
              defaultValue={kept ?? ""}
              options={[
                { value: "", label: "None" },
                ...(kept && !successors.includes(kept) ? [{ value: kept, label: kept }] : []),
                ...successors.map((id) => ({ value: id, label: id })),
              ]}
            />
            <ChoiceField
              label="Requests from then on"
              name="afterwards"
              defaultValue={retirement?.afterwards ?? "refuse"}
              choices={[
                { value: "refuse", label: "Are refused", description: "With an error that names the successor." },
                {
                  value: "successor",
                  label: "Are answered by the successor",
                  description: "Also for keys whose list of models does not have it.",
                },
              ]}
            />
          </SettingForm>
        </Card>
        {retirement && !retirement.isOver && <Rehearsal of={of} retirement={retirement} />}
        <CallersCard slug={slug} called={called} />
        {retirement && (
          <Card
            title="Cancel the retirement"
            description={
              retirement.isOver
                ? "It answers again from the next request on."
                : "It goes on, and nothing is announced any more."
            }
          >
            <Form action={cancelRetirement}>
              <HiddenFields values={of} />
              <div>
                <SubmitButton variant="secondary" pendingLabel="Cancelling…">
                  Cancel the retirement
                </SubmitButton>
              </div>
            </Form>
          </Card>
        )}
      </div>
    </>
  );
}

function State({ retirement: { isOver, retiresAt, afterwards, successor } }: { retirement: Retirement }) {
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

function Rehearsal({ of, retirement }: { of: { workspace: string; modelId: string }; retirement: Retirement }) {
  const { rehearsalEndsAt } = retirement;
  return (
    <Card
      title="Rehearsal"
      description="For five minutes requests are treated as they will be from that day on. It ends by itself, and can be ended at once."
      action={rehearsalEndsAt ? <Badge tone="warning">Until {formatUtc(rehearsalEndsAt)}</Badge> : undefined}
    >
      <Form action={rehearsalEndsAt ? endRehearsal : rehearseRetirement}>
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

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
