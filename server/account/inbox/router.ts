import type { Db } from "@/db/client";
import { noInput, personProcedure } from "@/server/api/procedures";
import { t } from "@/server/api/trpc";
import type { SpanLimit } from "@/server/budgets/queries";
import * as budgets from "@/server/budgets/queries";
import { wordsOf } from "@/server/budgets/requests/notices";
import * as invitations from "@/server/joining/invitations/answering/queries";
import * as operators from "@/server/membership/operators/queries";
import { instanceOutages, ownOutages } from "@/server/model-servers/states";
import { currency } from "@/server/usage/prices";
import * as inbox from "./queries";

const endingMs = inbox.endingDays * 86_400_000;

type Found = Awaited<ReturnType<typeof inbox.list>>;

export const inboxRouter = t.router({
  /**
   * Returns the person's inbox. It has the invitations to their address and, by workspace, newest first: requests that
   * they may answer, their keys that expire within 7 days, open access reviews, limits that are nearly spent, and the
   * workspace's own model servers that cannot be reached, where the person may change these. Operators also get the
   * requests to them and outages of the instance's model servers. Of each kind the latest are listed; `isCut`: there
   * may be more.
   */
  inbox: personProcedure(noInput).query(async ({ ctx }) => {
    const { db, person } = ctx;
    const out = ownOutages();
    const [isOperator, offers, found] = await Promise.all([
      operators.isOperator(db, person.id),
      person.isVerified ? invitations.listOwn(db, person.email) : [],
      inbox.list(
        db,
        person.id,
        out.map(({ workspaceId }) => workspaceId),
      ),
    ]);
    const items = [
      ...troublesOf(found, out),
      ...found.joins.map(({ atMs, ...row }) => ({ ...row, kind: "join" as const, at: new Date(atMs) })),
      ...found.changes.map(({ atMs, ...row }) => ({ ...row, kind: "role" as const, at: new Date(atMs) })),
      ...(await Promise.all(found.raises.map((row) => raiseOf(db, row)))),
      ...found.reviews.map(({ atMs, dueMs, ...row }) => ({
        ...{ ...row, kind: "review" as const, at: new Date(atMs) },
        dueAt: new Date(dueMs),
      })),
      ...found.keys.map(({ expiresMs, ...row }) => ({
        ...{ ...row, kind: "key" as const, at: new Date(expiresMs - endingMs) },
        expiresAt: new Date(expiresMs),
      })),
    ];
    const groups = found.workspaces.map(({ id, ...workspace }) => ({
      workspace,
      items: items
        .filter(({ workspaceId }) => workspaceId === id)
        .map(({ workspaceId: _, ...item }) => item)
        .sort((one, other) => timeOf(other) - timeOf(one)),
    }));
    const { joins, changes, raises, keys, spent, reviews, asked } = found;
    return {
      currency: currency(),
      invitations: offers,
      /**
       * The requests to the operators, if the person is one, and the instance's model servers that cannot be reached.
       */
      operator: {
        requests: found.asked.map(({ atMs, kind, measure, amount, ...row }) => ({
          ...{ ...row, at: new Date(atMs) },
          wanted: wordsOf({ kind, measure }, undefined, Number(amount)).wanted,
        })),
        outages: isOperator ? instanceOutages() : [],
      },
      groups: groups.sort((one, other) => timeOf(other.items[0]) - timeOf(one.items[0])),
      isCut: [joins, changes, raises, keys, spent, reviews, asked].some(({ length }) => length === inbox.mostListed),
    };
  }),
});

/** Current problems come before requests, which have a date. */
const timeOf = (item: { at: Date | null } | undefined) => item?.at?.getTime() ?? Number.MAX_SAFE_INTEGER;

/** Returns the current problems of the workspaces. They have no date. */
function troublesOf({ spent, down }: Found, out: { workspaceId: string; name: string }[]) {
  const theirs = new Set(down.map(({ workspaceId }) => workspaceId));
  return [
    ...out
      .filter(({ workspaceId }) => theirs.has(workspaceId))
      .map((server) => ({ ...server, kind: "server" as const, at: null })),
    ...spent.map(({ of, ...row }) => ({
      ...{ ...row, kind: "spend" as const, at: null },
      whose: of === "workspace" ? ("workspace" as const) : of === "ceiling" ? ("ceiling" as const) : ("own" as const),
      ...{ of, spent: Number(row.spent), limit: Number(row.limit) },
    })),
  ];
}

async function raiseOf(db: Db, { atMs, kind, amount, measure, whose, ...row }: Found["raises"][number]) {
  const subject = await budgets.subject(db, row.workspaceId, whose);
  return {
    ...{ ...row, kind: "limit" as const, at: new Date(atMs) },
    ...{ isModel: kind === "model", isOfCeiling: whose === "ceiling" },
    /** The requested spending limit in micro-units; null: the request is for something else. */
    money: kind === "spend" && amount !== null ? { amount: Number(amount), span: measure as SpanLimit["span"] } : null,
    ...wordsOf({ kind, measure }, subject, amount === null ? null : Number(amount)),
  };
}
