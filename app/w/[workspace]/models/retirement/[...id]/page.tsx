import type { Metadata, Route } from "next";
import { idInPath } from "@/app/_shared/id-in-path";
import { RetirementFields } from "@/app/_shared/retirement/form";
import { CancelCard, RehearsalCard, RetirementState } from "@/app/_shared/retirement/state";
import { Card } from "@/app/_ui/card";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Link } from "@/app/_ui/link";
import { PageHeader } from "@/app/_ui/page-header";
import { SettingForm } from "@/app/_ui/setting-form";
import { modelHref } from "@/app/w/[workspace]/_shared/model-href";
import { api } from "@/server/composition/caller";
import { ModelTabs } from "../../tabs";
import { cancelRetirement, endRehearsal, rehearseRetirement, setRetirement } from "./actions";
import { CallersCard } from "./callers-card";

export const metadata: Metadata = { title: "Retirement" };

type Props = { params: Promise<{ workspace: string; id: string[] }> };

/** Draws when a model or route ends, what answers after that, and who still calls it. */
export default async function RetirementPage({ params }: Props) {
  const { workspace: slug, id: segments } = await params;
  const modelId = idInPath(segments);
  const { models } = await api();
  const [{ retirement, called }, choices] = await Promise.all([
    models.retirement({ workspace: slug, modelId }),
    models.choices({ workspace: slug }),
  ]);
  const isRoute = modelId.startsWith("route/");
  const back = isRoute ? `/w/${slug}/models/routes` : modelHref(slug, modelId);
  const of = { workspace: slug, modelId };
  const successors = choices.map(({ id }) => id).filter((id) => id !== modelId);
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
        {retirement && <RetirementState retirement={retirement} />}
        <Card
          title={retirement ? "When it ends" : "Announce its end"}
          description="Answers carry the headers Deprecation and Sunset. Callers of the last 30 days get an e-mail now, 14 days before and 1 day before."
        >
          <SettingForm action={setRetirement} saves="the retirement" aria-label="Retirement">
            <HiddenFields values={of} />
            <RetirementFields retirement={retirement} successors={successors} />
          </SettingForm>
        </Card>
        {retirement && !retirement.isOver && (
          <RehearsalCard
            of={of}
            rehearsalEndsAt={retirement.rehearsalEndsAt}
            start={rehearseRetirement}
            end={endRehearsal}
          />
        )}
        <CallersCard slug={slug} called={called} />
        {retirement && <CancelCard of={of} isOver={retirement.isOver} action={cancelRetirement} />}
      </div>
    </>
  );
}
