import { cookies } from "next/headers";
import { cache } from "react";
import type { Person, SignedIn, Waiting } from "@/server/api/context";
import { cookieNames } from "@/server/platform/cookies";
import { applyFormatsOf } from "@/server/platform/formats";
import { findSession } from "./person";

/**
 * Returns the person of the session, with their formats, or the person for whom the session waits for a passkey. Throws
 * when the database cannot be reached: an unknown session is never accepted.
 */
export const whoIsHere = cache(async (): Promise<SignedIn> => {
  const token = (await cookies()).get(cookieNames().session)?.value;
  const found: SignedIn = token ? await findSession(token) : { person: null };
  const person = found.person ?? found.waiting?.person;
  if (person) applyFormatsOf(person.formats);
  return found;
});

/** Returns the signed-in person, or null. */
export const session = async (): Promise<Person | null> => (await whoIsHere()).person;

/** Returns the person whose session waits for a passkey, or null. */
export const waitingSession = async (): Promise<Waiting | null> => (await whoIsHere()).waiting ?? null;
