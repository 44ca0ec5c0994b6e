import type { Person } from "@/server/api/context";
import { refuse } from "@/server/api/refusals";

const tenMinutes = 10 * 60_000;

/** Whether the person signed in within the last 10 minutes. */
export function isRecentlySignedIn(person: Person): boolean {
  return Date.now() - person.signedInAt.getTime() <= tenMinutes;
}

/** Refuses `sign_in_again` unless the person signed in within the last 10 minutes: for what cannot be taken back. */
export function recentlySignedIn(person: Person): void {
  if (!isRecentlySignedIn(person)) throw refuse("sign_in_again");
}
