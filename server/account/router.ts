import { type Db, enterWorkspace, instanceLog } from "@/db/client";
import type { Person } from "@/server/api/context";
import { noInput, personProcedure, refusing, signedIn } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { mailAccountNotice } from "@/server/auth/account-notice";
import { isMailLinkOn, refuseWithoutWayIn } from "@/server/auth/mail-link";
import { listProviders } from "@/server/auth/providers/list";
import * as fileRemoval from "@/server/files/removal/queries";
import { wayBack } from "@/server/joining/former-member";
import * as groups from "@/server/joining/groups/queries";
import { endUnlinked } from "@/server/joining/groups/unlinked";
import { maskAddress } from "@/server/joining/invitations/token";
import { endMembership, revokeOffers } from "@/server/members/offboarding/end-membership";
import { settleEnded } from "@/server/members/offboarding/ended";
import { rememberFormerMember } from "@/server/members/offboarding/former/marks";
import { undecided } from "@/server/members/offboarding/input";
import * as operators from "@/server/membership/operators/queries";
import * as personRow from "@/server/membership/person/queries";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import { instanceOutages, ownOutages } from "@/server/model-servers/states";
import { limits } from "@/server/platform/throttling/limits";
import { describeBrowser } from "@/server/platform/user-agent";
import { removeWorkspace } from "@/server/workspaces/life/remove";
import * as workspaces from "@/server/workspaces/queries";
import * as exporting from "./export/queries";
import * as inbox from "./inbox/queries";
import { deleteAccount, oneProvider, oneSession, updateProfile } from "./input";
import { describePlace } from "./place";
import * as account from "./queries";

const menuSize = 12;

