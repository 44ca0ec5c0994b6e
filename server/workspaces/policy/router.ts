import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { shorten } from "@/server/gateway/kept-responses/queries";
import { setDefaultRole, setKeyCreators, setResponseDays, setSeats } from "./input";
import * as policies from "./queries";
import { membersCeiling } from "./seat";

/** The policy of a workspace: its default role, its seats, and who may create keys. */
export const workspacePolicyRouter = t.router({
  /**
   * Sets the role of people who join by the domain, which is also the first choice in an invitation. Refuses
   * `personal_workspace`.
   */
  setDefaultRole: refusing(
    ["personal_workspace"],
    workspaceProcedure("workspace:update", setDefaultRole, "any"),
  ).mutation(async ({ ctx, input }) => {
    if (ctx.workspace.kind === "personal") throw refuse("personal_workspace");
    await change(ctx, { defaultRole: input.role });
  }),

  /** Sets whether every member whose role allows it may create keys, or only Admins. Existing keys stay. */
  setKeyCreators: workspaceProcedure("workspace:update", setKeyCreators, "any").mutation(({ ctx, input }) =>
    change(ctx, { keyCreators: input.keyCreators }),
  ),

  /** Sets for how long responses of `/v1/responses` are kept, if at all. Deletes at once those that are older. */
  setResponseDays: workspaceProcedure("workspace:update", setResponseDays, "any").mutation(async ({ ctx, input }) => {
    const days = input.days === "none" ? null : Number(input.days);
    await change(ctx, { responseDays: days });
    await shorten(ctx.db, ctx.workspace.workspaceId, days);
  }),

  /** Sets the number of seats. Refuses `seats_below_members`, `personal_workspace`. */
  setSeats: refusing(
    ["seats_below_members", "personal_workspace"],
    workspaceProcedure("workspace:update", setSeats, "any"),
  ).mutation(async ({ ctx, input }) => {
    if (ctx.workspace.kind === "personal") throw refuse("personal_workspace");
    await change(ctx, { seats: input.seats });
  }),
});

type Changer = Parameters<typeof lockWorkspaceAndRecheckRole>[0] & audit.Actor;

async function change(ctx: Changer, changed: Partial<policies.Policy>): Promise<void> {
  const { workspaceId } = ctx.workspace;
  await lockWorkspaceAndRecheckRole(ctx);
  const before = await policies.find(ctx.db, workspaceId);
  if (!before) throw refuse("not_found");
  const fields = Object.keys(changed) as (keyof policies.Policy)[];
  if (fields.every((field) => before[field] === changed[field])) return;
  if (typeof changed.seats === "number" && changed.seats < before.memberCount)
    throw refuse("seats_below_members", {
      seats: `There are ${before.memberCount} members already. Remove some first, or enter at least that many.`,
    });
  if (typeof changed.seats === "number" && before.mostMembers !== null && changed.seats > before.mostMembers)
    throw refuse("invalid_input", { seats: membersCeiling(before.mostMembers) });
  await policies.set(ctx.db, workspaceId, changed);
  await audit.record(ctx.db, workspaceId, ctx, {
    action: "workspace.policy_changed",
    target: { type: "workspace", id: workspaceId },
    before: Object.fromEntries(fields.map((field) => [field, before[field]])),
    after: changed,
  });
}
