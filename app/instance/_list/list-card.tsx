import type { ReactNode } from "react";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { FilterBar } from "@/app/_ui/filter-bar";
import { pagerOf, partsOf } from "@/app/_ui/page-query";
import { Pager } from "@/app/_ui/pager";
import { type InstanceListQuery, keptOf } from "./list-query";

type Choice = { value: string; options: Record<string, string> };

/** Draws a list of the instance: its search, its filter and a page of its rows. */
export function ListCard({
  noun,
  searchHint,
  here,
  query,
  state,
  page,
  children,
}: {
  /** The kind of the rows, in the plural: "people". */
  noun: string;
  /** What a search searches in. */
  searchHint: string;
  here: string;
  query: InstanceListQuery;
  /** The selected state and the names of all states; the first one does not filter. */
  state: Choice;
  page: { rows: unknown[]; previous: string | null; next: string | null; isMore: boolean };
  /** The rows of the page. */
  children: ReactNode;
}) {
  const kept = keptOf(query);
  const { q } = kept;
  const options = Object.entries(state.options).map(([value, label], index) => ({
    value: index === 0 ? "" : value,
    label,
  }));
  return (
    <Card
      isFlush
      title={`All ${noun}`}
      description={page.isMore ? "More match. Type more of the name to narrow the search." : undefined}
      footer={<Pager {...pagerOf(here, kept, page, query)} />}
    >
      <FilterBar
        action={here}
        label={`Filter ${noun}`}
        search={{ label: `Search ${noun}`, placeholder: searchHint, value: q }}
        // A search covers all states.
        filters={
          q
            ? []
            : [
                {
                  label: "State",
                  name: "state",
                  value: options.some(({ value }) => value === state.value) ? state.value : "",
                  options,
                },
              ]
        }
        keep={partsOf(kept, q ? ["sort", "order", "state"] : ["sort", "order"])}
      />
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
