import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

const folder = path.resolve("tests/releases");

/** Begins each migration of a record, and its rows. */
export const marks = { migration: "--> migration\n", rows: "--> rows\n" };

/** Where the record of a version is. */
export const recordOf = (version: string): string => path.join(folder, `${version}.sql.gz`);

/** The versions of which there is a record, the earliest first. */
export function recordedReleases(): string[] {
  const versions = readdirSync(folder)
    .filter((file) => file.endsWith(".sql.gz"))
    .map((file) => file.slice(0, -".sql.gz".length));
  return versions.sort((a, b) => orderOf(a) - orderOf(b) || a.localeCompare(b, "en", { numeric: true }));
}

/** What was there before the first release was before all of them. */
const orderOf = (version: string) => (version.startsWith("before-") ? 0 : 1);

/**
 * The statements that make a database as a version made it, with its rows, for a superuser in an empty database of
 * `atelier_owner`'s.
 */
export function readRecord(version: string): string {
  return gunzipSync(readFileSync(recordOf(version))).toString();
}
