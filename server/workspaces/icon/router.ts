import { z } from "zod";
import type { Db } from "@/db/client";
import { charge } from "@/server/api/charge";
import { uploadedPicture } from "@/server/api/images/input";
import { toSquare } from "@/server/api/images/square";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { refusing, workspaceProcedure, workspaceStepsProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { limits } from "@/server/platform/throttling/limits";
import { setEmoji } from "./input";
import * as icons from "./queries";

/** The icon of a workspace: an emoji or a picture. */
export const workspaceIconRouter = t.router({
  /** Returns the picture as WebP in base64. Refuses `not_found` when there is none. */
  icon: workspaceProcedure("workspace:read", z.strictObject({})).query(async ({ ctx }) => {
    const webp = await icons.find(ctx.db, ctx.workspace.workspaceId);
    if (!webp) throw refuse("not_found");
    return { webp: webp.toString("base64") };
  }),

  /** Sets an emoji as the icon. */
  setEmoji: workspaceProcedure("workspace:update", setEmoji, "any").mutation(async ({ ctx, input }) => {
    await lockWorkspaceAndRecheckRole(ctx);
    if (ctx.workspace.iconEmoji === input.emoji) return;
    await icons.setEmoji(ctx.db, ctx.workspace.workspaceId, input.emoji);
    await record(ctx, ctx.workspace, { emoji: input.emoji });
  }),

  /**
   * Sets a picture as the icon. Only a small copy made by the server is stored. Refuses `picture_unreadable`,
   * `too_many`.
   */
  setPicture: refusing(
    ["picture_unreadable"],
    workspaceStepsProcedure("workspace:update", uploadedPicture, "any"),
  ).mutation(async ({ ctx, input }) => {
    // Charged before decoding and even if the picture is refused, because decoding is the expensive part.
    await ctx.step("write", (db, { workspaceId }) => charge(db, limits.iconsPerWorkspace, workspaceId));
    const webp = await toSquare(Buffer.from(input.picture, "base64"));
    await ctx.step("write", async (db, workspace) => {
      await lockWorkspaceAndRecheckRole({ db, person: ctx.person, workspace });
      await icons.setPicture(db, workspace.workspaceId, webp);
      await record({ ...ctx, db }, workspace, { picture: webp.length });
    });
  }),

  /** Removes the icon. */
  removeIcon: workspaceProcedure("workspace:update", z.strictObject({}), "any").mutation(async ({ ctx }) => {
    await lockWorkspaceAndRecheckRole(ctx);
    if (ctx.workspace.iconEmoji === null && ctx.workspace.iconVersion === null) return;
    await icons.setEmoji(ctx.db, ctx.workspace.workspaceId, null);
    await record(ctx, ctx.workspace, {});
  }),
});

/** Writes the audit row. `picture` is its size in bytes. */
function record(
  ctx: audit.Actor & { db: Db },
  { workspaceId }: { workspaceId: string },
  after: { emoji?: string; picture?: number },
): Promise<void> {
  return audit.record(ctx.db, workspaceId, ctx, {
    action: "workspace.icon_changed",
    target: { type: "workspace", id: workspaceId },
    after,
  });
}
