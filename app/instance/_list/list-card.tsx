import type { ReactNode } from "react";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { FilterForm, FilterSelect } from "@/app/_ui/filter-form";
import { pagerHrefs } from "@/app/_ui/page-query";
import { Pager } from "@/app/_ui/pager";
import { SearchBox } from "@/app/_ui/search-box";
import { type InstanceListQuery, keptOf } from "./list-query";

type Choice = { value: string; options: Record<string, string> };

/** Draws a list of the instance: its search, its order and its filter, and a page of its rows. */
export function ListCard({
  noun,
  searchHint,
  here,
  query,
  sort,
  state,
  page,
  children,
}: {
  /** What is listed, in the plural: "people". */
  noun: string;
  /** What a search looks for. */
  searchHint: string;
  here: string;
  query: InstanceListQuery;
  /** What is chosen, and the names of all that can be. */
  sort: Choice;
  state: Choice;
  page: { rows: unknown[]; previous: string | null; next: string | null; isMore: boolean };
  /** The rows of the page. */
  children: ReactNode;
}) {
  const kept = keptOf(query);
  const { q, ...filters } = kept;
  return (
    <Card
      isFlush
      title={`All ${noun}`}
      description={page.isMore ? "More match. Type more of the name to narrow the search." : undefined}
      action={
        <SearchBox
          label={`Search ${noun}`}
          placeholder={searchHint}
          action={here}
          defaultValue={q ?? ""}
          keep={filters}
        />
      }
      footer={<Pager {...pagerHrefs(here, kept, page)} />}
    >
      {!q && (
        <div className="border-hairline border-b px-4 py-3 md:px-5">
          <FilterForm action={here} keep={{}} label="Filters">
            <FilterSelect label="Sort by" name="sort" value={sort.value} options={optionsOf(sort)} />
            <FilterSelect label="State" name="state" value={state.value} options={optionsOf(state)} />
          </FilterForm>
        </div>
      )}
      {page.rows.length > 0 ? (
        children
      ) : (
        <EmptyState title={`No ${noun} found`} action={<LinkButton href={here}>{`Show all ${noun}`}</LinkButton>}>
          {q ? `No ${noun} match “${q}”.` : `No ${noun} match these filters.`}
        </EmptyState>
      )}
    </Card>
  );
}

const optionsOf = ({ options }: Choice) => Object.entries(options).map(([value, label]) => ({ value, label }));
