import { type ListQuery, orderOf, partsOf, placeOf, type QueryValue } from "@/app/_ui/page-query";
import { type KeyFlaw, type KeyState, keyFlaws, keySorts, keyStates } from "@/server/keys/list/input";

/** The query parameters of the keys page. */
export type KeyQuery = ListQuery & {
  owner?: string;
  state?: string;
  dialog?: string;
  done?: string;
  chosen?: QueryValue;
};

const oneOf = <T extends string>(values: readonly T[], value: string | undefined): T | undefined =>
  values.find((each) => each === value);

/** Returns the owner that the address filters by; "" is all owners. */
export function ownerOf({ owner = "" }: KeyQuery): string {
  return /^(mine|service|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(owner) ? owner : "";
}

/** Returns the filters as the list's procedures take them. Invalid values are ignored. */
export function filtersOf(query: KeyQuery) {
  return { ...(query.q ? { search: query.q } : {}), owner: ownerOf(query) };
}

/** Returns the whole query as the list procedure takes it. */
export function listInput(query: KeyQuery) {
  const [state, sort] = [stateOf(query), sortOf(query)];
  return {
    ...filtersOf(query),
    ...(state ? { state } : {}),
    ...(sort ? { sort } : {}),
    ...orderOf(query),
    ...placeOf(query),
  };
}

/** Returns the state or flaw that the address filters by. */
export const stateOf = ({ state }: KeyQuery): KeyState | undefined => oneOf([...keyStates, ...keyFlaws], state);

/** Returns the flaw that the address filters by. */
export const flawOf = ({ state }: KeyQuery): KeyFlaw | undefined => oneOf(keyFlaws, state);

/** Returns the sort that the address asks for. */
export const sortOf = ({ sort }: KeyQuery) => oneOf(keySorts, sort);

/**
 * Returns the query parameters that identify the list, without its page: links to other pages of the list keep them.
 */
export const listPart = (query: KeyQuery) => partsOf(query, ["q", "sort", "order", "owner", "state"]);
