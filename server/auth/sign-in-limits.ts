import type { Db } from "@/db/client";
import { charge } from "@/server/api/charge";
import { clientKey, limits } from "@/server/platform/throttling/limits";
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

/**
 * Takes one mail that proves who has an address from its limits: that of who asks, of the address, its domain and the instance.
 * Accounts and addresses are free, so all such mails count together. Refuses `too_many`.
 */
export async function chargeAddressMail(db: Db, email: string, ip: string | null): Promise<void> {
  await charge(db, limits.signInMailPerClient, clientKey(ip));
  await charge(db, limits.signInMailPerAddress, email);
  await charge(db, limits.signInMailPerAddressDaily, email);
  await charge(db, limits.signInMailPerDomain, email.slice(email.lastIndexOf("@") + 1));
  await charge(db, limits.signInMailPerInstance, "all");
}
