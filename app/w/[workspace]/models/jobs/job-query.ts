import { orderOf, type Place, partsOf, placeOf } from "@/app/_ui/page-query";
import { jobStatuses } from "@/server/fine-tuning/input";

/** The query parameters of the list. */
export type JobQuery = Place & { status?: string; model?: string; mine?: string; order?: string; page?: string };

/** Returns the query as the list procedure takes it. Invalid values are ignored. */
export function listInput(query: JobQuery) {
  const { status, model, mine } = query;
  const asked = jobStatuses.find((each) => each === status);
  return {
    ...(asked ? { status: asked } : {}),
    ...(model && /^[\x21-\x7e]{1,256}$/.test(model) ? { model } : {}),
    ...(mine ? { isMine: "on" as const } : {}),
    ...orderOf(query),
    ...placeOf(query),
  };
}

/** Returns the filters of an address, which links to other pages of the list keep. */
export const filtersOf = (query: JobQuery) => partsOf(query, ["status", "model", "mine"]);
