import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { FilterBar } from "@/app/_ui/filter-bar";
import { pagerOf, partsOf, placeOf, withQuery } from "@/app/_ui/page-query";
import { Pager } from "@/app/_ui/pager";
import { SelectionBar } from "@/app/_ui/selection-bar";
import { Table, TableRow } from "@/app/_ui/table";
import type { Outputs } from "@/server/composition/outputs";
import { mostPrinted } from "@/server/reviews/input";
import { ItemCells, itemColumns, nameOf } from "./item-cells";

type Kind = "member" | "key";
type Items = Outputs["reviews"]["items"];
export type ReviewQuery = {
  kind?: string;
  state?: string;
  after?: string;
  before?: string;
  page?: string;
  dialog?: string;
  chosen?: string | string[];
};

const selection = { form: "selection", name: "chosen" };
const actions = {
  member: [
    { dialog: "confirm", label: "Confirm" },
    { dialog: "remove", label: "Remove" },
  ],
  key: [
    { dialog: "confirm", label: "Confirm" },
    { dialog: "disable", label: "Disable" },
    { dialog: "revoke", label: "Revoke" },
  ],
};

/** Returns the address of the list as it is shown, to which a dialog is added. */
export const listAddress = (path: string, kind: Kind, query: ReviewQuery) =>
  withQuery(path, { ...keptOf(kind, query), ...placeOf(query), ...partsOf(query, ["page"]) });

const keptOf = (kind: Kind, query: ReviewQuery): Record<string, string> => ({
  ...(kind === "key" ? { kind } : {}),
  ...(query.state === "all" ? { state: "all" } : {}),
});

/** Draws the members or keys of an open review, which are selected and decided together. */
export function OpenItems({ path, kind, query, page }: { path: string; kind: Kind; query: ReviewQuery; page: Items }) {
  const kept = keptOf(kind, query);
  const what = kind === "member" ? "members" : "keys";
  return (
    <Card isFlush footer={<Pager {...pagerOf(path, kept, page, query)} />}>
      <FilterBar
        action={path}
        label={`Filter ${what}`}
        keep={kind === "key" ? { kind } : {}}
        filters={[
          {
            label: "Show",
            name: "state",
            value: query.state === "all" ? "all" : "",
            options: [
              { value: "", label: "To decide" },
              { value: "all", label: "All" },
            ],
          },
        ]}
      />
      {page.rows.length === 0 ? (
        <EmptyState title={query.state === "all" ? `No ${what} in this review` : `All ${what} are decided`}>
          {kind === "member"
            ? "Members who have been inactive for 90 days are listed here."
            : "Keys that are idle, never expire or have no limit are listed here."}
        </EmptyState>
      ) : (
        <>
          <Table
            label={kind === "member" ? "Members" : "Keys"}
            columns={itemColumns[kind]}
            isList
            selection={selection}
          >
            {page.rows.map((item) => (
              <TableRow
                key={item.subject}
                tick={
                  item.decision ? null : { ...selection, value: item.subject, label: `Select ${nameOf(item, kind)}` }
                }
              >
                <ItemCells item={item} kind={kind} />
              </TableRow>
            ))}
          </Table>
          <SelectionBar {...selection} href={listAddress(path, kind, query)} actions={actions[kind]} />
        </>
      )}
    </Card>
  );
}

/** Draws the members or keys of a closed review, up to a number that can be printed well. */
export function ClosedItems({
  slug,
  reviewId,
  kind,
  page,
}: {
  slug: string;
  reviewId: string;
  kind: Kind;
  page: Items;
}) {
  const title = kind === "member" ? "Members" : "Keys";
  if (page.rows.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2 className="mb-2 text-[0.9375rem]">{title}</h2>
      <div className="rounded-xl border border-hairline bg-surface">
        <Table label={title} columns={itemColumns[kind]}>
          {page.rows.map((item) => (
            <TableRow key={item.subject}>
              <ItemCells item={item} kind={kind} restore={{ slug, reviewId }} />
            </TableRow>
          ))}
        </Table>
      </div>
      {page.next && (
        <p className="mt-2 text-[0.8125rem] text-ink-soft">
          The first {mostPrinted} are shown. The downloaded result has all of them.
        </p>
      )}
    </section>
  );
}
