import { type Db, instanceLog } from "@/db/client";
import { instanceProcedure, instanceStepsProcedure } from "@/server/api/instance-procedures";
import { noInput, refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { newSealedKeys } from "@/server/auth/saml/keys";
import { shownCertificate } from "@/server/platform/saml/certificates";
import { limits } from "@/server/platform/throttling/limits";
import { oneSamlKey } from "./input";
import * as keys from "./queries";

const limit = limits.providerChangesPerPerson;

/**
 * Procedures for the key pair of this instance that SAML providers know, and its replacement while both pairs are
 * valid.
 */
export const samlKeysRouter = t.router({
  /** Returns the key pairs: none before one was needed, one, or two of which the first signs. */
  samlKeys: instanceProcedure(noInput).query(async ({ ctx }) => (await keys.list(ctx.db)).map(shown)),

  /**
   * Creates a second key pair: our metadata has both, and both can decrypt. Refuses `state_changed` when there is no
   * pair yet or there are two, `sign_in_again`.
   */
  addSamlKey: refusing(["state_changed"], instanceStepsProcedure(noInput, "recent", limit)).mutation(
    async ({ ctx }) => {
      const mayAdd = async (db: Db) => (await keys.list(db)).length === 1;
      if (!(await ctx.step("read", mayAdd))) throw refuse("state_changed");
      const made = await newSealedKeys();
      await ctx.step("write", async (db) => {
        const [signing] = await keys.hold(db);
        if (!signing || !(await keys.addBeside(db, signing, made))) throw refuse("state_changed");
        await record(db, ctx, "saml_key.added", made.certificate);
      });
    },
  ),

  /**
   * Makes the second key pair the signing one. Refuses `state_changed` when it does not exist or signs already,
   * `sign_in_again`.
   */
  signWithSamlKey: refusing(["state_changed"], instanceProcedure(oneSamlKey, "recent", limit)).mutation(
    async ({ ctx, input }) => {
      const { id, certificate } = await holdOther(ctx.db, input.fingerprint);
      await keys.sign(ctx.db, id);
      await record(ctx.db, ctx, "saml_key.signs", certificate);
    },
  ),

  /**
   * Removes the key pair that does not sign: assertions encrypted for it can no longer be read. Refuses `state_changed`
   * when it does not exist or signs, `sign_in_again`.
   */
  removeSamlKey: refusing(["state_changed"], instanceProcedure(oneSamlKey, "recent", limit)).mutation(
    async ({ ctx, input }) => {
      const { id, certificate } = await holdOther(ctx.db, input.fingerprint);
      await keys.remove(ctx.db, id);
      await record(ctx.db, ctx, "saml_key.removed", certificate);
    },
  ),
});

const shown = ({ certificate, signsSince, createdAt }: keys.ListedKey, index: number) => {
  const { fingerprint, validTo } = shownCertificate(certificate);
  return { fingerprint, validTo, certificate, createdAt, signsSince: index === 0 ? signsSince : null };
};

/**
 * Returns the pair that does not sign, locked until the transaction ends. Refuses `state_changed` unless it has this
 * fingerprint.
 */
async function holdOther(db: Db, fingerprint: string): Promise<keys.ListedKey> {
  const [, other] = await keys.hold(db);
  if (!other || shownCertificate(other.certificate).fingerprint !== fingerprint) throw refuse("state_changed");
  return other;
}

const record = (
  db: Db,
  actor: audit.Actor,
  action: "saml_key.added" | "saml_key.signs" | "saml_key.removed",
  certificate: string,
) => {
  const { fingerprint } = shownCertificate(certificate);
  return audit.record(db, instanceLog, actor, {
    action,
    target: { type: "instance", id: fingerprint },
    [action === "saml_key.removed" ? "before" : "after"]: { fingerprint },
  });
};
