import type { Db } from "@/db/client";
import { can, type Role } from "@/server/access/permissions";
import type * as audit from "@/server/audit/queries";
import { expectedMonth } from "@/server/billing/expected";
import type { HoursOf } from "@/server/usage/history/queries";
import { decimalMoney } from "@/server/usage/money";
import { currency } from "@/server/usage/prices";
import type { SpanLimit, Subject } from "../queries";
import { permissionFor } from "./approvals";
import { type Change, forecastWith } from "./effect";
import { type Mailed, mailRequest, wordsOf } from "./notices";
import * as requests from "./queries";

type Asking = audit.Actor & {
  db: Db;
  person: { id: string; name: string; email: string };
  workspace: { workspaceId: string; name: string; slug: string; role: Role };
};

/**
 * What is requested, the owner of the limit, and the current limit: in micro-units, per minute, or a number; null: no
 * limit. `spent`: the current number, for a ceiling on numbers.
 */
export type Wanted = Pick<requests.Asked, "kind" | "whose" | "measure" | "reason"> & {
  amount: number | null;
  subject: Subject | undefined;
  now: number | null;
  spent: number | null;
};

/**
 * Stores a request for the members who may answer it, and mails them. A request for a higher ceiling goes to the
 * operators if the requester manages limits. The same request again changes nothing.
 *
 * @returns the request's id; undefined when the same request waits already
 */
export async function leaveRequest(ctx: Asking, wanted: Wanted): Promise<string | undefined> {
  const { workspaceId, role } = ctx.workspace;
  const { subject, now, spent, ...asked } = wanted;
  const isForOperators = asked.whose === "ceiling" && can(role, "limit:manage");
  const audience = isForOperators ? "operators" : "managers";
  const id = await requests.ask(ctx.db, workspaceId, ctx.person.id, { ...asked, audience });
  if (id === undefined) return undefined;
  const [mailed] = [await facts(ctx.db, workspaceId, ctx.person.id, wanted)];
  await mailRequest(ctx, mailed, isForOperators ? "operators" : permissionFor(asked));
  return id;
}

/** Returns the content of the mail about a request. */
export async function facts(db: Db, workspaceId: string, userId: string, wanted: Wanted): Promise<Mailed> {
  const { kind, whose, measure, amount, reason = "", subject, now, spent } = wanted;
  const [uses, forecast] = await Promise.all([
    requests.usesOf(db, workspaceId, [userId]),
    effectOf(db, workspaceId, wanted),
  ]);
  return {
    of: kind === "spend" ? whose : `${kind} ${measure} ${whose}`,
    ...wordsOf({ kind, measure }, subject, amount),
    limit: now === null ? null : wordsOf({ kind, measure }, subject, now).wanted,
    spent: spent === null ? null : kind === "count" ? spent.toLocaleString("en-US") : money(spent),
    reason,
    use: uses.get(userId) ?? { requests: 0, cost: 0 },
    forecast,
  };
}

/**
 * Returns the month's forecast, and the highest cost that is possible once a request is approved; null when there is no
 * forecast or the request has no cost, such as a higher number of keys.
 */
export async function effectOf(
  db: Db,
  workspaceId: string,
  { kind, measure, amount, now, subject }: Pick<Wanted, "kind" | "measure" | "amount" | "now" | "subject">,
): Promise<{ now: number; after: number } | null> {
  if (kind === "model" || kind === "count" || amount === null || now === null || !subject) return null;
  const expected = await expectedMonth(db, workspaceId);
  if (expected.forecast === null) return null;
  let change: Change;
  if (kind === "spend") change = { kind, span: measure as SpanLimit["span"], from: now, to: amount };
  else {
    const [own, all] = await Promise.all([
      requests.usedFor(db, workspaceId, filterOf(subject)),
      requests.usedFor(db, workspaceId, {}),
    ]);
    change = { kind, from: now, to: amount, share: all.cost === 0 ? 0 : own.cost / all.cost };
  }
  const after = forecastWith(expected.forecast, change, expected.now);
  return after === null ? null : { now: expected.forecast, after };
}

/** Returns the filter for the usage that counts towards a limit. */
export function filterOf({ of, kind, counter }: Subject): HoursOf {
  if (kind === "member") return { userId: of.slice("member:".length) };
  if (kind === "key") return { countedAs: counter };
  if (kind === "tag") return { tag: of.slice("tag:".length) };
  return kind === "model" ? { model: of.slice("model:".length) } : {};
}

const money = (micro: number) => `${decimalMoney(micro)} ${currency()}`;
