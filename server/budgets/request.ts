import type { Db } from "@/db/client";
import * as alerts from "@/server/billing/alerts/queries";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import { limits } from "@/server/platform/throttling/limits";
import { take } from "@/server/platform/throttling/queries";
import { decimalMoney } from "@/server/usage/money";
import { currency } from "@/server/usage/prices";
import { nameOf, spanWords } from "./names";
import type { SpanLimit, Subject } from "./queries";

type Asking = {
  db: Db;
  person: { id: string; name: string; email: string };
  workspace: { workspaceId: string; name: string; slug: string };
};

/** What a member asks for, in the words of the mail; `path`: where it is granted, below the workspace's address. */
type Request = {
  of: string;
  whose: string;
  limit: string;
  spent: string | null;
  wanted: string;
  reason: string;
  path: string;
};

/** Mails those who manage limits that a member asks for a higher one on spend, once a day for each member and subject. */
export function mailSpendRequest(
  asking: Asking,
  subject: Subject,
  { span, limit: limitNow, spent }: SpanLimit,
  { limit, reason }: { limit: number; reason: string },
): Promise<void> {
  const money = (micro: number) => `${decimalMoney(micro)} ${currency()}`;
  const query = new URLSearchParams({ of: subject.of, span, dialog: `raise:${span}`, wanted: decimalMoney(limit) });
  return mailRequest(asking, {
    of: subject.of,
    whose: nameOf(subject),
    limit: `${money(limitNow ?? 0)} ${spanWords[span]}`,
    spent: money(spent ?? 0),
    wanted: money(limit),
    reason,
    path: `limits/spending?${query}`,
  });
}

/** Mails those who manage limits, once a day for each member and owner of limits. */
export async function mailRequest({ db, person, workspace }: Asking, { of, path, ...said }: Request): Promise<void> {
  const { workspaceId, name, slug } = workspace;
  const bucket = `raise ${workspaceId} ${person.id} ${of}`;
  if ((await take(db, limits.requestMailPerWorkspaceAndPerson, bucket)) > 0) return;
  for (const to of await alerts.recipients(db, workspaceId)) {
    await mail.enqueueOptional(db, {
      to,
      template: "limit-request",
      props: {
        url: link(`/w/${slug}/${path}`),
        personName: person.name,
        personEmail: person.email,
        workspaceName: name,
        ...said,
        origin: linkOrigin(),
      },
    });
  }
}
