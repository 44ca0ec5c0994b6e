import { type ListQuery, listInput, orderOf, partsOf } from "@/app/_ui/page-query";

/** The query parameters of a list of the instance. */
export type InstanceListQuery = ListQuery & { state?: string };

/** Returns the query as a list procedure takes it. An unknown sort or state is replaced by the first one. */
export function instanceListInput<Sort extends string, State extends string>(
  query: InstanceListQuery,
  sorts: readonly [Sort, ...Sort[]],
  states: readonly [State, ...State[]],
) {
  return {
    ...listInput(query),
    ...orderOf(query),
    sort: sorts.find((each) => each === query.sort) ?? sorts[0],
    state: states.find((each) => each === query.state) ?? states[0],
  };
}

/** Returns the query parameters that other pages of the list and its dialogs keep. */
export const keptOf = (query: InstanceListQuery) => partsOf(query, ["q", "sort", "order", "state"]);
