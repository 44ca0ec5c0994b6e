import { FilterBar } from "@/app/_ui/filter-bar";
import { partsOf } from "@/app/_ui/page-query";
import type { KeyState } from "@/server/keys/list/input";
import { type KeyQuery, ownerOf, stateOf } from "./key-query";

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

type Props = {
  here: string;
  query: KeyQuery;
  counts: {
    states: Record<KeyState, number>;
    /** Whether all keys were counted; otherwise the numbers are minimums. */
    isAll: boolean;
    mine: number;
    service: number;
    others: { id: string; name: string; keys: number }[];
  };
};

/** Draws the list's search and filters, each option with the number of keys that match it. */
export function Filters({ here, query, counts }: Props) {
  const more = counts.isAll ? "" : "+";
  const option = (value: string, name: string, keys: number) => ({
    value,
    label: `${name} (${keys}${more})`,
    short: name,
  });
  return (
    <FilterBar
      action={here}
      label="Filter keys"
      search={{ label: "Search keys", placeholder: "Name, or id after atl_", value: query.q }}
      keep={partsOf(query, ["sort", "order"])}
      filters={[
        {
          label: "State",
          name: "state",
          value: stateOf(query) ?? "",
          options: [
            { value: "", label: "All" },
            ...Object.entries(stateNames).map(([value, name]) => option(value, name, counts.states[value as KeyState])),
          ],
        },
        {
          label: "Owner",
          name: "owner",
          value: ownerOf(query),
          options: [
            { value: "", label: "All owners" },
            option("mine", "Me", counts.mine),
            option("service", "Service keys", counts.service),
            ...counts.others.map(({ id, name, keys }) => option(id, name, keys)),
          ],
        },
      ]}
    />
  );
}
