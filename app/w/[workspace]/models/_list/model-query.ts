import { type ListQuery, orderOf, partsOf, placeOf, type QueryValue } from "@/app/_ui/page-query";
import { modelKinds, modelSorts } from "@/server/models/input";

/** The query parameters of the models page. */
export type ModelQuery = ListQuery & {
  kind?: string;
  state?: string;
  dialog?: string;
  done?: string;
  chosen?: QueryValue;
};

/** Returns the kind of models that the address filters by: one of the workspace's own kinds, "base", or "" for all. */
export function kindOf({ kind }: ModelQuery): (typeof modelKinds)[number] | "base" | "" {
  return [...modelKinds, "base" as const].find((each) => each === kind) ?? "";
}

/** Returns the sort that the address asks for. */
export const sortOf = ({ sort }: ModelQuery) => modelSorts.find((each) => each === sort);

/** Returns the whole query as the list procedure takes it. Invalid values are ignored. */
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

/**
 * Returns the query parameters that identify the list, without its page: links to other pages of the list keep them.
 */
export const listPart = (query: ModelQuery) => partsOf(query, ["q", "sort", "order", "kind", "state"]);
