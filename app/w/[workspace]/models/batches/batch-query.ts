import { orderOf, type Place, partsOf, placeOf } from "@/app/_ui/page-query";
import { batchStatuses } from "@/server/batches/input";

/** The query parameters of the list. */
export type BatchQuery = Place & { status?: string; order?: string; page?: string };

/** Returns the query as the list procedure takes it. Invalid values are ignored. */
export function listInput(query: BatchQuery) {
  const asked = batchStatuses.find((each) => each === query.status);
  return { ...(asked ? { status: asked } : {}), ...orderOf(query), ...placeOf(query) };
}

/** Returns the filters of an address, which links to other pages of the list keep. */
export const filtersOf = (query: BatchQuery) => partsOf(query, ["status"]);
