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

/**
 * Procedures for a file with all data of the instance about a person, in parts. `beginPersonFile` returns the list of
 * parts.
 */
export const personFileRouter = t.router({
  /**
   * Records in the instance's log that an operator takes the file, and returns the list of its parts. Refuses
   * `not_found`, `sign_in_again`.
   */
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
   * Returns a part of a file that the same operator has begun within the last hour, and the cursor of the next part;
   * null: this is the last part. Refuses `not_found`, also for a file that was not begun, so that no file is read
   * without a record in the log. Refuses `sign_in_again`.
   */
  personFilePart: refusing(["not_found"], instanceProcedure(personFilePart, "today")).query(
    async ({ ctx, input: { userId, section, after } }) => {
      const isBegun = await personFile.isBegun(ctx.db, ctx.person.id, userId);
      if (!isBegun || !(await people.find(ctx.db, userId))) throw refuse("not_found");
      return personPart(ctx.db, userId, knownOfPerson[section], after);
    },
  ),
});
