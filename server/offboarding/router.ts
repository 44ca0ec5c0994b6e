import { z } from "zod";
import type { Db } from "@/db/client";
import { workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as members from "@/server/members/queries";
import { currency } from "@/server/usage/prices";
import { ofMember } from "./input";
import * as offboarding from "./queries";

/** What somebody would leave behind, to be decided about before they go. */
export const offboardingRouter = t.router({
  /** What a member would leave behind. Refuses `not_found`. */
  belongings: workspaceProcedure("member:manage", ofMember).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    if (!(await members.find(ctx.db, workspaceId, input.userId))) throw refuse("not_found");
    return belongingsOf(ctx.db, workspaceId, input.userId);
  }),

  /** What one would leave behind oneself. */
  ownBelongings: workspaceProcedure("workspace:read", z.strictObject({})).query(({ ctx }) =>
    belongingsOf(ctx.db, ctx.workspace.workspaceId, ctx.person.id),
  ),
});

async function belongingsOf(db: Db, workspaceId: string, userId: string) {
  const [keys, jobs, models, files, invitations] = await Promise.all([
    offboarding.keysOf(db, workspaceId, userId),
    offboarding.jobsOf(db, workspaceId, userId),
    offboarding.modelsOf(db, workspaceId, userId),
    offboarding.filesOf(db, workspaceId, userId),
    offboarding.invitationsOf(db, workspaceId, userId),
  ]);
  return { keys, jobs, models, files, invitations, currency: currency() };
}
