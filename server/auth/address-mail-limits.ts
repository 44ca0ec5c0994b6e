import type { Db } from "@/db/client";
import { charge } from "@/server/api/charge";
import { clientKey, limits } from "@/server/platform/throttling/limits";

/**
 * Charges one mail that verifies an address to its limits: those of the sender, the address, its domain and the
 * instance. Accounts and addresses are free to create, so all such mails share these limits. Refuses `too_many`.
 */
export async function chargeAddressMail(db: Db, email: string, ip: string | null): Promise<void> {
  await charge(db, limits.signInMailPerClient, clientKey(ip));
  await charge(db, limits.signInMailPerAddress, email);
  await charge(db, limits.signInMailPerAddressDaily, email);
  await charge(db, limits.signInMailPerDomain, email.slice(email.lastIndexOf("@") + 1));
  await charge(db, limits.signInMailPerInstance, "all");
}
