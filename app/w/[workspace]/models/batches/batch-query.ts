import { orderOf, type Place, partsOf, placeOf } from "@/app/_ui/page-query";
import { batchStatuses } from "@/server/batches/input";

/** What the address of the list says. */
export type BatchQuery = Place & { status?: string; order?: string; page?: string };

/** Returns the address as the list takes it; what it says wrong is as if it said nothing. */
export function listInput(query: BatchQuery) {
  const asked = batchStatuses.find((each) => each === query.status);
  return { ...(asked ? { status: asked } : {}), ...orderOf(query), ...placeOf(query) };
}

/** Returns the filters of an address, which every way around keeps. */
export const filtersOf = (query: BatchQuery) => partsOf(query, ["status"]);
