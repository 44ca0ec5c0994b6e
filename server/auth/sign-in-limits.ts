import type { Db } from "@/db/client";
import { charge } from "@/server/api/charge";
import { limits } from "@/server/platform/throttling/limits";
import { chargeAddressMail } from "./address-mail-limits";
import { isKnownBrowser } from "./known-browser";

/**
 * Takes one sign-in mail from its limits. A browser that the address's person has signed in with has a share of its own, so that
 * requests for mails to an address cannot lock its owner out. Refuses `too_many`.
 *
 * @param mark the browser's, as its cookie has it
 */
export async function chargeSignInMail(
  db: Db,
  email: string,
  ip: string | null,
  mark: string | undefined,
): Promise<void> {
  if (await isKnownBrowser(db, email, mark)) return charge(db, limits.signInMailPerKnownBrowser, `${email} ${mark}`);
  await chargeAddressMail(db, email, ip);
}
