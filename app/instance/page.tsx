import type { Metadata } from "next";
import { Flash } from "@/app/_ui/flash";
import { PageHeader } from "@/app/_ui/page-header";
import { readDialog } from "@/app/_ui/page-query";
import { api } from "@/server/composition/caller";
import { AttentionCard } from "./_overview/attention-card";
import { Figures } from "./_overview/figures";
import { HealthCard } from "./_overview/health-card";
import { CeilingRequests } from "./_requests/ceiling-requests";
import { OperatorsCard } from "./operators-card";

export const metadata: Metadata = { title: "Instance settings" };

const news = new Map(Object.entries({ removed: "Operator removed.", added: "Operator added." }));

type Props = { searchParams: Promise<{ done?: string; dialog?: string }> };

export default async function InstanceOverview({ searchParams }: Props) {
  const query = await searchParams;
  const { instance } = await api();
  const [operators, requests, overview] = await Promise.all([
    instance.operators(),
    instance.ceilingRequests(),
    instance.overview(),
  ]);
  const { dialog, about } = readDialog(query.dialog);
  return (
    <>
      <Flash news={news} done={query.done} />
      <PageHeader title="Instance settings" purpose="How this Atelier is doing, and who runs it." />
      <div className="flex flex-col gap-6">
        <AttentionCard {...overview} />
        <CeilingRequests {...requests} />
        <Figures {...overview} />
        <HealthCard {...overview} />
        <OperatorsCard
          rows={operators}
          isAdding={dialog === "add"}
          removing={dialog === "remove" ? operators.find(({ userId }) => userId === about) : undefined}
        />
      </div>
    </>
  );
}
