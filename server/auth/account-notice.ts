import type { Db } from "@/db/client";
import type { AccountNoticeAbout } from "@/emails/account-notice";
import { link, linkOrigin } from "@/server/mail/links";
import type { Mail } from "@/server/mail/outbox";
import * as mail from "@/server/mail/queries";

/**
 * Mails a person, in the transaction of the change, that a way to sign in to their account was added or removed.
 *
 * @param email their address before the change
 * @param detail the name of the passkey or provider, or the masked new address; null where there is none
 */
export async function mailAccountNotice(
  db: Db,
  email: string,
  about: AccountNoticeAbout,
  detail: string | null,
): Promise<void> {
  await mail.enqueue(db, accountNotice(email, about, detail));
}

/** Returns the mail that `mailAccountNotice` sends. */
export const accountNotice = (email: string, about: AccountNoticeAbout, detail: string | null): Mail => ({
  to: email,
  template: "account-notice",
  props: { about, detail, recipient: email, url: link("/account"), origin: linkOrigin() },
});
