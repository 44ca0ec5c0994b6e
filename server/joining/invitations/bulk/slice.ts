import type { Db } from "@/db/client";
import { canGrant, type Role } from "@/server/access/permissions";
import type { Person } from "@/server/api/context";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import type { Actor } from "@/server/audit/queries";
import { limits } from "@/server/platform/throttling/limits";
import { take } from "@/server/platform/throttling/queries";
import * as invitations from "../queries";
import { giveBackMail, inviteAll, takeMail } from "../sending";
import { takeStrangers } from "../strangers";
import type { ListedRow, RowProblem } from "./table";

/** The outcome for a row. All except `invited` mean that nothing was sent. */
export type Outcome =
  | "invited"
  | "already_member"
  | "already_invited"
  /** An earlier invitation of this workspace was reported as unwanted. */
  | "reported"
  | RowProblem
  | "cannot_grant"
  /** Inviting an Admin needs a recent sign-in. */
  | "sign_in_again"
  /** This address has had as many mails today as allowed. */
  | "mailed_enough"
  /** The workspace has as many pending invitations as allowed. */
  | "no_room"
  /** The person has invited as many people today as allowed. */
  | "day_used_up"
  /** The database failed; it can be sent again. */
  | "failed";

export type RowOutcome = { email: string; role: Role; outcome: Outcome };

type Sender = Actor & {
  db: Db;
  person: Person;
  workspace: { workspaceId: string; role: Role; name: string };
  mayMakeAdmins: boolean;
};

/**
 * Invites the people of some rows under the workspace's lock, each with its own outcome. Refuses like
 * `lockWorkspaceAndRecheckRole`.
 */
export async function inviteSlice(ctx: Sender, rows: ListedRow[]): Promise<RowOutcome[]> {
  await lockWorkspaceAndRecheckRole(ctx);
  const { workspaceId } = ctx.workspace;
  const emails = rows.filter(({ problem }) => problem !== "bad_address").map(({ email }) => email);
  const [known, pending] = await Promise.all([
    emails.length > 0 ? invitations.listKnown(ctx.db, workspaceId, emails) : new Map<string, never>(),
    invitations.countPending(ctx.db, workspaceId),
  ]);
  let room = invitations.pendingLimit - pending;
  const outcomeOf = (row: ListedRow): Outcome | null => {
    if (row.problem) return row.problem;
    const former = known.get(row.email);
    if (former) return former;
    if (!canGrant(ctx.workspace.role, row.role)) return "cannot_grant";
    if (row.role === "admin" && !ctx.mayMakeAdmins) return "sign_in_again";
    return room-- > 0 ? null : "no_room";
  };
  const outcomes = new Map(rows.map((row) => [row, outcomeOf(row)]));
  for (const [row, outcome] of await taken(
    ctx,
    rows.filter((row) => outcomes.get(row) === null),
  ))
    outcomes.set(row, outcome);
  const invited = () => rows.filter((row) => outcomes.get(row) === "invited");
  for (const row of await beyondStrangers(ctx, invited())) outcomes.set(row, "day_used_up");
  await inviteAll(ctx, invited());
  return rows.map((row) => ({ email: row.email, role: row.role, outcome: outcomes.get(row) ?? "failed" }));
}

// The limits of addresses are shared by all workspaces and locked until the commit, so every request takes them in the
// same order, to avoid deadlocks.
const byEmail = (one: ListedRow, other: ListedRow) => (one.email < other.email ? -1 : 1);

/**
 * Returns the rows that exceed the limits on mail to strangers, and returns to the other limits what `taken` charged
 * for them.
 */
async function beyondStrangers(ctx: Sender, rows: ListedRow[]): Promise<ListedRow[]> {
  const { refused } = await takeStrangers(
    ctx,
    rows.map(({ email }) => email),
  );
  const beyond = rows.filter(({ email }) => refused.has(email));
  if (beyond.length > 0) await take(ctx.db, limits.listedInvitationsPerPerson, ctx.person.id, -beyond.length);
  for (const { email } of beyond) await giveBackMail(ctx, email);
  return beyond;
}

/** Charges the limits for each row. A row that exceeds one is not charged and does not stop the others. */
async function taken(ctx: Sender, rows: ListedRow[]): Promise<[ListedRow, Outcome][]> {
  if (rows.length === 0) return [];
  const share = [ctx.db, limits.listedInvitationsPerPerson, ctx.person.id] as const;
  let fitting = rows.length;
  if ((await take(...share, rows.length)) > 0)
    for (fitting = 0; fitting < rows.length && (await take(...share)) === 0; ) fitting++;
  const outcomes: [ListedRow, Outcome][] = await Promise.all(
    rows
      .slice(0, fitting)
      .toSorted(byEmail)
      .map(async (row) => [row, (await takeMail(ctx, row.email)) ? "invited" : "mailed_enough"]),
  );
  for (const row of rows.slice(fitting)) outcomes.push([row, "day_used_up"]);
  const refused = outcomes.filter(([, outcome]) => outcome === "mailed_enough").length;
  if (refused > 0) await take(...share, -refused);
  return outcomes;
}
