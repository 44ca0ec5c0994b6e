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

/** Mails those who manage limits what a member asks for, once a day for each member and subject. */
export async function mailRequest(
  { db, person, workspace }: Asking,
  subject: Subject,
  { span, limit: limitNow, spent }: SpanLimit,
  { limit, reason }: { limit: number; reason: string },
): Promise<void> {
  const { workspaceId, name, slug } = workspace;
  const bucket = `raise ${workspaceId} ${person.id} ${subject.of}`;
  if ((await take(db, limits.requestMailPerWorkspaceAndPerson, bucket)) > 0) return;
  const money = (micro: number) => `${decimalMoney(micro)} ${currency()}`;
  const query = new URLSearchParams({ of: subject.of, span, dialog: `raise:${span}`, wanted: decimalMoney(limit) });
  for (const to of await alerts.recipients(db, workspaceId)) {
    await mail.enqueueOptional(db, {
      to,
      template: "limit-request",
      props: {
        url: link(`/w/${slug}/limits/spending?${query}`),
        personName: person.name,
        personEmail: person.email,
        workspaceName: name,
        whose: nameOf(subject),
        limit: `${money(limitNow ?? 0)} ${spanWords[span]}`,
        spent: money(spent ?? 0),
        wanted: money(limit),
        reason,
        origin: linkOrigin(),
      },
    });
  }
}
