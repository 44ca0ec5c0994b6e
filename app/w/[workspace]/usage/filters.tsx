import type { Route } from "next";
import Form from "next/form";
import { DayField } from "@/app/_shared/day-field";
import { FilterBar } from "@/app/_ui/filter-bar";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Link } from "@/app/_ui/link";
import { partsOf } from "@/app/_ui/page-query";
import { Button } from "@/app/_ui/plain-button";
import { type Operation, operationText } from "@/app/w/[workspace]/_shared/operation-text";
import type { Granularity, Grouping, Range } from "@/server/usage/input";
import { choiceParts, type Query, type View, viewHref } from "./view";

const rangeNames: Record<Range, string> = {
  "24h": "24 hours",
  "7d": "7 days",
  "30d": "30 days",
  week: "This week",
  month: "This month",
  "last-month": "Last month",
  custom: "Custom",
};

const groupNames: Record<Grouping, string> = {
  none: "Nothing",
  model: "Model",
  operation: "Endpoint",
  route: "Route",
  tag: "Tag",
  key: "Key",
  member: "Member",
};
const granularityNames: Record<Granularity, string> = { hour: "Hour", day: "Day", month: "Month" };

type Named = { id: string; name: string; detail: string | null; ended: "revoked" | "removed" | null };

export type Choices = {
  models: string[];
  operations: Operation[];
  routes: string[];
  tags: string[];
  keys: Named[];
  members: Named[];
  hasServiceKeys: boolean;
};

/** Draws the filters. They are all in the address, so that a view can be saved and shared. */
export function Filters({
  here,
  view,
  days,
  granularity,
  granularities,
  choices,
}: {
  here: string;
  view: View;
  /** The first and the last day shown, from which a custom range starts. */
  days: { from: string; to: string };
  granularity: Granularity | undefined;
  granularities: Granularity[];
  choices: Choices;
}) {
  const { query, range, groupBy, problem } = view;
  const isCustom = range === "custom";
  const kept = (chosen: string | undefined, ids: string[]) => (chosen && !ids.includes(chosen) ? [chosen] : []);
  const models = [...choices.models, ...kept(query.model, choices.models)];
  const others = partsOf(query, choiceParts);
  return (
    <div className="mb-6 flex flex-col gap-4">
      <nav aria-label="Range" className="flex flex-wrap gap-1">
        {(Object.keys(rangeNames) as Range[]).map((each) => (
          <Link
            key={each}
            href={viewHref(here, view, { range: each, from: "", to: "", ...(each === "custom" ? days : {}) }) as Route}
            aria-current={each === range ? "true" : undefined}
            scroll={false}
            className="rounded-md border border-transparent px-3 py-1.5 text-ink-soft leading-tight hover:bg-sunken hover:text-ink aria-[current]:border-hairline aria-[current]:bg-surface aria-[current]:font-medium aria-[current]:text-ink aria-[current]:shadow-card pointer-coarse:py-2.5"
          >
            {rangeNames[each]}
          </Link>
        ))}
      </nav>
      {isCustom && (
        <Form
          // Fields keep what was chosen in them; another address is another form.
          key={JSON.stringify(query)}
          action={here as Route}
          scroll={false}
          aria-label="Custom range"
          className="flex flex-wrap items-start gap-3"
        >
          <HiddenFields values={{ ...others, range }} />
          <DayField label="From" name="from" value={query.from} error={errorOf("from", problem)} />
          <DayField label="To" name="to" value={query.to} error={errorOf("to", problem)} />
          <Button type="submit" className="mt-6.5 max-md:min-h-10.5">
            Show range
          </Button>
        </Form>
      )}
      <FilterBar
        isBare
        action={here}
        label="Filters"
        keep={partsOf<keyof Query>(query, ["range", "from", "to"])}
        filters={[
          {
            label: "Group by",
            name: "group",
            isView: true,
            value: groupBy === "model" ? "" : groupBy,
            options: (["model", ...Object.keys(groupNames).filter((each) => each !== "model")] as Grouping[]).map(
              (value) => ({ value: value === "model" ? "" : value, label: groupNames[value] }),
            ),
          },
          {
            label: "Steps",
            name: "granularity",
            isView: true,
            value: view.granularity && granularities.includes(view.granularity) ? view.granularity : "",
            options: [
              { value: "", label: granularity ? `${granularityNames[granularity]} (automatic)` : "Automatic" },
              ...granularities.map((value) => ({ value, label: granularityNames[value] })),
            ],
          },
          {
            label: "Model",
            name: "model",
            value: query.model ?? "",
            options: [{ value: "", label: "All models" }, ...models.map((value) => ({ value, label: value }))],
          },
          ...named("Endpoint", "operation", view.operation, choices.operations, operationText),
          ...named("Route", "route", query.route, choices.routes),
          ...named("Tag", "tag", query.tag, choices.tags),
          {
            label: "Key",
            name: "key",
            value: query.key ?? "",
            options: [{ value: "", label: "All keys" }, ...choices.keys.map(option)],
          },
          {
            label: "Member",
            name: "member",
            value: query.member ?? "",
            options: [
              { value: "", label: "All members" },
              ...choices.members.map(option),
              ...(choices.hasServiceKeys ? [{ value: "service", label: "Service keys" }] : []),
            ],
          },
        ]}
      />
    </div>
  );
}

/** Returns the filter of what only some workspaces have. */
function named<Value extends string>(
  label: string,
  name: string,
  value: Value | undefined,
  values: Value[],
  textOf: (value: Value) => string = (value) => value,
) {
  if (values.length === 0 && !value) return [];
  const all = value && !values.includes(value) ? [...values, value] : values;
  const options = [{ value: "", label: "All requests" }, ...all.map((each) => ({ value: each, label: textOf(each) }))];
  return [{ label, name, value: value ?? "", options }];
}

function option({ id, name, detail, ended }: Named) {
  return { value: id, label: `${name}${detail ? ` (${detail})` : ""}${ended ? `, ${ended}` : ""}` };
}

function errorOf(field: "from" | "to", problem: View["problem"]): string | undefined {
  return problem?.field === field ? problem.message : undefined;
}
