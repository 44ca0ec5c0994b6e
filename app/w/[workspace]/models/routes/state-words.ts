import type { Outputs, RowOf } from "@/server/composition/outputs";

export type RouteRow = RowOf<{ rows: Outputs["routes"]["list"] }>;

type State = RouteRow["models"][number]["state"];

/** What keeps a model of a route from answering, in words; what is ready needs none. */
export const stateWords: Record<State, string | null> = {
  ready: null,
  missing: "Missing: skipped",
  archived: "Archived: skipped",
  stopped: "No server runs it",
  for_some: "For some members only",
  unknown: "Server does not answer",
};
