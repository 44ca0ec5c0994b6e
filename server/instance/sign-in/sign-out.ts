import { actAsOperator, actInside, type Db } from "@/db/client";
import type { Person } from "@/server/api/context";
import * as audit from "@/server/audit/queries";
import { holdSignIns } from "@/server/auth/providers/queries";
import * as providers from "./queries";

/** How many rows of accounts' logs are written with one statement. */
const atOnce = 1_000;

type Ctx = audit.Actor & { db: Db; person: Pick<Person, "id" | "sessionId"> };

/**
 * Ends the sessions that began with a provider which can sign no person in any more, and writes it into the log of each
 * account. The session of the operator who acts goes on: otherwise they could not undo it. Sign-ins under way are waited
 * for, and later ones are refused. Must be called before the provider changes. Returns how many people were signed out.
 */
export async function signOutOf({ db, person, origin: { requestId } }: Ctx, providerId: string): Promise<number> {
  await actInside(db);
  await holdSignIns(db, providerId);
  const ended = [...(await providers.endBegun(db, providerId, person.sessionId))].map(([id]) => ({ id }));
  // Where the operator was is not written there.
  const origin = { requestId, ip: null, userAgent: null };
  for (let from = 0; from < ended.length; from += atOnce)
    await audit.recordAccounts(db, ended.slice(from, from + atOnce), origin, "account.signed_out_by_provider", {
      provider: providerId,
      isByOperator: true,
    });
  await actAsOperator(db);
  return ended.length;
}
