import type { Metadata, Route } from "next";
import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { FilterBar } from "@/app/_ui/filter-bar";
import { Flash } from "@/app/_ui/flash";
import { formatCount, formatUtcDay } from "@/app/_ui/format";
import { Link } from "@/app/_ui/link";
import { PageHeader } from "@/app/_ui/page-header";
import { type QueryValue, single } from "@/app/_ui/page-query";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { api } from "@/server/composition/caller";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { baseModelHref } from "./href";

export const metadata: Metadata = { title: "Models" };

const here = "/instance/models";
const news = new Map(Object.entries({ cancelled: "Retirement cancelled. The model stays available." }));

/** Draws the base models of the instance, with the end of those that will be retired. */
export default async function InstanceModels({
  searchParams,
}: {
  searchParams: Promise<{ q?: QueryValue; done?: QueryValue }>;
}) {
  const query = await searchParams;
  const search = single(query.q) ?? "";
  const { instance } = await api();
  const { rows, total, isKnown } = await instance.baseModels({ search });
  return (
    <>
      <Flash news={news} done={single(query.done)} />
      <PageHeader
        title="Models"
        purpose="The base models that the model servers offer to workspaces, and on which day each ends."
      />
      <Card
        isFlush
        title="Base models"
        description={
          rows.length < total
            ? `The first ${rows.length} of ${formatCount(total, "model")}. Type more of the id.`
            : formatCount(total, "model")
        }
      >
        <FilterBar action={here} label="Filter models" search={{ label: "Search models", value: search }} />
        {rows.length > 0 ? (
          <ModelsTable rows={rows} />
        ) : (
          <EmptyState title="No models found">
            {search
              ? `No base model's id contains “${search}”.`
              : isKnown
                ? "No model server offers a model."
                : "No model server can list its models at the moment."}
          </EmptyState>
        )}
      </Card>
    </>
  );
}

const columns = [{ label: "Model" }, { label: "Servers" }, { label: "Ends" }, { label: "Successor" }];

function ModelsTable({ rows }: { rows: RowOf<Outputs["instance"]["baseModels"]>[] }) {
  return (
    <Table label="Base models" columns={columns} isList>
      {rows.map(({ id, aliases, servers, retirement }) => (
        <TableRow key={id}>
          <TableCell kind="primary">
            <p className="wrap-anywhere">
              <Link href={baseModelHref(id) as Route} className="font-medium underline-offset-3 hover:underline">
                {id}
              </Link>
            </p>
            {aliases.length > 0 && (
              <p className="wrap-anywhere text-[0.8125rem] text-ink-soft">also {aliases.join(", ")}</p>
            )}
          </TableCell>
          <TableCell label="Servers" className="wrap-anywhere text-ink-soft">
            {servers.length > 0 ? servers.join(", ") : "None any more"}
          </TableCell>
          <TableCell label="Ends" isGlance className="text-ink-soft">
            <Ends retirement={retirement} />
          </TableCell>
          <TableCell label="Successor" className="wrap-anywhere text-ink-soft">
            {retirement?.successor ?? "–"}
          </TableCell>
        </TableRow>
      ))}
    </Table>
  );
}

function Ends({ retirement }: Pick<RowOf<Outputs["instance"]["baseModels"]>, "retirement">) {
  if (!retirement) return "–";
  const day = formatUtcDay(retirement.retiresAt);
  if (retirement.isOver) return <Badge tone="danger">Retired since {day}</Badge>;
  return <Badge tone="warning">{retirement.rehearsalEndsAt ? "Rehearsed now" : day}</Badge>;
}
