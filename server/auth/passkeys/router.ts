import { charge } from "@/server/api/charge";
import type { SignedIn } from "@/server/api/context";
import { beforePasskey, noInput, personProcedure, personStepsProcedure, refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import * as operators from "@/server/membership/operators/queries";
import * as personRow from "@/server/membership/person/queries";
import { clientKey, limits } from "@/server/platform/throttling/limits";
import { mailAccountNotice } from "../account-notice";
import { refuseWithoutWayIn } from "../mail-link";
import { addPasskey, onePasskey, renamePasskey } from "./input";
import * as passkeys from "./queries";
import { arePasskeysPossible, newChallenge, optionsToAdd, readAnswer, verifyAdded } from "./web-authn";

const atMost = 20;

/** Procedures for a person's passkeys, which sign in besides mailed links. */
export const passkeysRouter = t.router({
  /** Returns the person's passkeys, and whether browsers can create one at this address. */
  list: personProcedure(noInput).query(async ({ ctx }) => {
    const rows = await passkeys.list(ctx.db, ctx.person.id);
    return {
      isPossible: arePasskeysPossible(),
      rows: rows.map(({ id, name, isSynced, createdAt, lastUsedAt }) => ({
        id,
        name,
        isSynced,
        createdAt,
        lastUsedAt,
      })),
    };
  }),

  /**
   * Returns the options with which the browser creates a passkey, valid for 5 minutes. Refuses `sign_in_again`,
   * `verify_email`, `too_many_passkeys`.
   */
  begin: beforePasskey(
    refusing(["verify_email", "too_many_passkeys", "passkey_required"], personStepsProcedure(noInput, "recent")),
  ).mutation(async ({ ctx }) => {
    mustNotHaveOne(ctx);
    const { person, step, origin } = ctx;
    mayAdd(person);
    const { challenge, hash } = newChallenge();
    const known = await step("write", async (db) => {
      if ((await passkeys.total(db, person.id)) >= atMost) throw refuse("too_many_passkeys");
      await charge(db, limits.passkeyChallengesPerClient, clientKey(origin.ip));
      await passkeys.keepChallenge(db, hash, "add", person.id);
      return passkeys.list(db, person.id);
    });
    return optionsToAdd(person, challenge, known);
  }),

  /**
   * Adds the passkey that the browser has created. Refuses `passkey_refused` for every fault of the answer,
   * `passkey_exists`, `too_many_passkeys`, `sign_in_again`, `verify_email`.
   */
  add: beforePasskey(
    refusing(
      ["passkey_refused", "passkey_exists", "too_many_passkeys", "verify_email", "passkey_required"],
      personStepsProcedure(addPasskey, "recent"),
    ),
  ).mutation(async ({ ctx, input }) => {
    const { person, step } = ctx;
    mustNotHaveOne(ctx);
    mayAdd(person);
    const answer = readAnswer(input.response);
    const asked = answer && (await step("write", (db) => passkeys.useChallenge(db, answer.challengeHash, "add")));
    const made = answer && asked?.userId === person.id ? await verifyAdded(answer) : null;
    if (!made) throw refuse("passkey_refused");
    await step("write", async (db) => {
      await personRow.lock(db, person.id);
      const total = await passkeys.total(db, person.id);
      if (total >= atMost) throw refuse("too_many_passkeys");
      // Another browser may have added one since `begin`: then that one has to be used here.
      if (ctx.waiting && total > 0) throw refuse("passkey_required");
      const id = await passkeys.add(db, person.id, { ...made, name: input.name });
      if (!id) throw refuse("passkey_exists");
      await passkeys.noteUsedIn(db, person.id, person.sessionId);
      await mailAccountNotice(db, person.email, "passkey-added", input.name);
      await audit.recordAccount(db, ctx, "account.passkey_added", { passkey: id, name: input.name });
    });
  }),

  /** Renames a passkey. */
  rename: refusing(["not_found"], personProcedure(renamePasskey, "any")).mutation(async ({ ctx, input }) => {
    const before = await passkeys.rename(ctx.db, ctx.person.id, input.passkeyId, input.name);
    if (before === undefined) throw refuse("not_found");
    await audit.recordAccount(ctx.db, ctx, "account.passkey_renamed", {
      passkey: input.passkeyId,
      before,
      after: input.name,
    });
  }),

  /**
   * Removes a passkey, so that it no longer signs the person in, and mails them. Refuses `sign_in_again`, `not_found`,
   * `last_way_in`. Refuses `last_passkey` when the person must have one, or when it is the last one of the break-glass
   * operator while sign-in is restricted, because only that operator may be able to undo the restriction.
   */
  remove: refusing(["not_found", "last_way_in", "last_passkey"], personProcedure(onePasskey, "recent")).mutation(
    async ({ ctx, input }) => {
      const { id: userId, sessionId } = ctx.person;
      // Requiring passkeys takes the same lock and then checks whether the break-glass operator has one.
      if (await operators.isOperator(ctx.db, userId)) await operators.lockOperators(ctx.db);
      await personRow.lock(ctx.db, userId);
      const name = await passkeys.remove(ctx.db, userId, input.passkeyId);
      if (name === undefined) throw refuse("not_found");
      await refuseWithoutWayIn(ctx.db, userId);
      const isRequired =
        (await passkeys.isMissing(ctx.db, userId, sessionId)) ||
        ((await operators.isBreakGlassNeeded(ctx.db, userId)) && (await passkeys.total(ctx.db, userId)) === 0);
      if (isRequired) throw refuse("last_passkey");
      await mailAccountNotice(ctx.db, ctx.person.email, "passkey-removed", name);
      await audit.recordAccount(ctx.db, ctx, "account.passkey_removed", { passkey: input.passkeyId, name });
    },
  ),
});

/**
 * Refuses to add a passkey while the session waits for an existing one: access to the mailbox alone must not be enough
 * for it.
 */
function mustNotHaveOne({ waiting }: SignedIn): void {
  if (waiting?.step === "use") throw refuse("passkey_required");
}

/** Checks that the person may add a permanent way to sign in: only one with a verified address may. */
function mayAdd(person: { isVerified: boolean }): void {
  if (!person.isVerified) throw refuse("verify_email");
}
