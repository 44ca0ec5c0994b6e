import { modelKinds } from "@/server/models/input";

/** What the address of the models page says. */
export type ModelQuery = {
  q?: string;
  kind?: string;
  state?: string;
  after?: string;
  before?: string;
  dialog?: string;
  done?: string;
};

/** Returns which kind of model the address asks for: one of the workspace's own kinds, "base", or "" for all. */
export function kindOf({ kind }: ModelQuery): (typeof modelKinds)[number] | "base" | "" {
  return [...modelKinds, "base" as const].find((each) => each === kind) ?? "";
}

/** Returns the address as the list takes it; what it says wrong is as if it said nothing. */
export function listInput(query: ModelQuery) {
  const { q, state, after, before } = query;
  const kind = kindOf(query);
  return {
    ...(q ? { search: q } : {}),
    ...(kind && kind !== "base" ? { kind } : {}),
    ...(state === "archived" ? { state: "archived" as const } : {}),
    ...(after ? { after } : {}),
    ...(before && !after ? { before } : {}),
  };
}

/** Returns what of the address says which list this is, without the page one is on: what every way around keeps. */
export function listPart({ q, kind, state }: ModelQuery): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ q, kind, state }).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}

/** Returns a path with a query, or without one when there is nothing to say. */
export function withQuery(path: string, query: Record<string, string>): string {
  const text = new URLSearchParams(query).toString();
  return text ? `${path}?${text}` : path;
}
