import type { Route } from "next";
import Form from "next/form";
import { DayField } from "@/app/_shared/day-field";
import { LinkButton } from "@/app/_ui/button";
import { TextField } from "@/app/_ui/field";
import { FilterBar } from "@/app/_ui/filter-bar";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { partsOf } from "@/app/_ui/page-query";
import { Button } from "@/app/_ui/plain-button";
import { type Query, type View, viewHref } from "./view";
import { groupName, plainName } from "./words";

export type Choices = { people: { id: string; name: string | null }[]; actions: string[]; types: string[] };

/** Draws the filters of the log. All are in the address, so that a view can be saved and shared. */
export function Filters({ here, view, choices }: { here: string; view: View; choices: Choices }) {
  const { query, problem } = view;
  const errorOf = (field: "from" | "to") => (problem?.field === field ? problem.message : undefined);
  const kept = (chosen: string | undefined, known: { value: string }[]) =>
    chosen && !known.some(({ value }) => value === chosen) ? [{ value: chosen, label: chosen }] : [];
  const actions = actionOptions(choices.actions);
  const people = choices.people.map(({ id, name }) => ({
    value: id,
    label: name ?? `A removed person (${id.slice(0, 8)})`,
  }));
  const types = choices.types.map((type) => ({ value: type, label: plainName(type) }));
  const { thing, from, to } = query;
  return (
    <div className="mb-6 flex flex-col gap-4">
      <FilterBar
        isBare
        action={here}
        label="Filters"
        search={{ label: "Search", placeholder: "Action or id", value: query.q }}
        keep={partsOf<keyof Query>(query, ["thing", "from", "to", "order"])}
        filters={[
          {
            label: "Who",
            name: "person",
            value: query.person ?? "",
            options: [
              { value: "", label: "All people" },
              { value: "atelier", label: "Atelier" },
              ...people,
              ...(query.person === "atelier" ? [] : kept(query.person, people)),
            ],
          },
          {
            label: "What",
            name: "action",
            value: query.action ?? "",
            options: [{ value: "", label: "Everything" }, ...actions, ...kept(query.action, actions)],
          },
          {
            label: "Object",
            name: "type",
            value: query.type ?? "",
            options: [{ value: "", label: "Anything" }, ...types, ...kept(query.type, types)],
          },
        ]}
      />
      <details open={Boolean(thing || from || to)}>
        <summary className="w-fit cursor-pointer text-[0.8125rem] text-ink-soft">Dates and object id</summary>
        <Form
          // Fields keep their values after a navigation, so each address has a new form.
          key={JSON.stringify(query)}
          action={here as Route}
          scroll={false}
          aria-label="Dates and id"
          className="mt-3 grid grid-cols-2 items-start gap-3 md:grid-cols-4"
        >
          <HiddenFields values={partsOf<keyof Query>(query, ["q", "person", "action", "type", "order"])} />
          <DayField label="From" name="from" value={from} error={errorOf("from")} />
          <DayField label="To" name="to" value={to} error={errorOf("to")} />
          <TextField label="Object id" name="thing" defaultValue={thing} maxLength={400} autoComplete="off" />
          <div className="mt-6.5 flex flex-wrap gap-2">
            <Button type="submit" className="max-md:min-h-10.5">
              Narrow
            </Button>
            {(thing || from || to) && (
              <LinkButton
                variant="ghost"
                href={viewHref(here, view, { thing: "", from: "", to: "" })}
                scroll={false}
                className="max-md:min-h-10.5"
              >
                Clear
              </LinkButton>
            )}
          </div>
        </Form>
      </details>
    </div>
  );
}

/** Returns the existing groups, each followed by its actions. */
function actionOptions(actions: string[]): { value: string; label: string }[] {
  const groups = [...new Set(actions.map((action) => action.split(".")[0] ?? ""))];
  return groups.flatMap((group) => [
    { value: `${group}.*`, label: groupName(group) },
    ...actions
      .filter((action) => action.startsWith(`${group}.`))
      .map((action) => ({
        value: action,
        label: `${groupName(group)}: ${plainName(action.slice(group.length + 1)).toLowerCase()}`,
      })),
  ]);
}
