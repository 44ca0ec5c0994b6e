import type { Db } from "@/db/client";
import { canGrant, type Role } from "@/server/access/permissions";
import type { Actor } from "@/server/audit/queries";
import type { Person } from "@/server/auth/person";
import { limits } from "@/server/limits/limits";
import { take } from "@/server/limits/queries";
import { lockAs } from "@/server/members/lock-as";
import * as invitations from "../queries";
import { inviteOne, takeMail } from "../sending";
import type { ListedRow, RowProblem } from "./table";

/** What became of a row. All but `invited` mean that nothing was sent. */
export type Outcome =
  | "invited"
  | "already_member"
  | "already_invited"
  | RowProblem
  | "cannot_grant"
  /** An Admin is made only by somebody who signed in just now. */
  | "sign_in_again"
  /** This address has had as many mails today as it may get. */
  | "mailed_enough"
  /** The workspace has as many pending invitations as it may have. */
  | "no_room"
  /** The person has invited as many today as they may. */
  | "day_used_up"
  /** The database did not take it; it can be sent again. */
  | "failed";

export type RowOutcome = { email: string; role: Role; outcome: Outcome };

type Sender = Actor & {
  db: Db;
  person: Person;
  workspace: { workspaceId: string; role: Role; name: string };
  mayMakeAdmins: boolean;
};

/** Invites some rows under the workspace's lock, each with its own outcome. Refuses what `lockAs` refuses. */
export async function inviteSlice(ctx: Sender, rows: ListedRow[]): Promise<RowOutcome[]> {
  await lockAs(ctx);
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
  const settled = rows.map((row) => ({ row, outcome: outcomeOf(row) }));
  return Promise.all(
    settled.map(async ({ row: { email, role }, outcome }) => ({
      email,
      role,
      outcome: outcome ?? (await invite(ctx, email, role)),
    })),
  );
}

async function invite(ctx: Sender, email: string, role: Role): Promise<Outcome> {
  const share = [ctx.db, limits.listedInvitationsPerPerson, ctx.person.id] as const;
  if ((await take(...share)) > 0) return "day_used_up";
  if (!(await takeMail(ctx, email))) {
    await take(...share, -1);
    return "mailed_enough";
  }
  await inviteOne(ctx, email, role);
  return "invited";
}
