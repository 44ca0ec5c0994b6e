import type { Metadata } from "next";
import { idInPath } from "@/app/_shared/id-in-path";
import { RetirementFields } from "@/app/_shared/retirement/form";
import { CancelCard, RehearsalCard, RetirementState } from "@/app/_shared/retirement/state";
import { Card } from "@/app/_ui/card";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Link } from "@/app/_ui/link";
import { PageHeader } from "@/app/_ui/page-header";
import { SettingForm } from "@/app/_ui/setting-form";
import { api } from "@/server/composition/caller";
import { cancelRetirement, endRehearsal, rehearseRetirement, setRetirement } from "./actions";
import { CallersCard } from "./callers-card";

export const metadata: Metadata = { title: "Retirement" };

/** Draws when a base model ends, what answers after that, and which workspaces still call it. */
export default async function BaseRetirement({ params }: { params: Promise<{ id: string[] }> }) {
  const modelId = idInPath((await params).id);
  const { retirement, called, successors } = await (await api()).instance.baseRetirement({ modelId });
  const of = { modelId };
  return (
    <>
      <PageHeader
        title="Retirement"
        purpose={<span className="wrap-anywhere font-mono text-[0.8125rem]">{modelId}</span>}
      />
      <p className="mb-4">
        <Link href="/instance/models" className="text-ink-soft underline underline-offset-3">
          All models
        </Link>
      </p>
      <div className="flex flex-col gap-6">
        {retirement && <RetirementState retirement={retirement} />}
        <Card
          title={retirement ? "When it ends" : "Announce its end"}
          description="In all workspaces. Answers carry the headers Deprecation and Sunset. Callers of the last 30 days get an e-mail now, 14 days before and 1 day before."
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
        <CallersCard called={called} />
        {retirement && <CancelCard of={of} isOver={retirement.isOver} action={cancelRetirement} />}
      </div>
    </>
  );
}
