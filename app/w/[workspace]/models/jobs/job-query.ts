import { jobStatuses } from "@/server/fine-tuning/input";

/** What the address of the list says. */
export type JobQuery = { status?: string; model?: string; mine?: string; after?: string; before?: string };

/** Returns the address as the list takes it; what it says wrong is as if it said nothing. */
export function listInput({ status, model, mine, after, before }: JobQuery) {
  const asked = jobStatuses.find((each) => each === status);
  return {
    ...(asked ? { status: asked } : {}),
    ...(model && /^[\x21-\x7e]{1,256}$/.test(model) ? { model } : {}),
    ...(mine ? { isMine: "on" as const } : {}),
    ...(after ? { after } : {}),
    ...(before && !after ? { before } : {}),
  };
}

/** Returns the filters of an address, which every way around keeps. */
export function filtersOf({ status, model, mine }: JobQuery): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ status, model, mine }).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}

/** Returns the address of a page of the list. */
export function listHref(path: string, query: JobQuery, place: { after?: string; before?: string } = {}): string {
  const text = new URLSearchParams({ ...filtersOf(query), ...place }).toString();
  return text ? `${path}?${text}` : path;
}
