import { instanceLog } from "@/db/client";
import { instanceProcedure } from "@/server/api/instance-procedures";
import { noInput, refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import * as operators from "@/server/membership/operators/queries";
import { env } from "@/server/platform/env";
import { addOperator, removeOperator } from "./input";
import { addressOf, personByAddress } from "./queries";

const mostShown = 100;

/** Procedures for the operators of this instance. */
export const operatorsRouter = t.router({
  /** Checks that the caller may open the instance's pages. Refuses `not_found`. */
  enter: instanceProcedure(noInput).query(() => null),

  /** Returns the operators in the order in which they became one, at most 100. */
  operators: instanceProcedure(noInput).query(async ({ ctx }) => {
    const rows = await operators.list(ctx.db, mostShown);
    const named = env().operators;
    return rows.map((row) => ({
      ...row,
      isSelf: row.userId === ctx.person.id,
      isNamed: row.email !== null && named.includes(row.email),
    }));
  }),

  /** Makes a person an operator. Refuses `no_such_person`, `operator_already`, `sign_in_again`. */
  addOperator: refusing(["no_such_person", "operator_already"], instanceProcedure(addOperator, "recent")).mutation(
    async ({ ctx, input }) => {
      await operators.lockOperators(ctx.db);
      const person = await personByAddress(ctx.db, input.email);
      if (!person)
        throw refuse("no_such_person", { email: "No account here has this verified address. They must sign in once." });
      if (!(await operators.add(ctx.db, person.id, "operator", ctx.person.id)))
        throw refuse("operator_already", { email: "This person is an operator already." });
      await audit.record(ctx.db, instanceLog, ctx, {
        action: "operator.added",
        target: { type: "person", id: person.id },
      });
      return { name: person.name };
    },
  ),

  /**
   * Removes an operator, also the caller. Refuses `not_found`, `last_operator`, `operator_by_environment`,
   * `sign_in_again`.
   */
  removeOperator: refusing(
    ["last_operator", "operator_by_environment"],
    instanceProcedure(removeOperator, "recent"),
  ).mutation(async ({ ctx, input: { userId } }) => {
    await operators.lockOperators(ctx.db);
    const email = await addressOf(ctx.db, userId);
    if (email && env().operators.includes(email)) throw refuse("operator_by_environment");
    if (!(await operators.remove(ctx.db, userId))) throw refuse("not_found");
    if (!(await operators.hasOtherOperator(ctx.db, userId))) throw refuse("last_operator");
    await audit.record(ctx.db, instanceLog, ctx, {
      action: "operator.removed",
      target: { type: "person", id: userId },
    });
  }),
});
