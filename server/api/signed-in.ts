import type { Person, SignedIn } from "./context";
import { refuse } from "./refusals";

/**
 * Returns the person of a request. Refuses `not_signed_in`, or `passkey_required` while the session waits for a
 * passkey.
 */
export function signedInPerson({ person, waiting }: SignedIn): Person {
  // Without an id there is no person: the request counts as signed out.
  if (!person?.id) throw refuse(waiting ? "passkey_required" : "not_signed_in");
  return person;
}
