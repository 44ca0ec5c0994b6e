import { actAsOperator, actInside, type Db } from "@/db/client";
import type { Origin } from "@/server/api/context";
import * as audit from "@/server/audit/queries";
import { accountNotice } from "@/server/auth/account-notice";
import * as mail from "@/server/mail/queries";

/** How many people are told with one statement: a provider may be linked to every account of the instance. */
const atOnce = 1_000;

/**
 * Mails people that an operator has deleted a provider which was linked to their accounts, and writes it into the log of
 * each account. Where the operator was is not written there.
 */
export async function tellUnlinked(
  db: Db,
  people: { id: string; email: string | null }[],
  provider: { id: string; name: string },
  { requestId }: Origin,
): Promise<void> {
  const origin = { requestId, ip: null, userAgent: null };
  const event = { provider: provider.id, isByOperator: true };
  await actInside(db);
  for (let from = 0; from < people.length; from += atOnce) {
    const some = people.slice(from, from + atOnce);
    const mails = some.flatMap(({ email }) =>
      email ? [accountNotice(email, "provider-unlinked", `${provider.name}, deleted by an operator`)] : [],
    );
    if (mails.length > 0) await mail.enqueueAll(db, mails);
    await audit.recordAccounts(db, some, origin, "account.provider_unlinked", event);
  }
  await actAsOperator(db);
}
