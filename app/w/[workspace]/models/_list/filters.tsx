import { FilterBar } from "@/app/_ui/filter-bar";
import { partsOf } from "@/app/_ui/page-query";
import { kindNames } from "./kind-names";
import { kindOf, type ModelQuery } from "./model-query";

/** Draws the list's search and filters. */
export function Filters({ here, query }: { here: string; query: ModelQuery }) {
  const kinds = Object.entries(kindNames).map(([value, label]) => ({ value, label }));
  return (
    <FilterBar
      action={here}
      label="Filter models"
      search={{ label: "Search models", placeholder: "Name, id or description", value: query.q }}
      keep={partsOf(query, ["sort", "order"])}
      filters={[
        { label: "Kind", name: "kind", value: kindOf(query), options: [{ value: "", label: "All" }, ...kinds] },
        {
          label: "State",
          name: "state",
          value: query.state === "archived" ? "archived" : "",
          options: [
            { value: "", label: "In use" },
            { value: "archived", label: "Archived" },
          ],
        },
      ]}
    />
  );
}
