import { cookies } from "next/headers";
import { cache } from "react";
import type { Person } from "@/server/api/context";
import { cookieNames } from "@/server/platform/cookies";
import { applyFormatsOf } from "@/server/platform/formats";
import { findPerson } from "./person";

/** Returns the signed-in person, in whose formats the page is written, or null. Throws when the database cannot be asked: an unknown session is never accepted. */
export const session = cache(async (): Promise<Person | null> => {
  const token = (await cookies()).get(cookieNames().session)?.value;
  const person = token ? await findPerson(token) : null;
  if (person) applyFormatsOf(person.formats);
  return person;
});
