import { instanceLog } from "@/db/client";
import { instanceProcedure } from "@/server/api/instance-procedures";
import { refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { serviceAddresses } from "@/server/auth/saml/service";
import { limits } from "@/server/platform/throttling/limits";
import { addSamlProvider, updateSamlProvider } from "../input";
import { nameTaken, refuseNameOfEnvironment } from "../names";
import * as providers from "../queries";
import { fingerprintsOf, readDescribed } from "./described";

const limit = limits.providerChangesPerPerson;

/** Procedures to add and change SAML providers. All other procedures are the same for every provider. */
export const samlProvidersRouter = t.router({
  /**
   * Adds a provider, disabled. Refuses invalid values at their fields, `provider_name_taken`, `too_many_providers`,
   * `sign_in_again`.
   */
  addSamlProvider: refusing(
    ["provider_name_taken", "too_many_providers"],
    instanceProcedure(addSamlProvider, "recent", limit),
  ).mutation(async ({ ctx, input }) => {
    const { providerId: id, metadata, issuer, signInUrl, signOutUrl, certificates, ...values } = input;
    refuseNameOfEnvironment(values.name);
    const entered = { metadata, issuer, signInUrl, signOutUrl, certificates };
    const { wantsSignedRequests, ...described } = readDescribed(entered);
    if ((await providers.list(ctx.db)).length === providers.mostProviders) throw refuse("too_many_providers");
    const { entityId: clientId } = serviceAddresses({ id });
    const signsRequests = values.signsRequests || wantsSignedRequests;
    const row = { ...values, ...described, signsRequests, clientId, protocol: "saml" as const };
    if (!(await providers.add(ctx.db, { ...row, id }))) throw nameTaken();
    await audit.record(ctx.db, instanceLog, ctx, {
      action: "sign_in_provider.added",
      target: { type: "sign_in_provider", id },
      after: { ...row, certificates: fingerprintsOf(described.certificates) },
    });
    return { id };
  }),

  /**
   * Changes a provider; its entity ID and ours cannot change. Signatures by certificates that are no longer listed
   * become invalid at once. Refuses `not_found`, `provider_name_taken`, `sign_in_again`, and invalid values at their
   * fields.
   */
  updateSamlProvider: refusing(
    ["not_found", "provider_name_taken"],
    instanceProcedure(updateSamlProvider, "recent", limit),
  ).mutation(async ({ ctx, input }) => {
    const { providerId: id, metadata, signInUrl, signOutUrl, certificates, ...values } = input;
    const held = await providers.hold(ctx.db, id);
    if (held?.protocol !== "saml") throw refuse("not_found");
    refuseNameOfEnvironment(values.name);
    const { issuer } = held;
    const entered = { metadata, issuer, signInUrl, signOutUrl, certificates };
    const { issuer: _, wantsSignedRequests, ...described } = readDescribed(entered, issuer);
    const after = { ...values, signsRequests: values.signsRequests || wantsSignedRequests };
    if (await providers.isNameTaken(ctx.db, values.name, id)) throw nameTaken();
    await providers.update(ctx.db, id, { ...after, ...described });
    const { name, emailClaim, subjectClaim, trustEmail, signsRequests } = held;
    await audit.record(ctx.db, instanceLog, ctx, {
      action: "sign_in_provider.changed",
      target: { type: "sign_in_provider", id },
      before: {
        ...{ name, emailClaim, subjectClaim, trustEmail, signsRequests },
        ...{ signInUrl: held.signInUrl, signOutUrl: held.signOutUrl },
        certificates: fingerprintsOf(held.certificates ?? []),
      },
      after: { ...after, ...described, certificates: fingerprintsOf(described.certificates) },
    });
  }),
});
