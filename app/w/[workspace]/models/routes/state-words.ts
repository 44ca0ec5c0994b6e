import type { Outputs, RowOf } from "@/server/composition/outputs";

export type RouteRow = RowOf<{ rows: Outputs["routes"]["list"] }>;

type State = RouteRow["models"][number]["state"];

/** Why a model of a route cannot answer, as text; null: it is ready. */
export const stateWords: Record<State, string | null> = {
  ready: null,
  missing: "Missing: skipped",
  archived: "Archived: skipped",
  stopped: "No server runs it",
  for_some: "For some members only",
  unknown: "Server does not answer",
};
