import type { Route } from "next";
import Form from "next/form";
import { DayField } from "@/app/_shared/day-field";
import { LinkButton } from "@/app/_ui/button";
import { SelectField, TextField } from "@/app/_ui/field";
import { Button } from "@/app/_ui/plain-button";
import type { View } from "./view";
import { groupName, plainName } from "./words";

export type Choices = { people: { id: string; name: string | null }[]; actions: string[]; types: string[] };

/** Shows how the log is narrowed: all of it in the address, so that it can be kept and sent. */
export function Filters({ here, view, choices }: { here: string; view: View; choices: Choices }) {
  const { query, problem, isFiltered } = view;
  const errorOf = (field: "from" | "to") => (problem?.field === field ? problem.message : undefined);
  const kept = (chosen: string | undefined, known: { value: string }[]) =>
    chosen && !known.some(({ value }) => value === chosen) ? [{ value: chosen, label: chosen }] : [];
  const actions = actionOptions(choices.actions);
  const types = choices.types.map((type) => ({ value: type, label: plainName(type) }));
  return (
    <Form
      // Fields keep what was chosen in them; another address is another form.
      key={JSON.stringify(query)}
      action={here as Route}
      scroll={false}
      aria-label="Filters"
      className="mb-6 grid grid-cols-2 items-start gap-3 md:grid-cols-4"
    >
      <TextField
        label="Search"
        name="q"
        type="search"
        defaultValue={query.q}
        maxLength={200}
        autoComplete="off"
        placeholder="Action or id"
      />
      <SelectField
        label="Who"
        name="person"
        defaultValue={query.person ?? ""}
        options={[
          { value: "", label: "All people" },
          { value: "atelier", label: "Atelier" },
          ...choices.people.map(({ id, name }) => ({
            value: id,
            label: name ?? `A removed person (${id.slice(0, 8)})`,
          })),
          ...(query.person === "atelier"
            ? []
            : kept(
                query.person,
                choices.people.map(({ id }) => ({ value: id })),
              )),
        ]}
      />
      <SelectField
        label="What"
        name="action"
        defaultValue={query.action ?? ""}
        options={[{ value: "", label: "Everything" }, ...actions, ...kept(query.action, actions)]}
      />
      <SelectField
        label="On what"
        name="type"
        defaultValue={query.type ?? ""}
        options={[{ value: "", label: "Anything" }, ...types, ...kept(query.type, types)]}
      />
      <TextField label="Id of it" name="thing" defaultValue={query.thing} maxLength={400} autoComplete="off" />
      <DayField label="From" name="from" value={query.from} error={errorOf("from")} />
      <DayField label="To" name="to" value={query.to} error={errorOf("to")} />
      <div className="flex flex-wrap gap-2 self-end">
        <Button type="submit" className="max-md:min-h-10.5">
          Apply
        </Button>
        {isFiltered && (
          <LinkButton variant="ghost" href={here} scroll={false} className="max-md:min-h-10.5">
            Clear
          </LinkButton>
        )}
      </div>
    </Form>
  );
}

/** Returns the groups that are there, each with its actions behind it. */
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
