import { cookies } from "next/headers";
import { cache } from "react";
import { cookieNames } from "./cookies";
import { findPerson, type Person } from "./person";

/** Who asks, or null. Throws when the database cannot say: not knowing who somebody is never lets them in. */
export const session = cache(async (): Promise<Person | null> => {
  const token = (await cookies()).get(cookieNames().session)?.value;
  return token ? findPerson(token) : null;
});
