import { transaction } from "@/db/client";
import { listNamed } from "./queries";

/** How long an origin is believed to be named, and to be named by none, in milliseconds. */
const believedMs = 5_000;
const askEveryMs = 1_000;

let known: { origins: ReadonlySet<string>; at: number } | undefined;
let asking: Promise<ReadonlySet<string>> | undefined;

/**
 * Checks whether a live key, of whatever workspace, names an origin of pages. However many ask, for whatever origins, the database is asked once a
 * second at most.
 *
 * @throws (rejects) when the database has to be asked and cannot be
 */
export async function isNamedOrigin(origin: string): Promise<boolean> {
  const age = known ? performance.now() - known.at : Number.POSITIVE_INFINITY;
  const isNamed = known?.origins.has(origin) ?? false;
  if (age < (isNamed ? believedMs : askEveryMs)) return isNamed;
  asking ??= read().finally(() => {
    asking = undefined;
  });
  return (await asking).has(origin);
}

async function read(): Promise<ReadonlySet<string>> {
  const at = performance.now();
  const origins = new Set(await transaction("read", {}, (db) => listNamed(db)));
  known = { origins, at };
  return origins;
}
