import { AsyncLocalStorage } from "node:async_hooks";

/**
 * A person whom a provider has verified. `email` is an address that the provider vouches for, `session` the provider's
 * own id of the person's session there.
 */
export type VerifiedPerson = {
  provider: string;
  subject: string;
  name: string | null;
  email: string | null;
  session: string | null;
};

/** The person who is handed to Auth.js in this call. No request from outside can set it. */
export const handedOver = new AsyncLocalStorage<VerifiedPerson>();
