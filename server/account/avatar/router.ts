import { createHash } from "node:crypto";
import { charge } from "@/server/api/charge";
import { uploadedPicture } from "@/server/api/images/input";
import { toSquare } from "@/server/api/images/square";
import { noInput, personProcedure, personStepsProcedure, refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { limits } from "@/server/platform/throttling/limits";
import { ownAvatar } from "../input";
import * as avatars from "./queries";

/** Procedures for the person's picture, which is shown instead of their initials. */
export const accountAvatarRouter = t.router({
  /**
   * Returns the person's own picture with this hash, as WebP in base64. Refuses `not_found` when there is none or its
   * hash is another.
   */
  avatar: refusing(["not_found"], personProcedure(ownAvatar)).query(async ({ ctx, input }) => {
    const webp = await avatars.find(ctx.db, ctx.person.id, input.hash);
    if (!webp) throw refuse("not_found");
    return { webp: webp.toString("base64") };
  }),

  /**
   * Sets the person's picture and keeps only a small copy made here. Setting the same picture again changes nothing.
   * Refuses `picture_unreadable`, `too_many`.
   */
  setAvatar: refusing(["picture_unreadable"], personStepsProcedure(uploadedPicture, "any")).mutation(
    async ({ ctx, input }) => {
      // Charged before decoding, and also for pictures that are refused: decoding is the expensive part.
      await ctx.step("write", (db) => charge(db, limits.avatarsPerPerson, ctx.person.id));
      const webp = await toSquare(Buffer.from(input.picture, "base64"));
      const hash = createHash("sha256").update(webp).digest().subarray(0, 16).toString("base64url");
      await ctx.step("write", async (db) => {
        const before = await avatars.hold(db, ctx.person.id);
        if (before === undefined) throw refuse("not_signed_in");
        if (before === hash) return;
        await avatars.set(db, ctx.person.id, { webp, hash });
        await audit.recordAccount(db, ctx, "account.picture_changed", { bytes: webp.length });
      });
      return { hash };
    },
  ),

  /** Removes the person's picture. Removing it again changes nothing. */
  removeAvatar: personProcedure(noInput, "any").mutation(async ({ ctx }) => {
    if (!(await avatars.hold(ctx.db, ctx.person.id))) return;
    await avatars.remove(ctx.db, ctx.person.id);
    await audit.recordAccount(ctx.db, ctx, "account.picture_removed");
  }),
});
