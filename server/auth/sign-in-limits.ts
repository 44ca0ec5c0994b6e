import type { Db } from "@/db/client";
import { charge } from "@/server/api/charge";
import { limits } from "@/server/platform/throttling/limits";
import { chargeAddressMail } from "./address-mail-limits";
import { isKnownBrowser } from "./known-browser";

/**
 * Charges one sign-in mail to its limits. A browser in which the person of the address has signed in before has its own
 * share, so that other people's requests cannot lock the owner of the address out. Refuses `too_many`.
 *
 * @param mark the browser's mark, from its cookie
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
