import { AsyncLocalStorage } from "node:async_hooks";

/**
 * Who has signed in at a provider, once that is verified. `email` is an address that the provider vouches for, `session` what it calls the person's session
 * there.
 */
export type VerifiedPerson = {
  provider: string;
  subject: string;
  name: string | null;
  email: string | null;
  session: string | null;
};

/** The person that is handed to Auth.js in this call: no request from outside can set it. */
export const handedOver = new AsyncLocalStorage<VerifiedPerson>();
