import type { Db } from "@/db/client";
import type { Person } from "@/server/api/context";
import type { Actor } from "@/server/audit/queries";
import * as personRow from "@/server/membership/person/queries";
import { clientKey, limits } from "@/server/platform/throttling/limits";
import { take } from "@/server/platform/throttling/queries";
import { unacceptable } from "../domains/acceptable";

type Inviter = Actor & { db: Db; person: Person };

const domainOf = (email: string) => email.slice(email.lastIndexOf("@") + 1);

/**
 * Charges mails to strangers to the limits of the instance, and those of a new account to the lower limits that all new
 * accounts share. Strangers are all addresses except those at the person's own domain, unless that is a public mail
 * provider's. The rows of these limits are shared by all people and locked until the transaction commits. So they are
 * charged after all other limits, as late as possible, and always in this order, to avoid deadlocks.
 *
 * @returns the addresses that exceed a limit, and the seconds until one can be tried again
 */
export async function takeStrangers(
  ctx: Inviter,
  emails: string[],
): Promise<{ refused: ReadonlySet<string>; seconds: number }> {
  const own = domainOf(ctx.person.email);
  const isOwnPublic = unacceptable(own) !== null;
  const strangers = emails.filter((email) => isOwnPublic || domainOf(email) !== own);
  if (strangers.length === 0) return { refused: new Set(), seconds: 0 };
  const byDomain = new Map(strangers.map((email) => [domainOf(email), [] as string[]]));
  for (const email of strangers) byDomain.get(domainOf(email))?.push(email);
  const isNew = await personRow.isNew(ctx.db, ctx.person.id);
  const shares = isNew
    ? [
        { limit: limits.strangersPerNewPerson, whom: ctx.person.id, emails: strangers },
        { limit: limits.strangersPerNewClient, whom: clientKey(ctx.origin.ip), emails: strangers },
        ...[...byDomain]
          .toSorted(([one], [other]) => (one < other ? -1 : 1))
          .map(([whom, those]) => ({ limit: limits.strangersPerNewDomain, whom, emails: those })),
        { limit: limits.strangersPerNewInstance, whom: "all", emails: strangers },
      ]
    : [{ limit: limits.strangersPerInstance, whom: "all", emails: strangers }];
  const refused = new Set<string>();
  let longest = 0;
  for (const { limit, whom, emails: those } of shares) {
    const asked = those.filter((email) => !refused.has(email));
    let fitting = asked.length;
    let seconds = fitting > 0 ? await take(ctx.db, limit, whom, fitting) : 0;
    // If not all fit, as many as there is room for.
    if (seconds > 0) for (fitting = 0; fitting < asked.length && (await take(ctx.db, limit, whom)) === 0; ) fitting++;
    else seconds = 0;
    for (const email of asked.slice(fitting)) refused.add(email);
    longest = Math.max(longest, seconds);
  }
  return { refused, seconds: longest };
}
