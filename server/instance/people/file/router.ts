import { instanceLog } from "@/db/client";
import { personPart } from "@/server/account/export/queries";
import { instanceProcedure } from "@/server/api/instance-procedures";
import { refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { limits } from "@/server/platform/throttling/limits";
import { onePerson, personFilePart } from "../input";
import * as people from "../queries";
import * as personFile from "./queries";
import { type KnownSection, knownOfPerson } from "./sections";

/** A file of all that the instance knows of a person, in parts: `beginPersonFile` says what there is to ask for. */
export const personFileRouter = t.router({
  /** Notes in the instance's log that an operator takes the file, and names its parts. Refuses `not_found`, `sign_in_again`. */
  beginPersonFile: refusing(["not_found"], instanceProcedure(onePerson, "recent", limits.exportsPerPerson)).mutation(
    async ({ ctx, input: { userId } }) => {
      if (!(await people.find(ctx.db, userId))) throw refuse("not_found");
      await audit.record(ctx.db, instanceLog, ctx, {
        action: "person.exported",
        target: { type: "person", id: userId },
      });
      return { exportedAt: new Date().toISOString(), sections: Object.keys(knownOfPerson) as KnownSection[] };
    },
  ),

  /**
   * Returns a part of a file that the same operator has begun within the last hour, and where the next one begins; null: that was all.
   * Refuses `not_found`, also of a file that was not begun: none is read that is not in the instance's log. Refuses `sign_in_again`.
   */
  personFilePart: refusing(["not_found"], instanceProcedure(personFilePart, "today")).query(
    async ({ ctx, input: { userId, section, after } }) => {
      const isBegun = await personFile.isBegun(ctx.db, ctx.person.id, userId);
      if (!isBegun || !(await people.find(ctx.db, userId))) throw refuse("not_found");
      return personPart(ctx.db, userId, knownOfPerson[section], after);
    },
  ),
});
