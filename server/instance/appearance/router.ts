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

/** How the instance presents itself: its name, its logo, whom to write to, a banner, its terms. */
export const appearanceRouter = t.router({
  /** Returns what is set. */
  appearance: instanceProcedure(noInput).query(async ({ ctx }) => {
    const { productName, logoVersion, supportEmail, bannerTone, bannerText, termsUrl } = await instance.settings(
      ctx.db,
    );
    return { productName, logoVersion, supportEmail, bannerTone, bannerText, termsUrl };
  }),

  /** Sets it. All instances show it within a second. Refuses `sign_in_again`. */
  setAppearance: instanceProcedure(setAppearance, "today").mutation(({ ctx, input }) =>
    changeSettings(ctx, "appearance.changed", "appearance", input),
  ),

  /** Makes a picture the logo, of which only a small copy made here is kept. Refuses `picture_unreadable`, `sign_in_again`. */
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

  /** Takes the logo away: Atelier's own mark is shown. Refuses `sign_in_again`. */
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
