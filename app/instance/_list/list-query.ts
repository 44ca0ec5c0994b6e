import { type ListQuery, listInput, orderOf, partsOf } from "@/app/_ui/page-query";

/** What the address of a list of the instance says. */
export type InstanceListQuery = ListQuery & { state?: string };

/** Returns the address as a list procedure takes it. An unknown order or state is the first one. */
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

/** Returns what of a list's address its other pages and its dialogs keep. */
export const keptOf = (query: InstanceListQuery) => partsOf(query, ["q", "sort", "order", "state"]);
