"use server";

import { session } from "@/server/auth/session";
import { rotateSession } from "@/server/auth/sign-in";
import { formAction } from "@/server/composition/form-action";

/** Confirms a new address. This browser stays signed in, with a new token; all other browsers are signed out. */
export const confirmEmail = formAction(
  async (api, input) => {
    const person = await session();
    await api.account.confirmEmail(input);
    if (person) await rotateSession(person.sessionId);
  },
  { goTo: () => "/account?done=address" },
);
