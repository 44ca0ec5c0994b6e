import type { Metadata } from "next";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { FilterForm, FilterSelect } from "@/app/_ui/filter-form";
import { Flash } from "@/app/_ui/flash";
import { PageHeader } from "@/app/_ui/page-header";
import { Pager } from "@/app/_ui/pager";
import { SearchBox } from "@/app/_ui/search-box";
import { readDialog } from "@/app/w/[workspace]/dialog-query";
import { api } from "@/server/composition/caller";
import { peopleSorts, peopleStates } from "@/server/instance/people/input";
import { keptOf, type ListQuery, listInput, pageHref, without } from "../list-view";
import { PeopleTable } from "./people-table";
import { StateDialog } from "./state-dialog";

export const metadata: Metadata = { title: "People of the instance" };

const here = "/instance/people";
const news = new Map(
  Object.entries({
    deactivated: "Deactivated. They are signed out everywhere.",
    reactivated: "Reactivated. They can sign in again.",
  }),
);

type Props = { searchParams: Promise<ListQuery & { dialog?: string; done?: string }> };

export default async function InstancePeople({ searchParams }: Props) {
  const query = await searchParams;
  const { instance, account } = await api();
  const input = listInput(query, peopleSorts, peopleStates);
  const { dialog, about } = readDialog(query.dialog);
  const isAsked = about !== undefined && /^[0-9a-f-]{36}$/.test(about) && dialog === "state";
  const [page, self, plan] = await Promise.all([
    instance.people(input),
    account.get(),
    isAsked ? instance.deactivationPlan({ userId: about }) : null,
  ]);
  const kept = keptOf(query);
  const list = Object.keys(kept).length > 0 ? `${here}?${new URLSearchParams(kept)}` : here;
  return (
    <>
      <Flash news={news} done={query.done} />
      <PageHeader title="People" purpose="All people who have an account here, and whether they may come in." />
      <Card
        isFlush
        title="All people"
        description={page.isMore ? "More match: type more of the name or address." : undefined}
        action={
          <SearchBox
            label="Search people"
            placeholder="Beginning of a name or address"
            action={here}
            defaultValue={query.q ?? ""}
            keep={without(kept, "q")}
          />
        }
        footer={
          <Pager
            previousHref={pageHref(here, query, "before", page.previous)}
            nextHref={pageHref(here, query, "after", page.next)}
          />
        }
      >
        {!query.q && (
          <div className="border-hairline border-b px-4 py-3 md:px-5">
            <FilterForm action={here} keep={without(kept, "sort", "state")} label="Filters">
              <FilterSelect
                label="Sort by"
                name="sort"
                value={input.sort}
                options={[
                  { value: "newest", label: "Newest" },
                  { value: "name", label: "Name" },
                  { value: "seen", label: "Last seen" },
                ]}
              />
              <FilterSelect
                label="State"
                name="state"
                value={input.state}
                options={[
                  { value: "all", label: "All" },
                  { value: "deactivated", label: "Deactivated" },
                  { value: "operators", label: "Operators" },
                ]}
              />
            </FilterForm>
          </div>
        )}
        {page.rows.length === 0 ? (
          <EmptyState title="No people found" action={<LinkButton href={here}>Show all people</LinkButton>}>
            No person passes this search and these filters.
          </EmptyState>
        ) : (
          <PeopleTable rows={page.rows} list={list} selfId={self.id} />
        )}
      </Card>
      {plan && <StateDialog plan={plan} here={list} />}
    </>
  );
}
