import { type ListQuery, orderOf, partsOf, placeOf, type QueryValue } from "@/app/_ui/page-query";
import { modelKinds, modelSorts } from "@/server/models/input";

/** What the address of the models page says. */
export type ModelQuery = ListQuery & {
  kind?: string;
  state?: string;
  dialog?: string;
  done?: string;
  chosen?: QueryValue;
};

/** Returns which kind of model the address asks for: one of the workspace's own kinds, "base", or "" for all. */
export function kindOf({ kind }: ModelQuery): (typeof modelKinds)[number] | "base" | "" {
  return [...modelKinds, "base" as const].find((each) => each === kind) ?? "";
}

/** Returns how the address asks the list to be sorted. */
export const sortOf = ({ sort }: ModelQuery) => modelSorts.find((each) => each === sort);

/** Returns the address as the list takes it; what it says wrong is as if it said nothing. */
export function listInput(query: ModelQuery) {
  const { q, state } = query;
  const [kind, sort] = [kindOf(query), sortOf(query)];
  return {
    ...(q ? { search: q } : {}),
    ...(kind && kind !== "base" ? { kind } : {}),
    ...(state === "archived" ? { state: "archived" as const } : {}),
    ...(sort ? { sort } : {}),
    ...orderOf(query),
    ...placeOf(query),
  };
}

/** Returns what of the address says which list this is, without the page one is on: what every way around keeps. */
export const listPart = (query: ModelQuery) => partsOf(query, ["q", "sort", "order", "kind", "state"]);
