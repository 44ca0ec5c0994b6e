import type { Metadata } from "next";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { PageHeader } from "@/app/_ui/page-header";
import { api } from "@/server/composition/caller";
import { ImportForm } from "./import-form";

export const metadata: Metadata = { title: "Import prices" };

export default async function ImportPrices() {
  const { currency, today } = await (await api()).instance.prices({ search: "no-such-model" });
  return (
    <>
      <PageHeader
        title="Import prices"
        purpose="A preview shows what would change. Nothing changes until you confirm it."
        action={<LinkButton href="/instance/prices">All prices</LinkButton>}
      />
      <Card title="List">
        <ImportForm currency={currency} today={today} />
      </Card>
    </>
  );
}
