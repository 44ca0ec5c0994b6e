import type { Person, SignedIn } from "./context";
import { refuse } from "./refusals";

/** Returns the person of a request. Refuses `not_signed_in`, and `passkey_required` while their session waits for a passkey. */
export function signedInPerson({ person, waiting }: SignedIn): Person {
  // A person has an id; anything else counts as signed out.
  if (!person?.id) throw refuse(waiting ? "passkey_required" : "not_signed_in");
  return person;
}
