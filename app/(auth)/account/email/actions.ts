"use server";

import { session } from "@/server/auth/session";
import { rotateSession } from "@/server/auth/sign-in";
import { formAction } from "@/server/composition/form-action";

/** Confirms a new address. The browser it is done in stays signed in, with another token; every other one does not. */
export const confirmEmail = formAction(
  async (api, input) => {
    const person = await session();
    await api.account.confirmEmail(input);
    if (person) await rotateSession(person.sessionId);
  },
  { goTo: () => "/account?done=address" },
);