export const accountRouter = t.router({
  /** Returns the signed-in person. The session has loaded the data, so this needs no statement. */
  get: signedIn.input(noInput).query(({ ctx: { person } }) => ({
    ...{ id: person.id, name: person.name, email: person.email, avatar: person.avatar },
  })),

  /**
   * Returns what the account menu shows: the person, their other workspaces, the number of invitations and inbox items,
   * and whether they are an operator.
   */
  menu: personProcedure(noInput).query(async ({ ctx }) => {
    const { id, name, email, avatar, isVerified } = ctx.person;
    const out = ownOutages().map(({ workspaceId }) => workspaceId);
    const [recent, { isOperator, invitations }, waiting] = await Promise.all([
      workspaces.listRecent(ctx.db, id, menuSize),
      account.standing(ctx.db, isVerified ? email : null),
      inbox.count(ctx.db, id, out),
    ]);
    const outages = isOperator ? instanceOutages().length : 0;
    return { name, email, avatar, recent, isOperator, invitations, waiting: invitations + waiting + outages };
  }),

  /** Sets the person's name. */
  update: personProcedure(updateProfile, "any", limits.profileChangesPerPerson).mutation(async ({ ctx, input }) => {
    const before = await account.rename(ctx.db, ctx.person.id, input.name);
    await audit.recordAccount(ctx.db, ctx, "account.renamed", { before, after: input.name });
  }),

  /** Returns the signed-in browsers of the person. */
  sessions: personProcedure(noInput).query(async ({ ctx }) => {
    const rows = await account.listSessions(ctx.db, ctx.person.id);
    return rows.map(({ userAgent, ip, ...row }) => ({
      ...row,
      place: describePlace(ip),
      browser: describeBrowser(userAgent) ?? "Unknown browser",
      isThisOne: row.id === ctx.person.sessionId,
    }));
  }),

  /**
   * Signs out all other browsers and unlinks the providers that were linked after the account was created: one that
   * belongs to an attacker could sign in again at once. Cancels an unconfirmed new address and unfinished passkeys, and
   * mails the person what was unlinked and cancelled. When mailed links are switched off and the person would have no
   * way to sign in, the provider linked first stays linked. Memberships that came from groups of unlinked providers
   * end.
   */
  endOtherSessions: personProcedure(noInput, "any").mutation(async ({ ctx }) => {
    const { db, person } = ctx;
    await personRow.lock(db, person.id);
    const ended = await account.endOtherSessions(db, person.id, person.sessionId);
    const kept = (await isMailLinkOn(db))
      ? undefined
      : await account.onlyWayIn(db, person.id, await enabledProviders(db));
    const unlinked = await account.unlinkLater(db, person.id, kept);
    for (const provider of unlinked)
      await mailAccountNotice(db, person.email, "provider-unlinked", await nameOf(db, provider));
    const cancelled = await account.cancelPending(db, person.id);
    if (cancelled) await mailAccountNotice(db, person.email, "address-change-cancelled", maskAddress(cancelled));
    await audit.recordAccount(db, ctx, "account.signed_out_elsewhere", {
      ...{ ended, unlinked },
      ...(cancelled ? { isAddressChangeCancelled: true } : {}),
    });
    await endUnlinked(ctx, unlinked);
    return { ended, unlinked: unlinked.length };
  }),

  /**
   * Signs out one other browser of the person. Refuses `not_found`, also for the current browser and for another
   * person's.
   */
  endSession: refusing(["not_found"], personProcedure(oneSession, "any")).mutation(async ({ ctx, input }) => {
    const ended = await account.endSession(ctx.db, ctx.person.id, input.sessionId, ctx.person.sessionId);
    if (!ended) throw refuse("not_found");
    const browser = describeBrowser(ended.userAgent);
    await audit.recordAccount(ctx.db, ctx, "account.session_ended", { session: input.sessionId, browser });
  }),

  /**
   * Returns the sign-in providers of this instance. For each: whether the person has linked it, whether this was after
   * the account was created (`isLater`), and the workspaces where its groups made them a member. Those memberships end
   * when it is unlinked.
   */
  providers: personProcedure(noInput).query(async ({ ctx }) => {
    const linked = await account.listLinked(ctx.db, ctx.person.id);
    const made = await groups.madeOf(ctx.db, ctx.person.id);
    return (await listProviders(ctx.db)).map((provider) => ({
      ...provider,
      isLinked: linked.some(({ id }) => id === provider.id),
      isLater: linked.some(({ id, isLater }) => id === provider.id && isLater),
      workspaces: made.filter((each) => each.provider === provider.id).map(({ workspaceName }) => workspaceName),
    }));
  }),

  /**
   * Unlinks a provider and mails the person; unlinking it again changes nothing. Memberships that came from its groups
   * end, and so do the sessions that began with it, except the caller's own. Refuses `verify_email`, `last_way_in` when mailed links are switched off, `sign_in_again`.
   */
  unlink: refusing(["verify_email", "last_way_in"], personProcedure(oneProvider, "recent")).mutation(
    async ({ ctx, input }) => {
      if (!ctx.person.isVerified) throw refuse("verify_email");
      await personRow.lock(ctx.db, ctx.person.id);
      if (!(await account.unlink(ctx.db, ctx.person.id, input.provider))) return;
      await refuseWithoutWayIn(ctx.db, ctx.person.id);
      await mailAccountNotice(ctx.db, ctx.person.email, "provider-unlinked", await nameOf(ctx.db, input.provider));
      const sessions = await account.endSessionsOf(ctx.db, ctx.person.id, input.provider, ctx.person.sessionId);
      await audit.recordAccount(ctx.db, ctx, "account.provider_unlinked", { provider: input.provider, sessions });
      await endUnlinked(ctx, [input.provider]);
    },
  ),

  /**
   * Returns what deleting the account would do: which workspaces would be deleted, which would continue, and which
   * prevent it.
   */
  deletionPlan: personProcedure(noInput).query(({ ctx }) => planDeletion(ctx.db, ctx.person.id)),

  /**
   * Deletes the account: ends the memberships, deletes workspaces without other members with their keys, and erases the
   * personal data. Things that the person created stay in the workspaces that continue; an Admin can give private
   * models to another member, and private files are deleted. Mails the person. Refuses `last_admin_elsewhere`,
   * `last_operator`, and `name_mismatch` unless the address was typed again.
   */
  remove: refusing(
    ["last_admin_elsewhere", "last_operator", "name_mismatch"],
    personProcedure(deleteAccount, "recent"),
  ).mutation(async ({ ctx, input }) => {
    if (input.confirmation.trim().toLowerCase() !== ctx.person.email)
      throw refuse("name_mismatch", { confirmation: "Type your e-mail address exactly as shown." });
    await leaveOperators(ctx);
    await personRow.lock(ctx.db, ctx.person.id);
    for (const workspaceId of await exporting.listWorkspaces(ctx.db, ctx.person.id)) {
      await quit(ctx, workspaceId);
      // Also in workspaces that the person had left: otherwise no member could see or delete their private files, and a
      // removed person would not be recognised as a former member in a new account.
      await fileRemoval.expireOwn(ctx.db, workspaceId, ctx.person.id);
      const { isAskedFor: mustAsk, isByGroup: byGroup, ...past } = await wayBack(ctx.db, workspaceId, ctx.person.id);
      await rememberFormerMember(ctx.db, workspaceId, ctx.person.id, { ...past, mustAsk, byGroup });
    }
    await mailAccountNotice(ctx.db, ctx.person.email, "account-deleted", null);
    await account.erase(ctx.db, ctx.person.id, ctx.person.email);
    await audit.recordAccount(ctx.db, ctx, "account.deleted");
  }),
});

