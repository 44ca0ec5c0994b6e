import { z } from "zod";
import { can } from "@/server/access/permissions";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { oneByOne } from "@/server/api/one-by-one";
import { workspaceProcedure } from "@/server/api/procedures";
import { type Reason, Refusal, refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as ofLate from "@/server/usage/of-late/queries";
import { holdKey, holdToRevoke } from "../authority";
import { disableKey } from "../lifecycle/disable";
import { revokeKey } from "../lifecycle/revoke";
import { keyFlaws } from "../list/input";
import * as keyList from "../list/queries";
import * as keys from "../queries";
import { lengthens, widens } from "../reach";
import { applyFix, type Fix } from "./fix";
import { endMany, fixMany, keysImpact } from "./input";

export const keyHygieneRouter = t.router({
  /**
   * Counts the keys with each flaw: in the whole workspace for a member who may change all keys, otherwise among
   * their own.
   */
  hygiene: workspaceProcedure("key:manage-own", z.strictObject({})).query(async ({ ctx }) => {
    const { workspaceId, role } = ctx.workspace;
    const isWorkspaceWide = can(role, "key:manage-any");
    const { states, isAll } = await keyList.counts(ctx.db, workspaceId, {
      search: "",
      owner: isWorkspaceWide ? "" : ctx.person.id,
    });
    return { isWorkspaceWide, isAll, flaws: keyFlaws.map((flaw) => ({ flaw, keys: states[flaw] })) };
  }),

  /**
   * Returns how many calls each of these keys made in the last 30 days: the calls that would be refused without the
   * key. `days`: how many days could be looked at.
   */
  impact: workspaceProcedure("key:revoke-own", keysImpact).query(({ ctx, input: { keyIds } }) =>
    ofLate.byKey(ctx.db, ctx.workspace.workspaceId, keyIds),
  ),

  /**
   * Disables or revokes several keys. A key for which that is refused is left as it was and reported with the reason.
   */
  endMany: workspaceProcedure("key:revoke-own", endMany, "any").mutation(async ({ ctx, input }) => {
    const { workspaceId, role } = ctx.workspace;
    const byAdmin = can(role, "key:manage-any");
    // Rotation and offboarding lock several keys too, in another order. The workspace's lock prevents a deadlock with
    // them.
    await lockWorkspaceAndRecheckRole(ctx);
    return oneByOne(ctx, input.keyIds, async (one, id) => {
      if (input.change === "revoke") {
        if (!(await revokeKey(one, workspaceId, await holdToRevoke(one, id), byAdmin))) throw refuse("key_revoked");
        return;
      }
      const key = await holdKey(one, id);
      if (key.revokedAt) throw refuse("key_revoked");
      if (!(await disableKey(one, workspaceId, key, byAdmin))) throw refuse("key_disabled");
    });
  }),

  /**
   * Applies one fix to up to 100 keys. Each key is changed, with its own audit row, or left as it was and reported
   * with the reason. Refuses `invalid_input` when a number that the fix needs is missing.
   */
  fixMany: workspaceProcedure("key:manage-any", fixMany, { today: "a key may do more, or longer" }).mutation(
    async ({ ctx, input }) => {
      const fix = fixOf(input);
      // Several keys may only be locked under the workspace's lock: rotation and offboarding lock some of the same
      // keys in another order.
      await lockWorkspaceAndRecheckRole(ctx);
      const bounds = await keys.bounds(ctx.db, ctx.workspace.workspaceId);
      const done: string[] = [];
      const skipped: { id: string; name: string | null; message: string }[] = [];
      for (const id of input.keyIds.toSorted()) {
        const key = await keys.hold(ctx.db, ctx.workspace.workspaceId, id);
        ctx.signIn.todayIf(key !== undefined && asksMore(key, fix));
        const reason: Reason | null = key ? await applyFix(ctx, key, fix, bounds) : "not_found";
        if (reason) skipped.push({ id, name: key?.name ?? null, message: new Refusal(reason).message });
        else done.push(id);
      }
      return { done, skipped };
    },
  ),
});

function fixOf({ fix, days, monthlyLimit }: z.output<typeof fixMany>): Fix {
  if (fix === "expire") {
    if (!days) throw refuse("invalid_input", { days: "Enter a number of days from 1 to 3650." });
    return { fix, days };
  }
  if (fix === "limit") {
    if (monthlyLimit === null || monthlyLimit === undefined)
      throw refuse("invalid_input", { monthlyLimit: "Enter an amount such as 25 or 12.50." });
    return { fix, monthlyLimit };
  }
  return { fix };
}

/** Checks whether a fix would let a key do more, or live longer. */
function asksMore(key: NonNullable<Awaited<ReturnType<typeof keys.hold>>>, fix: Fix): boolean {
  if (fix.fix === "expire") return lengthens(key, fix.days);
  return fix.fix === "limit" && widens(key, { monthlyLimit: fix.monthlyLimit });
}
