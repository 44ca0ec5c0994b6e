import type { Metadata } from "next";
import { PageHeader } from "@/app/_ui/page-header";
import { ModelTabs } from "./tabs";

export const metadata: Metadata = { title: "Models" };

export default async function Models({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace: slug } = await params;
  return (
    <>
      <PageHeader title="Models" purpose="What this workspace's programs and people may use." />
      <ModelTabs slug={slug} current="Models" />
    </>
  );
}
