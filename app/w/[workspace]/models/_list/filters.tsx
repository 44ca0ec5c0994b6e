import { FilterForm, FilterSelect } from "@/app/_ui/filter-form";
import { kindNames } from "./kind-names";
import { kindOf, type ModelQuery } from "./model-query";

/** Shows how the list is narrowed. */
export function Filters({ here, query }: { here: string; query: ModelQuery }) {
  const kinds = Object.entries(kindNames).map(([value, label]) => ({ value, label }));
  return (
    <FilterForm action={here} keep={query.q ? { q: query.q } : {}} label="Filter models">
      <FilterSelect label="Kind" name="kind" value={kindOf(query)} options={[{ value: "", label: "All" }, ...kinds]} />
      <FilterSelect
        label="State"
        name="state"
        value={query.state === "archived" ? "archived" : ""}
        options={[
          { value: "", label: "In use" },
          { value: "archived", label: "Archived" },
        ]}
      />
    </FilterForm>
  );
}
