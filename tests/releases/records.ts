import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

const folder = path.resolve("tests/releases");

/** Begins each migration of a record, and its rows. */
export const marks = { migration: "--> migration\n", rows: "--> rows\n" };

/** Returns where the record of a version is. */
export const recordOf = (version: string): string => path.join(folder, `${version}.sql.gz`);

/** Returns the versions of which there is a record, the earliest first. */
export function recordedReleases(): string[] {
  const versions = readdirSync(folder)
    .filter((file) => file.endsWith(".sql.gz"))
    .map((file) => file.slice(0, -".sql.gz".length));
  return versions.sort((a, b) => orderOf(a) - orderOf(b) || a.localeCompare(b, "en", { numeric: true }));
}

/** Returns a version's place in order; the state from before the first release comes first. */
const orderOf = (version: string) => (version.startsWith("before-") ? 0 : 1);

/**
 * Returns the statements that make a database as a version made it, with its rows, for a superuser in an empty database of
 * `atelier_owner`'s.
 */
export function readRecord(version: string): string {
  return gunzipSync(readFileSync(recordOf(version))).toString();
}
