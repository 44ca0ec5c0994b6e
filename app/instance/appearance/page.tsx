import type { Metadata } from "next";
import { PageHeader } from "@/app/_ui/page-header";
import { api } from "@/server/composition/caller";
import { LogoCard, TextsCard } from "./cards";

export const metadata: Metadata = { title: "Appearance" };

export default async function Appearance() {
  const { logoVersion, ...texts } = await (await api()).instance.appearance();
  return (
    <>
      <PageHeader title="Appearance" purpose="How this instance looks on its pages and in its e-mails." />
      <div className="flex flex-col gap-6">
        <TextsCard {...texts} />
        <LogoCard logo={logoVersion === null ? null : `/logo?v=${logoVersion}`} />
      </div>
    </>
  );
}
