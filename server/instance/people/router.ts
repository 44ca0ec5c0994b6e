import { actAsOperator, actInside, instanceLog } from "@/db/client";
import { instanceProcedure } from "@/server/api/instance-procedures";
import { refusing } from "@/server/api/procedures";
import { refuse, refuseInWords } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { mailAccountNotice } from "@/server/auth/account-notice";
import { hasWayIn, isMailLinkOn } from "@/server/auth/mail-link";
import { revokeKey } from "@/server/keys/lifecycle/revoke";
import { endLooksOf } from "@/server/members/end-looks";
import * as operators from "@/server/membership/operators/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import * as signInRules from "../sign-in/rules/queries";
import { deactivatePerson, listPeople, onePerson } from "./input";
import * as people from "./queries";

/** Procedures for the people with an account on this instance. */
export const peopleRouter = t.router({
  /** Returns a page of the people or, with a search, those whose name or address begins with the text. */
  people: instanceProcedure(listPeople).query(async ({ ctx, input: { search, after, before, ...filter } }) => {
    if (!search) return { ...(await people.list(ctx.db, filter, { after, before })), isMore: false };
    return { previous: null, next: null, ...(await people.search(ctx.db, search)) };
  }),

  /** Returns what deactivating a person would stop. Refuses `not_found`. */
  deactivationPlan: refusing(["not_found"], instanceProcedure(onePerson)).query(async ({ ctx, input: { userId } }) => {
    const person = await people.find(ctx.db, userId);
    if (!person) throw refuse("not_found");
    return { person, ...(await people.atStake(ctx.db, userId)) };
  }),

  /**
   * Deactivates a person: their sessions end at once, and their keys if so chosen. Recorded in the log of each of their
   * workspaces. Refuses `not_found`, `own_account`, `last_operator`, `state_changed`, `sign_in_again`.
   */
  deactivate: refusing(
    ["not_found", "own_account", "last_operator", "state_changed"],
    instanceProcedure(deactivatePerson, "recent"),
  ).mutation(async ({ ctx, input: { userId, keys } }) => {
    const { db, person } = ctx;
    if (userId === person.id) throw refuse("own_account");
    await operators.lockOperators(db);
    const found = await people.find(db, userId);
    if (!found) throw refuse("not_found");
    if (found.isOperator && !(await operators.hasOtherOperator(db, userId))) throw refuse("last_operator");
    const touched = await people.workspacesOf(db, userId);
    await actInside(db);
    if (!(await people.deactivate(db, userId))) throw refuse("state_changed");
    let revoked = 0;
    for (const { id, isMember } of touched) {
      await actInside(db, id);
      // Also the order of every change of several keys: see keys.fixMany. An Admin's grant of a look waits for it.
      await liveWorkspace.lock(db, id);
      if (isMember) await endLooksOf(ctx, id, userId);
      if (keys === "revoke")
        for (const key of await people.holdKeys(db, id, userId)) revoked += Number(await revokeKey(ctx, id, key, true));
      if (isMember)
        await audit.record(db, id, ctx, { action: "member.deactivated", target: { type: "member", id: userId } });
    }
    await actAsOperator(db);
    await audit.record(db, instanceLog, ctx, {
      action: "person.deactivated",
      target: { type: "person", id: userId },
      after: { keys, revoked },
    });
    return { revoked };
  }),

  /**
   * Removes all passkeys of a person who has lost theirs, so that they add a new one at their next sign-in. Ends their
   * sessions and mails them. Refuses `not_found`, `own_account`, `state_changed` when they have none,
   * `break_glass_kept`, `last_way_in` when they could not sign in any more, `sign_in_again`.
   */
  removePasskeys: refusing(
    ["not_found", "own_account", "state_changed", "break_glass_kept", "last_way_in"],
    instanceProcedure(onePerson, "recent"),
  ).mutation(async ({ ctx, input: { userId } }) => {
    if (userId === ctx.person.id) throw refuse("own_account");
    // A break-glass operator must keep a passkey.
    await operators.lockOperators(ctx.db);
    const found = await people.find(ctx.db, userId);
    if (!found) throw refuse("not_found");
    await signInRules.holdBreakGlass(ctx.db);
    if (await operators.isBreakGlassNeeded(ctx.db, userId)) throw refuse("break_glass_kept");
    await actInside(ctx.db);
    const removed = await people.removePasskeys(ctx.db, userId);
    if (removed === 0) throw refuse("state_changed");
    if (!(await isMailLinkOn(ctx.db)) && !(await hasWayIn(ctx.db, userId)))
      throw refuseInWords(
        "last_way_in",
        "They could not sign in any more: links by e-mail are switched off here. Switch them on first.",
      );
    if (found.email)
      await mailAccountNotice(ctx.db, found.email, "passkey-removed", "all of them, removed by an operator");
    await actAsOperator(ctx.db);
    await audit.record(ctx.db, instanceLog, ctx, {
      action: "person.passkeys_removed",
      target: { type: "person", id: userId },
      after: { passkeys: removed },
    });
  }),

  /** Reactivates a person; revoked keys stay revoked. Refuses `not_found`, `state_changed`, `sign_in_again`. */
  reactivate: refusing(["not_found", "state_changed"], instanceProcedure(onePerson, "recent")).mutation(
    async ({ ctx, input: { userId } }) => {
      if (!(await people.find(ctx.db, userId))) throw refuse("not_found");
      const touched = await people.workspacesOf(ctx.db, userId);
      await actInside(ctx.db);
      if (!(await people.reactivate(ctx.db, userId))) throw refuse("state_changed");
      for (const { id } of touched.filter(({ isMember }) => isMember)) {
        await actInside(ctx.db, id);
        await audit.record(ctx.db, id, ctx, { action: "member.reactivated", target: { type: "member", id: userId } });
      }
      await actAsOperator(ctx.db);
      await audit.record(ctx.db, instanceLog, ctx, {
        action: "person.reactivated",
        target: { type: "person", id: userId },
      });
    },
  ),
});
