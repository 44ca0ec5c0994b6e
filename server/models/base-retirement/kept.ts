import { keepInStep } from "@/server/platform/announcements/keep-in-step";
import type { Retirement } from "../retirement/queries";
import { type KeptRetirement, readAll } from "./queries";

type Kept = {
  readAt: number;
  byId: ReadonlyMap<string, KeptRetirement>;
  /** The ids of the models, by the aliases that end with them. */
  byAlias: ReadonlyMap<string, string>;
};

// Next's bundle has its own copy of this module in the same process; both share what was read.
const shared = globalThis as { atelierBaseRetirements?: Kept };
const none: Kept["byId"] = new Map();

const copy = keepInStep("retirements", "retirements of base models", loadBaseRetirements);

/** Reads the announced retirements of base models again. They apply to requests that begin from then on. */
export async function loadBaseRetirements(): Promise<void> {
  const rows = await readAll();
  shared.atelierBaseRetirements = {
    readAt: performance.now(),
    byId: new Map(rows.map((row) => [row.modelId, row])),
    byAlias: new Map(rows.flatMap(({ modelId, aliases }) => aliases.map((alias) => [alias, modelId] as const))),
  };
}

/** Starts the job that keeps the retirements up to date. */
export const watchBaseRetirements = copy.watch;

/** Returns the announced retirements of base models, by id: the same map until one changes. */
export function baseRetirements(): Kept["byId"] {
  copy.use();
  return shared.atelierBaseRetirements?.byId ?? none;
}

/** Returns the id of the base model that had this alias when its retirement was announced. */
export function retiredUnder(alias: string): string | undefined {
  copy.use();
  return shared.atelierBaseRetirements?.byAlias.get(alias);
}

/**
 * Returns the announced retirement of a base model of the instance; undefined: there is none. Whether its day has come
 * depends on the database's clock at the time of reading, plus the time since then.
 */
export function baseRetirementOf(modelId: string): Retirement | undefined {
  const found = baseRetirements().get(modelId);
  if (!found) return undefined;
  const { msToDay, msOfRehearsal, rehearsalEndsAt, aliases: _aliases, ...said } = found;
  const passed = performance.now() - (shared.atelierBaseRetirements?.readAt ?? 0);
  return {
    ...said,
    isOver: msToDay <= passed,
    rehearsalEndsAt: msOfRehearsal > passed ? rehearsalEndsAt : null,
    msLeft: null,
  };
}
