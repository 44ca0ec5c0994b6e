import { type Db, instanceLog } from "@/db/client";
import { uploadedPicture } from "@/server/api/images/input";
import { toSquare } from "@/server/api/images/square";
import { instanceProcedure, instanceStepsProcedure } from "@/server/api/instance-procedures";
import { noInput, refusing } from "@/server/api/procedures";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import * as instance from "@/server/membership/instance/queries";
import { limits } from "@/server/platform/throttling/limits";
import { changeSettings, settingsTarget } from "../settings/change";
import * as settings from "../settings/queries";
import { setAppearance } from "./input";
import * as logos from "./queries";

/** Procedures for the appearance of the instance: name, logo, contact, banner and terms. */
export const appearanceRouter = t.router({
  /** Returns the settings of the appearance. */
  appearance: instanceProcedure(noInput).query(async ({ ctx }) => {
    const { productName, logoVersion, supportEmail, bannerTone, bannerText, termsUrl } = await instance.settings(
      ctx.db,
    );
    return { productName, logoVersion, supportEmail, bannerTone, bannerText, termsUrl };
  }),

  /** Sets the appearance. All processes show it within a second. Refuses `sign_in_again`. */
  setAppearance: instanceProcedure(setAppearance, "today").mutation(({ ctx, input }) =>
    changeSettings(ctx, "appearance.changed", "appearance", input),
  ),

  /** Sets the logo and keeps only a small copy made here. Refuses `picture_unreadable`, `sign_in_again`. */
  setLogo: refusing(
    ["picture_unreadable"],
    instanceStepsProcedure(uploadedPicture, "today", limits.logosPerPerson),
  ).mutation(async ({ ctx, input }) => {
    const webp = await toSquare(Buffer.from(input.picture, "base64"));
    await ctx.step("write", async (db) => {
      await settings.hold(db);
      await logos.setLogo(db, webp);
      await record({ ...ctx, db }, { picture: webp.length });
    });
  }),

  /** Removes the logo, so that Atelier's own is shown. Refuses `sign_in_again`. */
  removeLogo: instanceProcedure(noInput, "today").mutation(async ({ ctx }) => {
    if ((await settings.hold(ctx.db)).logoVersion === null) return;
    await logos.removeLogo(ctx.db);
    await record(ctx, {});
  }),
});

/** Writes the audit row. `picture` is its size in bytes. */
function record(ctx: audit.Actor & { db: Db }, after: { picture?: number }): Promise<void> {
  return audit.record(ctx.db, instanceLog, ctx, {
    action: "appearance.logo_changed",
    target: settingsTarget("appearance"),
    after,
  });
}
