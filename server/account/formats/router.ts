import { noInput, personProcedure } from "@/server/api/procedures";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { formatsOf } from "@/server/platform/formats";
import { limits } from "@/server/platform/throttling/limits";
import { adoptFormats, setFormats } from "./input";
import * as formats from "./queries";

export const formatsRouter = t.router({
  /** Returns how dates and numbers are written for the person, and which of these formats they have chosen. */
  formats: personProcedure(noInput).query(({ ctx: { person } }) => ({
    chosen: person.formats,
    current: formatsOf(person.formats),
  })),

  /** Sets the person's time zone, the language of their formats, and the first day of their week. */
  setFormats: personProcedure(setFormats, "any", limits.profileChangesPerPerson).mutation(async ({ ctx, input }) => {
    const before = await formats.setFormats(ctx.db, ctx.person.id, input);
    await audit.recordAccount(ctx.db, ctx, "account.formats_changed", { before, after: input });
  }),

  /**
   * Sets the time zone and language that the person's browser reports, only the first time. Returns whether they were
   * set.
   */
  adoptFormats: personProcedure(adoptFormats, "any", limits.profileChangesPerPerson).mutation(
    async ({ ctx, input }) => {
      const isAdopted = await formats.adoptFormats(ctx.db, ctx.person.id, input);
      if (isAdopted) await audit.recordAccount(ctx.db, ctx, "account.formats_changed", { before: null, after: input });
      return { isAdopted };
    },
  ),
});
