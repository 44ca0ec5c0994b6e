import { transaction } from "@/db/client";
import { listNamed } from "./queries";

/** For how long the answer that an origin is named is used, in milliseconds. */
const believedMs = 5_000;
const askEveryMs = 1_000;

let known: { origins: ReadonlySet<string>; at: number } | undefined;
let asking: Promise<ReadonlySet<string>> | undefined;

/**
 * Checks whether a live key of any workspace names this origin of pages. The database is asked at most once a second,
 * however many requests ask and for whatever origins.
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
