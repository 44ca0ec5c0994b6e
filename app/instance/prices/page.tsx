import type { Metadata } from "next";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { FilterBar } from "@/app/_ui/filter-bar";
import { Flash } from "@/app/_ui/flash";
import { Upload } from "@/app/_ui/icons";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { readDialog } from "@/app/_ui/page-query";
import { api } from "@/server/composition/caller";
import { RemovePriceDialog, SetPriceCard } from "./forms";
import { HardwareCard, type HardwareQuery } from "./hardware-card";
import { PricesTable } from "./prices-table";

export const metadata: Metadata = { title: "Prices" };

const here = "/instance/prices";
const news = new Map(
  Object.entries({
    set: "Price set. It applies to requests from its day on.",
    removed: "Price deleted. The previous price applies again.",
  }),
);

type Props = { searchParams: Promise<{ done?: string; q?: string; dialog?: string } & HardwareQuery> };

export default async function Prices({ searchParams }: Props) {
  const query = await searchParams;
  const { instance } = await api();
  const search = typeof query.q === "string" ? query.q : "";
  const [found, unpriced] = await Promise.all([instance.prices({ search }), instance.unpricedModels()]);
  const { rows, environment, setBy, currency } = found;
  const { dialog, about } = readDialog(query.dialog);
  const removing = dialog === "delete" ? rows.find(({ model, from }) => `${from}:${model}` === about) : undefined;
  return (
    <>
      <Flash news={news} done={query.done} />
      <PageHeader
        title="Prices"
        purpose="What models cost, and from which day on. Recorded costs never change."
        action={
          <LinkButton href="/instance/prices/import" icon={<Upload />}>
            Import a list
          </LinkButton>
        }
      />
      <div className="flex flex-col gap-6">
        {setBy && (
          <Notice tone="warning" title={`Set by ${setBy}`}>
            {setBy} sets the prices in use. The prices set here apply once it is removed from the environment.
          </Notice>
        )}
        {unpriced && unpriced.length > 0 && (
          <Notice tone="warning" title="Models without a price">
            These cost nothing, so spending limits do not apply to them: {unpriced.slice(0, 20).join(", ")}
            {unpriced.length > 20 ? `, and ${unpriced.length - 20} more.` : "."}
          </Notice>
        )}
        <Card
          isFlush
          title="Set here"
          description={`In ${currency}, per million tokens, input and output. Days are in UTC.${found.isMore ? " More match. Type more of the id." : ""}`}
        >
          {(rows.length > 0 || search) && (
            <FilterBar
              action={here}
              label="Filter prices"
              search={{ label: "Search prices", placeholder: "Part of a model's id", value: search }}
            />
          )}
          {rows.length > 0 ? (
            <PricesTable rows={rows} today={found.today} here={here} />
          ) : (
            <EmptyState title={search ? "No prices found" : "No prices set"}>
              {search ? `No price is set for a model matching “${search}”.` : "Set a price below, or import a list."}
            </EmptyState>
          )}
        </Card>
        {environment.length > 0 && (
          <Card
            isFlush
            title={setBy ? `Set by ${setBy}` : "Built in"}
            description={
              setBy ? undefined : "The prices of Atelier's own small models, unless other prices are set above."
            }
          >
            <PricesTable rows={environment} today={found.today} />
          </Card>
        )}
        <SetPriceCard currency={currency} today={found.today} model={search} />
        <HardwareCard query={query} currency={currency} />
      </div>
      {removing && <RemovePriceDialog model={removing.model} from={removing.from} />}
    </>
  );
}
