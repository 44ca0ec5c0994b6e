import { type Place, partsOf, placeOf } from "@/app/_ui/page-query";
import { batchStatuses } from "@/server/batches/input";

/** What the address of the list says. */
export type BatchQuery = Place & { status?: string };

/** Returns the address as the list takes it; what it says wrong is as if it said nothing. */
export function listInput({ status, ...place }: BatchQuery) {
  const asked = batchStatuses.find((each) => each === status);
  return { ...(asked ? { status: asked } : {}), ...placeOf(place) };
}

/** Returns the filters of an address, which every way around keeps. */
export const filtersOf = (query: BatchQuery) => partsOf(query, ["status"]);
