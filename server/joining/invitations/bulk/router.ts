import type { Db } from "@/db/client";
import { canGrant, type Role } from "@/server/access/permissions";
import type { Origin, Person } from "@/server/api/context";
import { refusing, workspaceProcedure, workspaceStepsProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import { log } from "@/server/platform/log";
import * as invitations from "../queries";
import { inviteMany, mostRows, previewMany, sliceSize } from "./input";
import { inviteSlice, type Outcome, type RowOutcome } from "./slice";
import { type ListedRow, type RowProblem, readList } from "./table";

/** A row of the preview: `problem` is null when it can be invited. */
export type PreviewedRow = Omit<ListedRow, "problem"> & {
  problem: RowProblem | "cannot_grant" | "already_member" | "already_invited" | "reported" | null;
};

export const bulkInvitationsRouter = t.router({
  /**
   * Returns the expected outcome of each row without sending anything. Refuses `personal_workspace`, `too_many_rows`,
   * and `invalid_input` when there is no row.
   */
  previewMany: refusing(
    ["personal_workspace", "too_many_rows"],
    workspaceProcedure("member:invite", previewMany),
  ).query(async ({ ctx, input }) => {
    const { workspaceId, kind, role: ownRole } = ctx.workspace;
    const { rows, folded } = readRows(kind, input.list, input.role);
    const emails = rows.filter(({ problem }) => problem !== "bad_address").map(({ email }) => email);
    const [known, pending] = await Promise.all([
      emails.length > 0 ? invitations.listKnown(ctx.db, workspaceId, emails) : new Map(),
      invitations.countPending(ctx.db, workspaceId),
    ]);
    const previewed = rows.map(
      (row): PreviewedRow => ({
        ...row,
        problem: row.problem ?? known.get(row.email) ?? (canGrant(ownRole, row.role) ? null : "cannot_grant"),
      }),
    );
    return { rows: previewed, folded, room: Math.max(0, invitations.pendingLimit - pending) };
  }),

  /**
   * Invites the people of a list, slice by slice: each slice is a transaction that checks the permission again, and
   * each row has its own outcome, so that none stops another. Sending the same list again invites no address twice.
   * Refuses `personal_workspace`, `too_many_rows`, and the refusals of `enter` before the first slice.
   */
  createMany: refusing(
    ["personal_workspace", "too_many_rows"],
    workspaceStepsProcedure("member:invite", inviteMany, { recent: "an Admin is invited" }),
  ).mutation(async ({ ctx, input }) => {
    const kind = await ctx.step("read", async (_, workspace) => workspace.kind);
    const { rows } = readRows(kind, input.list, "viewer");
    const mayMakeAdmins = ctx.signIn.isRecent();
    const results: RowOutcome[] = [];
    for (let from = 0; from < rows.length; from += sliceSize)
      results.push(
        ...(await sliceOrFailed(ctx, {
          rows: rows.slice(from, from + sliceSize),
          mayMakeAdmins,
          isFirst: from === 0,
        })),
      );
    return { results };
  }),
});

type Steps = {
  person: Person;
  origin: Origin;
  step: <T>(
    kind: "write",
    run: (db: Db, workspace: { workspaceId: string; role: Role; name: string }) => Promise<T>,
  ) => Promise<T>;
};

/**
 * Writes a slice. If that fails, the whole slice is rolled back, its rows are reported as failed, and the next slices
 * are tried.
 */
async function sliceOrFailed(
  ctx: Steps,
  { rows, mayMakeAdmins, isFirst }: { rows: ListedRow[]; mayMakeAdmins: boolean; isFirst: boolean },
): Promise<RowOutcome[]> {
  const { person, origin } = ctx;
  try {
    return await ctx.step("write", (db, workspace) =>
      inviteSlice({ db, person, origin, workspace, mayMakeAdmins }, rows),
    );
  } catch (error) {
    // Nothing has been sent yet, so it is refused like any other request.
    if (isFirst) throw error;
    log.warn({ err: error }, "a slice of a list of invitations failed");
    return rows.map(({ email, role }) => ({ email, role, outcome: "failed" satisfies Outcome }));
  }
}

function readRows(kind: "personal" | "organization", list: string, role: Role) {
  if (kind === "personal") throw refuse("personal_workspace");
  const read = readList(list, role);
  if (read.rows.length > mostRows) throw refuse("too_many_rows", { list: "Invite at most 1,000 addresses in one go." });
  if (read.rows.length === 0) throw refuse("invalid_input", { list: "There is no address in this list." });
  return read;
}
