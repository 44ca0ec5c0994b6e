import { type ListQuery, orderOf, partsOf, placeOf, type QueryValue } from "@/app/_ui/page-query";
import { type KeyFlaw, type KeyState, keyFlaws, keySorts, keyStates } from "@/server/keys/list/input";

/** What the address of the keys page says. */
export type KeyQuery = ListQuery & {
  owner?: string;
  state?: string;
  dialog?: string;
  done?: string;
  chosen?: QueryValue;
};

const oneOf = <T extends string>(values: readonly T[], value: string | undefined): T | undefined =>
  values.find((each) => each === value);

/** Returns whose keys the address asks for; "" is all owners. */
export function ownerOf({ owner = "" }: KeyQuery): string {
  return /^(mine|service|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(owner) ? owner : "";
}

/** Returns the address's part as the list's procedures take it; what it says wrong is as if it said nothing. */
export function filtersOf(query: KeyQuery) {
  return { ...(query.q ? { search: query.q } : {}), owner: ownerOf(query) };
}

/** Returns the address as the list takes it. */
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

/** Returns a state or a flaw the address asks for. */
export const stateOf = ({ state }: KeyQuery): KeyState | undefined => oneOf([...keyStates, ...keyFlaws], state);

/** Returns a flaw the address asks for. */
export const flawOf = ({ state }: KeyQuery): KeyFlaw | undefined => oneOf(keyFlaws, state);

/** Returns how the address asks the list to be sorted. */
export const sortOf = ({ sort }: KeyQuery) => oneOf(keySorts, sort);

/** Returns what of the address says which list this is, without the page one is on: what every way around keeps. */
export const listPart = (query: KeyQuery) => partsOf(query, ["q", "sort", "order", "owner", "state"]);
