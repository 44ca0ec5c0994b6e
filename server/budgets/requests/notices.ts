import type { Db } from "@/db/client";
import type { Permission } from "@/server/access/permissions";
import * as alerts from "@/server/billing/alerts/queries";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import * as operators from "@/server/membership/operators/queries";
import * as membership from "@/server/membership/queries";
import { limits } from "@/server/platform/throttling/limits";
import { take } from "@/server/platform/throttling/queries";
import { decimalMoney } from "@/server/usage/money";
import { currency } from "@/server/usage/prices";
import { countWords, nameOf, spanWords } from "../names";
import type { SpanLimit, Subject } from "../queries";
import type { Use } from "./queries";

type Asking = {
  db: Db;
  person: { id: string; name: string; email: string };
  workspace: { workspaceId: string; name: string; slug: string };
};

const money = (micro: number) => `${decimalMoney(micro)} ${currency()}`;
const mostOperators = 50;

/** Returns the words for a request in its mails. */
export function wordsOf(
  { kind, measure }: { kind: "spend" | "rate" | "count" | "model"; measure: string },
  subject: Pick<Subject, "kind" | "name"> | undefined,
  amount: number | null,
): { whose: string; wanted: string } {
  if (kind === "model")
    return {
      whose: subject?.kind === "key" ? nameOf(subject) : "The member's keys and the playground",
      wanted: measure,
    };
  const whose = subject ? nameOf(subject) : "";
  if (kind === "rate") return { whose, wanted: `${(amount ?? 0).toLocaleString("en-US")} ${measure} per minute` };
  if (kind === "count") return { whose, wanted: countWords(measure, amount ?? 0) };
  return { whose, wanted: `${money(amount ?? 0)} ${spanWords[measure as SpanLimit["span"]]}` };
}

export type Mailed = {
  /** Identifies the subject of requests: a person's requests about the same subject are mailed once a day. */
  of: string;
  whose: string;
  /** The current limit, and its spend or the current number; null when there is none. */
  limit: string | null;
  spent: string | null;
  wanted: string;
  reason: string;
  /** The requester's usage of the last 30 days. */
  use: Use;
  /** The forecast of the month, and the highest cost that is possible after approval. */
  forecast: { now: number; after: number } | null;
};

/**
 * Mails those who may answer a request, once a day for each member and subject. `to`: the members with a permission, or
 * the operators.
 */
export async function mailRequest(
  { db, person, workspace }: Asking,
  { of, use, forecast, ...said }: Mailed,
  to: Permission | "operators",
): Promise<void> {
  const { workspaceId, name, slug } = workspace;
  const bucket = `raise ${workspaceId} ${person.id} ${of}${to === "operators" ? " operators" : ""}`;
  if ((await take(db, limits.requestMailPerWorkspaceAndPerson, bucket)) > 0) return;
  const isForOperators = to === "operators";
  const props = {
    url: link(isForOperators ? `/instance/workspaces/${slug}` : `/w/${slug}/limits/requests`),
    personName: person.name,
    personEmail: person.email,
    workspaceName: name,
    ...said,
    use: `${use.requests.toLocaleString("en-US")} requests, ${money(use.cost)}`,
    forecast: forecast && { now: money(forecast.now), after: money(forecast.after) },
    isForOperators,
    origin: linkOrigin(),
  };
  for (const address of await addressesOf(db, workspaceId, to))
    await mail.enqueueOptional(db, { to: address, template: "limit-request", props });
}

async function addressesOf(db: Db, workspaceId: string, to: Permission | "operators"): Promise<string[]> {
  if (to === "limit:manage") return alerts.recipients(db, workspaceId);
  if (to !== "operators") return membership.adminAddresses(db, workspaceId);
  const rows = await operators.list(db, mostOperators);
  return rows.flatMap(({ email, isDeactivated }) => (email && !isDeactivated ? [email] : []));
}

/** Mails the requester the answer, with the amount that was granted or requested. */
export async function mailAnswer(
  db: Db,
  to: string | null,
  workspace: { name: string; slug: string },
  answer: { isApproved: boolean; whose: string; wanted: string; isModel: boolean; until: string | null },
): Promise<void> {
  if (!to) return;
  await mail.enqueue(db, {
    to,
    template: "limit-answered",
    props: { url: link(`/w/${workspace.slug}/limits`), workspaceName: workspace.name, ...answer, origin: linkOrigin() },
  });
}
