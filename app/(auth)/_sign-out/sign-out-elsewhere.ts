"use server";

import { session } from "@/server/auth/session";
import { rotateSession } from "@/server/auth/sign-in";
import { formAction } from "@/server/composition/form-action";

/** Signs out every other browser. This one gets a new token, so that a copy of the old one is signed out too. */
export const signOutElsewhere = formAction(
  async (api) => {
    const person = await session();
    const done = await api.account.endOtherSessions();
    if (person) await rotateSession(person.sessionId);
    return done;
  },
  {
    message: ({ ended, unlinked }) => {
      const browsers = ended === 1 ? "1 other browser was signed out." : `${ended} other browsers were signed out.`;
      if (unlinked === 0) return browsers;
      return `${browsers} ${unlinked === 1 ? "1 provider was" : `${unlinked} providers were`} unlinked.`;
    },
  },
);
