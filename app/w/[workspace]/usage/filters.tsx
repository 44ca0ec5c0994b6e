import type { Route } from "next";
import Form from "next/form";
import { DayField } from "@/app/_shared/day-field";
import { LinkButton } from "@/app/_ui/button";
import { SelectField } from "@/app/_ui/field";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Link } from "@/app/_ui/link";
import { Button } from "@/app/_ui/plain-button";
import { type Operation, operationText } from "@/app/w/[workspace]/_shared/operation-text";
import type { Granularity, Grouping, Range } from "@/server/usage/input";
import { unfiltered, type View, viewHref } from "./view";

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

/** Shows what is shown, as links and one form: all of it in the address, so that it can be kept and sent. */
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
      <Form
        // Fields keep what was chosen in them; another address is another form.
        key={JSON.stringify(query)}
        action={here as Route}
        scroll={false}
        aria-label="Filters"
        className="grid grid-cols-2 items-start gap-3 md:grid-cols-[repeat(auto-fit,minmax(8.5rem,1fr))]"
      >
        <HiddenFields values={{ range }} />
        {isCustom && (
          <>
            <DayField label="From" name="from" value={query.from} error={errorOf("from", problem)} />
            <DayField label="To" name="to" value={query.to} error={errorOf("to", problem)} />
          </>
        )}
        <SelectField
          label="Group by"
          name="group"
          defaultValue={groupBy}
          options={(Object.keys(groupNames) as Grouping[]).map((value) => ({ value, label: groupNames[value] }))}
        />
        <SelectField
          label="Steps"
          name="granularity"
          defaultValue={granularity ?? ""}
          options={
            granularities.length > 0
              ? granularities.map((value) => ({ value, label: granularityNames[value] }))
              : [{ value: "", label: "Automatic" }]
          }
        />
        <SelectField
          label="Model"
          name="model"
          defaultValue={query.model ?? ""}
          options={[{ value: "", label: "All models" }, ...models.map((value) => ({ value, label: value }))]}
        />
        {choices.operations.length > 0 && (
          <SelectField
            label="Endpoint"
            name="operation"
            defaultValue={query.operation ?? ""}
            options={[
              { value: "", label: "All endpoints" },
              ...choices.operations.map((value) => ({ value, label: operationText(value) })),
            ]}
          />
        )}
        {choices.routes.length > 0 && (
          <SelectField
            label="Route"
            name="route"
            defaultValue={query.route ?? ""}
            options={[
              { value: "", label: "All requests" },
              ...choices.routes.map((value) => ({ value, label: value })),
            ]}
          />
        )}
        {choices.tags.length > 0 && (
          <SelectField
            label="Tag"
            name="tag"
            defaultValue={query.tag ?? ""}
            options={[{ value: "", label: "All requests" }, ...choices.tags.map((value) => ({ value, label: value }))]}
          />
        )}
        <SelectField
          label="Key"
          name="key"
          defaultValue={query.key ?? ""}
          options={[{ value: "", label: "All keys" }, ...choices.keys.map(option)]}
        />
        <SelectField
          label="Member"
          name="member"
          defaultValue={query.member ?? ""}
          options={[
            { value: "", label: "All members" },
            ...choices.members.map(option),
            ...(choices.hasServiceKeys ? [{ value: "service", label: "Service keys" }] : []),
          ]}
        />
        <div className="flex flex-wrap gap-2 self-end">
          <Button type="submit" className="max-md:min-h-10.5">
            Apply
          </Button>
          {view.isFiltered && (
            <LinkButton
              variant="ghost"
              href={viewHref(here, view, unfiltered)}
              scroll={false}
              className="max-md:min-h-10.5"
            >
              Clear
            </LinkButton>
          )}
        </div>
      </Form>
    </div>
  );
}

function option({ id, name, detail, ended }: Named) {
  return { value: id, label: `${name}${detail ? ` (${detail})` : ""}${ended ? `, ${ended}` : ""}` };
}

function errorOf(field: "from" | "to", problem: View["problem"]): string | undefined {
  return problem?.field === field ? problem.message : undefined;
}
