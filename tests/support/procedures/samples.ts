import { randomInt, randomUUID } from "node:crypto";
import { answerToken } from "@/server/joining/invitations/by-mail/link";
import { avatarHash, challengeOf, type World } from "./world";

export type Input = Record<string, unknown>;

/** A PNG. */
const onePixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const byLink = ({ linkToken }: World) => ({ token: linkToken });
const byMail = ({ workspace: { id }, ids: { invitationId } }: World) => ({ token: answerToken(id, invitationId) });
const byKeyAndMember = ({ ids: { workspace, userId, keyId } }: World) => ({ workspace, userId, keyId });
const bySlug = ({ ids: { workspace } }: World) => ({ slug: workspace });
const ofTheKey = ({ ids: { keyId } }: World) => ({ of: `key:${keyId}` });
const byTheDay = (world: World) => ({ ...ofTheKey(world), span: "day" });
const ofTheInstance = ({ instanceProviderId: providerId }: World) => ({ providerId });
const aProvider = { address: "https://192.0.9.9/v1", isForced: "on" };
const ofSignIn = ({ signInProviderId: providerId }: World) => ({ providerId });
const aSignInRule = ({ signInProviderId: provider, workspace: { slug } }: World) => ({
  domain: `${slug}.com`,
  provider,
});
const aSignInProvider = { clientId: "atelier", secret: "a-secret" };
const aRule = { mode: "weighted", models: ["priced", "small"], weights: ["3", ""] };
const ofTheJob = ({ ids: { jobId } }: World) => ({ model: "small", trainingFiles: [jobId] });

/**
 * For each procedure the fields of its input that inputs.ts cannot fill in by their names, as values that the procedure
 * takes. One line a procedure, in the order of the alphabet.
 */
