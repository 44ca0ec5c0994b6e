import { type Place, partsOf, placeOf } from "@/app/_ui/page-query";
import { jobStatuses } from "@/server/fine-tuning/input";

/** What the address of the list says. */
export type JobQuery = Place & { status?: string; model?: string; mine?: string };

/** Returns the address as the list takes it; what it says wrong is as if it said nothing. */
export function listInput({ status, model, mine, ...place }: JobQuery) {
  const asked = jobStatuses.find((each) => each === status);
  return {
    ...(asked ? { status: asked } : {}),
    ...(model && /^[\x21-\x7e]{1,256}$/.test(model) ? { model } : {}),
    ...(mine ? { isMine: "on" as const } : {}),
    ...placeOf(place),
  };
}

/** Returns the filters of an address, which every way around keeps. */
export const filtersOf = (query: JobQuery) => partsOf(query, ["status", "model", "mine"]);
