import { FilterForm, FilterSelect } from "@/app/_ui/filter-form";
import type { KeySort, KeyState } from "@/server/keys/list/input";
import { type KeyQuery, ownerOf, sortOf, stateOf } from "./key-query";

const stateNames: Record<KeyState, string> = {
  active: "Active",
  disabled: "Disabled",
  expired: "Expired",
  revoked: "Revoked recently",
  expiring: "Expires within 14 days",
  unused: "Never used",
  "no-expiry": "No expiration",
  "no-limit": "No limit",
  idle: "Not used for 60 days",
  "owner-left": "Owner left",
  "beyond-policy": "Longer than the policy",
};

const sortNames: Record<KeySort, string> = {
  newest: "Newest",
  name: "Name",
  used: "Last used",
  spent: "Spent most",
  expiry: "Expiration",
};

type Props = {
  here: string;
  query: KeyQuery;
  counts: {
    states: Record<KeyState, number>;
    /** Whether every key was looked at; otherwise there may be more of each. */
    isAll: boolean;
    mine: number;
    service: number;
    others: { id: string; name: string; keys: number }[];
  };
};

/** Shows how the list is narrowed and sorted, each choice with how many keys it leaves. */
export function Filters({ here, query, counts }: Props) {
  const more = counts.isAll ? "" : "+";
  const states = Object.entries(stateNames).map(([value, name]) => ({
    value,
    label: `${name} (${counts.states[value as KeyState]}${more})`,
  }));
  return (
    <FilterForm action={here} keep={query.q ? { q: query.q } : {}} label="Filter keys">
      <FilterSelect
        label="State"
        name="state"
        value={stateOf(query) ?? ""}
        options={[{ value: "", label: "All" }, ...states]}
      />
      <FilterSelect
        label="Owner"
        name="owner"
        value={ownerOf(query)}
        options={[
          { value: "", label: "All owners" },
          { value: "mine", label: `Me (${counts.mine}${more})` },
          { value: "service", label: `Service keys (${counts.service}${more})` },
          ...counts.others.map(({ id, name, keys }) => ({ value: id, label: `${name} (${keys}${more})` })),
        ]}
      />
      <FilterSelect
        label="Sort by"
        name="sort"
        value={sortOf(query) === "newest" ? "" : (sortOf(query) ?? "")}
        options={Object.entries(sortNames).map(([value, label]) => ({ value: value === "newest" ? "" : value, label }))}
      />
    </FilterForm>
  );
}