export const samples: Record<string, Input | ((world: World) => Input)> = {
  "account.avatar": { hash: avatarHash },
  "account.changeEmail": ({ workspace: { slug } }) => ({ email: `another-${slug}@example.com` }),
  "account.chooseMails": { topics: ["join-request"] },
  "account.confirmEmail": ({ changeToken }) => ({ token: changeToken }),
  "account.exportPart": { section: "sessions" },
  "account.exportWorkspacePart": ({ workspace: { id } }) => ({ section: "keys", workspaceId: id }),
  "account.inspectEmailChange": ({ changeToken }) => ({ token: changeToken }),
  "account.remove": ({ caller }) => ({ confirmation: caller.person.email }),
  "account.setAvatar": { picture: onePixel },
  "account.unlink": { provider: "github" },
  "account.update": { name: "Ada Lovelace" },
  "audit.export": { search: "workspace" },
  "audit.list": { search: "workspace" },
  "audit.startExport": { format: "csv", action: "key.*" },
  "batches.create": ({ ids: { batchId } }) => ({ fileId: batchId, endpoint: "/v1/chat/completions" }),
  "billing.sealedPart": { month: "2026-11", from: 1, last: 10 },
  "billing.setLimit": { limit: "20.50" },
  "billing.setWebhook": { url: "https://hooks.example.com/services/T0/B0/secret" },
  "billing.setMemberLimit": { limit: "5" },
  "billing.setThresholds": { thresholds: "60, 90" },
  "billing.tryLimit": { limit: "20.50" },
  "budgets.askForModel": { model: "some-model" },
  "budgets.askForRaise": (world) => ({ ...byTheDay(world), limit: "20.50", reason: "A longer evaluation." }),
  "budgets.askForRate": { of: "model:limited", measure: "requests", limit: "120" },
  "budgets.endRaise": byTheDay,
  "budgets.get": ofTheKey,
  "budgets.raise": (world) => ({ ...byTheDay(world), limit: "20.50", until: new Date().toISOString().slice(0, 10) }),
  "budgets.remove": byTheDay,
  "budgets.set": (world) => ({ ...byTheDay(world), limit: "20.50" }),
  "budgets.try": (world) => ({ ...byTheDay(world), limit: "20.50" }),
  "domains.add": ({ ids: { workspace } }) => ({ domain: `new-${workspace}.com`, mode: "join" }),
  "domains.setMode": { mode: "request" },
  "fineTuning.create": ofTheJob,
  "fineTuning.dryRun": ofTheJob,
  "instance.addProvider": ({ workspace: { slug } }) => ({ ...aProvider, name: `Another ${slug}` }),
  "instance.addOperator": ({ caller }) => ({ email: caller.person.email }),
  "instance.auditList": { search: "operator" },
  "instance.auditPart": { action: "operator.*" },
  "instance.deactivate": { keys: "revoke" },
  "instance.hardwareCost": { model: "small", hourly: "2.50" },
  "instance.importPrices": { list: "model,input\nsmall,0.20", from: "2026-01-01" },
  "instance.previewPrices": { list: "model,input\nsmall,0.20", from: "2026-01-01" },
  "instance.provider": ofTheInstance,
  "instance.removePrice": { model: "priced", from: "2026-01-01" },
  "instance.addSignInProvider": ({ workspace: { slug } }) => ({
    ...{ ...aSignInProvider, providerId: randomUUID(), name: `Next ${slug}`.slice(0, 40) },
    ...{ issuer: "https://192.0.9.9/realm", isForced: "on" },
  }),
  "instance.newSignInProvider": ofSignIn,
  "instance.removeSignInProvider": ofSignIn,
  "instance.setSignInProviderState": (world) => ({ ...ofSignIn(world), state: "enabled" }),
  "instance.planSignInRule": aSignInRule,
  "instance.removeSignInRule": ({ workspace: { slug } }) => ({ domain: `${slug}.com` }),
  "instance.setBreakGlass": ({ operators }) => ({ userId: operators[1].person.id }),
  "instance.setSignInRule": (world) => ({ ...aSignInRule(world), lockedOut: "0" }),
  "instance.signInProvider": ofSignIn,
  "instance.updateSignInProvider": (world) => ({
    ...{ ...ofSignIn(world), ...aSignInProvider },
    name: `Renamed ${world.workspace.slug}`.slice(0, 40),
  }),
  "instance.setPrice": { model: "small", from: "2026-01-01", input: "0.20" },
  "instance.removeProvider": ofTheInstance,
  "instance.setOwnProviders": { own: "allowed" },
  "instance.setProviderState": (world) => ({ ...ofTheInstance(world), state: "draining" }),
  "instance.testProvider": ofTheInstance,
  "instance.updateProvider": (world) => ({ ...ofTheInstance(world), ...aProvider }),
  "instance.removeOperator": ({ operators }) => ({ userId: operators[1].person.id }),
  "instance.deletedWorkspace": bySlug,
  "instance.deleteWorkspace": ({ workspace: { slug, name } }) => ({ slug, confirmation: name }),
  "instance.manyAtStake": ({ workspace: { slug } }) => ({ slugs: [slug] }),
  "instance.restoreWorkspace": bySlug,
  "instance.setStates": ({ workspace: { slug } }) => ({ slugs: slug, change: "suspend" }),
  "instance.resume": bySlug,
  // Another number each time: what changes nothing writes no row.
  "instance.setAbuseCaps": () => ({ "sign-in-domain": String(randomInt(400, 30_000)) }),
  "instance.setCeilings": (world) => ({ ...bySlug(world), month: "20" }),
  "instance.setCreators": { workspaceCreators: "all", personal: "allowed" },
  "instance.setDefaults": {
    ...{ newMaximumKeyDays: "none", newKeyCreators: "developers", newDefaultRole: "developer" },
    ...{ newExpiredMemberKeyAction: "revoke", newResponseDays: "none" },
  },
  "instance.setPersonalDefaults": { personalMaximumKeyDays: "none", personalResponseDays: "none" },
  "instance.setSignUp": { signUp: "all" },
  "instance.startAuditExport": { format: "csv" },
  "instance.suspend": (world) => ({ ...bySlug(world), reason: "Unpaid" }),
  "instance.workspace": bySlug,
  "invitations.create": { emails: "other@else.example", role: "viewer" },
  "invitations.createMany": { list: "other@else.example,viewer" },
  "invitations.declineByMail": byMail,
  "invitations.inspectByMail": byMail,
  "invitations.previewMany": { list: "other@else.example", role: "viewer" },
  "invitations.reportByMail": byMail,
  "inviteLinks.ask": byLink,
  "inviteLinks.create": { role: "viewer", maxUses: "5", days: "7", domain: "" },
  "inviteLinks.inspect": byLink,
  "inviteLinks.join": byLink,
  "joinRequests.approve": { role: "viewer" },
  "joining.askAtPage": bySlug,
  "joining.page": bySlug,
  "joining.setPage": { isOpen: false },
  "keys.create": { name: "Production", expiration: "30" },
  "keys.fixMany": ({ ids: { keyId } }) => ({ keyIds: [keyId], fix: "disable" }),
  "keys.rotate": { overlap: "1" },
  "keys.setPolicy": { maximumDays: "90" },
  "keys.update": { name: "Another name" },
  "limits.removeRate": { model: "limited" },
  "limits.setRate": { model: "", requestsPerMinute: "60" },
  "mailbox.get": { id: "some-mail" },
  "members.avatar": { hash: avatarHash },
  "members.changeRole": { role: "developer" },
  "members.setEnd": { until: "2030-01-31" },
  "members.setExpiredMemberKeyAction": { keys: "keep" },
  "models.move": { confirmation: "Support bot" },
  "models.register": { upstream: "a-lora", name: "A LoRA" },
  "models.remove": { confirmation: "Support bot" },
  "models.setVisibility": { visibility: "private" },
  "models.update": { name: "Another name" },
  "palette.search": { search: "key" },
  "passkeys.add": ({ passkey, caller }) => ({
    name: "Work laptop",
    response: passkey.answerToAdd(challengeOf(caller.person.id)),
  }),
  "passkeys.rename": { name: "Another laptop" },
  "providers.addProvider": { prefix: "another", ...aProvider },
  "providers.setProviderState": { state: "draining" },
  "providers.updateProvider": aProvider,
  "roleRequests.approve": { role: "viewer" },
  "roleRequests.ask": { role: "billing" },
  "routes.create": { routeName: "another", ...aRule },
  "routes.update": aRule,
  "usage.export": byKeyAndMember,
  "usage.filters": byKeyAndMember,
  "usage.recent": byKeyAndMember,
  "usage.report": byKeyAndMember,
  "viewing.start": { role: "viewer" },
  "workspaces.create": () => ({ name: "Acme", kind: "organization", creationKey: randomUUID() }),
  "workspaces.remove": ({ workspace: { name } }) => ({ confirmation: name }),
  "workspaces.rename": { name: "Another name" },
  "workspaces.restore": bySlug,
  "workspaces.setDefaultRole": { role: "viewer" },
  "workspaces.setEmoji": { emoji: "🚀" },
  "workspaces.setKeyCreators": { keyCreators: "admins" },
  "workspaces.setPicture": { picture: onePixel },
  "workspaces.setResponseDays": { days: "7" },
  "workspaces.setSeats": { seats: "1000" },
  "workspaces.setSlug": ({ ids: { workspace } }) => ({ slug: `${workspace}-moved` }),
};