const enabledProviders = async (db: Db) => (await listProviders(db)).map(({ id }) => id);

/** Returns the display name of a provider, or its id when it is not configured any more. */
async function nameOf(db: Db, provider: string): Promise<string> {
  return (await listProviders(db)).find(({ id }) => id === provider)?.name ?? provider;
}

/** Removes the person from the operators. Takes the operators' lock before any other lock. Refuses `last_operator`. */
async function leaveOperators(ctx: Quitter): Promise<void> {
  const { db, person } = ctx;
  if (!(await operators.isOperator(db, person.id))) return;
  await operators.lockOperators(db);
  if (!(await operators.hasOtherOperator(db, person.id))) throw refuse("last_operator");
  await operators.remove(db, person.id);
  await enterWorkspace(db, instanceLog);
  await audit.record(db, instanceLog, ctx, { action: "operator.left", target: { type: "person", id: person.id } });
}

type Quitter = audit.Actor & { person: Person; db: Db };

/** Locks a workspace and ends the person's membership of it, if they have one. */
async function quit(ctx: Quitter, workspaceId: string): Promise<void> {
  await enterWorkspace(ctx.db, workspaceId);
  const isLive = await liveWorkspace.lock(ctx.db, workspaceId);
  const member = await membership.find(ctx.db, workspaceId, ctx.person.id);
  if (!member) {
    // Removals that are not settled yet must be settled now: it is not possible after the address is erased.
    await settleEnded(ctx.db, workspaceId, ctx.person.id, ctx.origin);
    return;
  }
  // The remaining members, if any, may restore a deleted workspace.
  const workspace = isLive ? await liveWorkspace.find(ctx.db, workspaceId) : undefined;
  if (workspace && !(await membership.hasOther(ctx.db, workspaceId, ctx.person.id))) {
    await removeWorkspace(ctx, { workspaceId, name: workspace.name });
    await revokeOffers(ctx, workspaceId, ctx.person.id);
    await membership.remove(ctx.db, workspaceId, ctx.person.id);
    return;
  }
  const how = { action: "member.left", otherwise: "last_admin_elsewhere" } as const;
  await endMembership(ctx, workspaceId, { ...how, userId: ctx.person.id, ...member }, undecided);
}

async function planDeletion(db: Db, userId: string) {
  const plan = { ends: [] as string[], leaves: [] as string[], blockedBy: [] as { name: string; slug: string }[] };
  for (const { workspaceId, name, slug, role } of await account.listMemberships(db, userId)) {
    await enterWorkspace(db, workspaceId);
    if (!(await membership.hasOther(db, workspaceId, userId))) plan.ends.push(name);
    else if (role === "admin" && !(await membership.hasOtherAdmin(db, workspaceId, userId)))
      plan.blockedBy.push({ name, slug });
    else plan.leaves.push(name);
  }
  return plan;
}
