import { type Db, instanceLog } from "@/db/client";
import { instanceProcedure } from "@/server/api/instance-procedures";
import { noInput } from "@/server/api/procedures";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import type { InstanceSettings } from "@/server/membership/instance/queries";
import * as instance from "@/server/membership/instance/queries";
import { env } from "@/server/platform/env";
import { currency } from "@/server/usage/prices";
import { setCreators, setDefaults, setSignUp } from "./input";
import * as signUp from "./queries";

/** Who may sign up, who may create workspaces, and what a new one starts with. */
export const signUpRouter = t.router({
  /** Returns what is set, in the instance's currency. */
  settings: instanceProcedure(noInput).query(async ({ ctx }) => ({
    ...(await instance.settings(ctx.db)),
    ...{ currency: currency(), namedOperators: env().operators },
  })),

  /** Sets who may make an account. It holds at once, on every instance. Refuses `sign_in_again`. */
  setSignUp: instanceProcedure(setSignUp, "today").mutation(({ ctx, input: { signUp: who, signUpDomains } }) =>
    change(ctx, "sign_up.changed", { signUp: who, signUpDomains: who === "domains" ? signUpDomains : [] }),
  ),

  /** Sets who may make workspaces, and how many. Refuses `sign_in_again`. */
  setCreators: instanceProcedure(setCreators, "today").mutation(({ ctx, input }) => {
    const { workspaceCreators, creatorDomains, workspacesPerPerson, personal } = input;
    return change(ctx, "sign_up.creators_changed", {
      ...{ workspaceCreators, workspacesPerPerson, arePersonalAllowed: personal === "allowed" },
      creatorDomains: workspaceCreators === "domains" ? creatorDomains : [],
    });
  }),

  /** Sets what a new workspace starts with; those that are there stay as they are. Refuses `sign_in_again`. */
  setDefaults: instanceProcedure(setDefaults, "today").mutation(({ ctx, input }) => {
    const { newMaximumKeyDays: days, ...rest } = input;
    return change(ctx, "sign_up.defaults_changed", {
      ...rest,
      newMaximumKeyDays: days === "none" ? null : Number(days),
    });
  }),
});

async function change(
  ctx: audit.Actor & { db: Db },
  action: "sign_up.changed" | "sign_up.creators_changed" | "sign_up.defaults_changed",
  changes: Partial<InstanceSettings>,
): Promise<void> {
  const held = await signUp.hold(ctx.db);
  const names = Object.keys(changes) as (keyof InstanceSettings)[];
  await signUp.set(ctx.db, changes);
  await audit.record(ctx.db, instanceLog, ctx, {
    action,
    target: { type: "instance", id: "sign-up" },
    before: Object.fromEntries(names.map((name) => [name, held[name]])),
    after: changes,
  });
}
