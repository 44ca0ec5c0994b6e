import type { AuditAction } from "./catalogue";

/** The types of details, by the names that the catalogue uses. A moment can be a Date or its ISO form. */
type Kinds = {
  text: string;
  number: number;
  flag: boolean;
  texts: readonly string[];
  numbers: readonly number[];
  moment: Date | string;
  settings: object;
};

type Details = Record<string, keyof Kinds>;

const download = {
  ...{ search: "text", userId: "text", action: "text", type: "text", thing: "text" },
  ...{ from: "text", to: "text", format: "text" },
} as const satisfies Details;
const verdict = { flaw: "settings", whole: "number", hash: "text" } as const satisfies Details;
const price = {
  ...{ from: "text", inputPrice: "number", outputPrice: "number", trainingPrice: "number", classPrices: "settings" },
  batchFactor: "number",
} as const satisfies Details;
const provider = {
  ...{ name: "text", url: "text", models: "texts", allowedWorkspaces: "texts" },
  ...{ hasKey: "flag", isKeyChanged: "flag", isTested: "flag" },
} as const satisfies Details;
const signInProvider = {
  ...{ name: "text", issuer: "text", clientId: "text", scope: "text", emailClaim: "text" },
  clientAuthentication: "text",
  ...{ trustEmail: "flag", isTested: "flag", isSecretChanged: "flag" },
} as const satisfies Details;
const offer = { role: "text", endsAt: "moment" } as const satisfies Details;
const bounds = {
  ...{ scopes: "texts", models: "texts", ipRanges: "texts", origins: "texts" },
  ...{ requestsPerMinute: "number", tokensPerMinute: "number", monthlyLimit: "number" },
} as const satisfies Details;
const departure = {
  ...{ role: "text", endsAt: "moment" },
  ...{ revokedInvitations: "texts", withdrawnRequests: "texts", cancelledJobs: "texts", deletedFiles: "texts" },
  ...{ keptKeys: "texts", revokedKeys: "texts", rotatedKeys: "texts", privateModels: "texts" },
} as const satisfies Details;
const inviteLink = { role: "text", maxUses: "number", days: "number", domain: "text" } as const satisfies Details;
const jobEnd = { status: "text", cost: "number", trainedTokens: "number", failure: "text" } as const satisfies Details;
const limitRequest = {
  ...{ request: "text", kind: "text", of: "text", measure: "text", amount: "number", until: "text" },
} as const satisfies Details;
const monthly = { monthlyLimit: "number" } as const satisfies Details;
const moneyLimit = {
  of: "text",
  span: "text",
  limit: "number",
  raise: "settings",
  reason: "text",
} as const satisfies Details;
const named = { name: "text" } as const satisfies Details;
const perMinute = { requestsPerMinute: "number", tokensPerMinute: "number" } as const satisfies Details;
const route = {
  ...{ mode: "text", models: "texts", saverModel: "text", saverPercent: "number" },
} as const satisfies Details;
const preset = { name: "text", characters: "number", hasTools: "flag" } as const satisfies Details;
const roleOnly = { role: "text" } as const satisfies Details;

/**
 * The details that a row of each action can keep, before and after the change. A detail that is not listed here does not
 * compile, and `every-change.test.ts` holds the rows to it. No detail is ever a secret.
 */
export const auditDetails = {
  "appearance.changed": {
    ...{ productName: "text", supportEmail: "text", bannerTone: "text", bannerText: "text", termsUrl: "text" },
  },
  "appearance.logo_changed": { picture: "number" },
  "audit.exported": download,
  "audit.verified": verdict,
  "batch.cancel_requested": { status: "text", completed: "number", failed: "number", total: "number", keyId: "text" },
  "batch.created": {
    ...{ endpoint: "text", model: "text", file: "text", lines: "number", hours: "number", keyId: "text" },
  },
  "domain.added": { mode: "text", isVerified: "flag" },
  "domain.lapsed": {},
  "domain.mode_changed": { mode: "text" },
  "domain.removed": {},
  "domain.verified": { proof: "text" },
  "file.deleted": { filename: "text", bytes: "number", purpose: "text", visibility: "text", keyId: "text" },
  "file.expired": { filename: "text" },
  "file.uploaded": {
    ...{ filename: "text", bytes: "number", purpose: "text", visibility: "text", sha256: "text", lines: "number" },
    ...{ sampleType: "text", expiresAt: "moment", keyId: "text" },
  },
  "fine_tuning.cancel_requested": { status: "text", step: "number", keyId: "text" },
  "fine_tuning.cancelled": jobEnd,
  "fine_tuning.created": {
    ...{ model: "text", suffix: "text", isAutoStart: "flag", hyperparameters: "settings", estimatedCost: "number" },
    ...{ trainingFiles: "texts", validationFiles: "texts", keyId: "text" },
  },
  "fine_tuning.failed": jobEnd,
  "fine_tuning.started": { status: "text", trainTokens: "number", estimatedCost: "number", keyId: "text" },
  "fine_tuning.succeeded": jobEnd,
  "instance.audit_exported": download,
  "instance.audit_verified": verdict,
  "invitation.accepted": { ...offer, invitation: "text", invitedBy: "text" },
  "invitation.created": offer,
  "invitation.declined": offer,
  "invitation.declined_by_mail": offer,
  "invitation.link_made": offer,
  "invitation.reported": offer,
  "invitation.reported_by_mail": offer,
  "invitation.resent": offer,
  "invitation.revoked": offer,
  "invite_link.ended": {},
  "invite_link.made": inviteLink,
  "invite_link.replaced": inviteLink,
  "join_page.closed": {},
  "join_page.opened": {},
  "join_request.approved": offer,
  "join_request.declined": {},
  "join_request.made": {},
  "join_request.withdrawn": {},
  "key.created": { ...bounds, name: "text", lastFour: "text", expiresAt: "moment", isService: "flag" },
  "key.disabled": named,
  "key.enabled": named,
  "key.kept": { name: "text", isService: "flag", from: "text" },
  "key.leaked": { name: "text", url: "text", source: "text", type: "text" },
  "key.policy_changed": { maximumDays: "number" },
  "key.restored": named,
  "key.revoked": named,
  "key.rotated": {
    ...{ name: "text", lastFour: "text", expiresAt: "moment", oldExpiresAt: "moment" },
    ...{ isService: "flag", replacedBy: "text", endedKeys: "texts" },
  },
  "key.updated": { ...bounds, name: "text", expiresAt: "moment" },
  "limit_request.approved": limitRequest,
  "limit_request.declined": limitRequest,
  "limit_request.forwarded": limitRequest,
  "limit_request.withdrawn": limitRequest,
  "mail.retried": { mails: "number", kind: "text" },
  "mail.tested": { sentBy: "text", isSent: "flag", step: "text" },
  "member.deactivated": {},
  "member.reactivated": {},
  "member.end_changed": { endsAt: "moment" },
  "member.ended": departure,
  "member.joined_by_domain": { ...offer, domain: "text" },
  "member.joined_by_link": { ...offer, link: "text" },
  "member.left": departure,
  "member.limit_removed": monthly,
  "member.limit_set": monthly,
  "member.removed": departure,
  "member.role_changed": roleOnly,
  "model.archived": { keyId: "text" },
  "model.created": { status: "text", cost: "number", trainedTokens: "number", jobId: "text" },
  "model.deleted": {
    ...{ name: "text", origin: "text", base: "text", modelServer: "text", upstream: "text", keyId: "text" },
  },
  "model.moved_away": { ...named, visibility: "text", createdBy: "text", to: "text", workspaceName: "text" },
  "model.moved_here": { ...named, from: "text", workspaceName: "text" },
  "model.reassigned": { createdBy: "text" },
  "model.registered": { ...named, base: "text", visibility: "text", upstream: "text" },
  "model.requested": { of: "text", reason: "text" },
  "model.restored": { keyId: "text" },
  "model.share_ended": { with: "text", workspaceName: "text", endsAt: "moment" },
  "model.share_ended_here": { by: "text", workspaceName: "text", modelName: "text" },
  "model.shared": { with: "text", workspaceName: "text", endsAt: "moment" },
  "model.shared_here": { by: "text", workspaceName: "text", modelName: "text", endsAt: "moment" },
  "model.updated": { ...named, description: "text", keyId: "text" },
  "model.visibility_changed": { visibility: "text", members: "texts" },
  "person.deactivated": { keys: "text", revoked: "number" },
  "person.exported": {},
  "person.reactivated": {},
  "operator.added": {},
  "operator.first": {},
  "operator.left": {},
  "operator.named": {},
  "operator.removed": {},
  "permission.refused": { permission: "text", role: "text" },
  "price.removed": price,
  "price.set": price,
  "prices.imported": { added: "number", changed: "number", leftOut: "number" },
  "provider.added": provider,
  "provider.changed": provider,
  "provider.own_changed": { areOwnProvidersAllowed: "flag", ownProviderRanges: "texts" },
  "provider.removed": provider,
  "provider.state_changed": { ...named, state: "text" },
  "provider.tested": { ...named, isWorking: "flag" },
  "rate_limit.raise_requested": { of: "text", measure: "text", limit: "number", reason: "text" },
  "rate_limit.removed": perMinute,
  "rate_limit.set": perMinute,
  "role_request.approved": roleOnly,
  "role_request.declined": roleOnly,
  "role_request.made": roleOnly,
  "role_request.withdrawn": {},
  "sign_in_provider.added": signInProvider,
  "sign_in_provider.changed": signInProvider,
  "sign_in_provider.removed": { ...named, issuer: "text", unlinked: "number" },
  "sign_in_provider.state_changed": { ...named, isEnabled: "flag" },
  "sign_in_provider.tested": { ...named, outcome: "text" },
  "sign_in_rule.break_glass_set": { person: "text" },
  "sign_in_rule.removed": { domain: "text", provider: "text" },
  "sign_in_rule.set": { domain: "text", provider: "text", lockedOut: "number" },
  "sign_up.caps_changed": { caps: "settings" },
  ...{ "preset.created": preset, "preset.deleted": preset, "preset.updated": preset },
  ...{ "route.created": route, "route.deleted": route, "route.updated": route },
  "sign_up.changed": { signUp: "text", signUpDomains: "texts" },
  "sign_up.creators_changed": {
    ...{ workspaceCreators: "text", creatorDomains: "texts" },
    ...{ workspacesPerPerson: "number", arePersonalAllowed: "flag" },
  },
  "sign_up.defaults_changed": {
    ...{ newCeiling: "number", newRequestsPerMinute: "number", newTokensPerMinute: "number", newSeats: "number" },
    ...{ newMaximumKeyDays: "number", newKeyCreators: "text", newDefaultRole: "text" },
    ...{ newExpiredMemberKeyAction: "text", newResponseDays: "number" },
  },
  "sign_up.personal_defaults_changed": {
    ...{ personalCeiling: "number", personalRequestsPerMinute: "number", personalTokensPerMinute: "number" },
    ...{ personalMaximumKeyDays: "number", personalResponseDays: "number" },
  },
  "spend.alerted": { ...moneyLimit, percent: "number", spent: "number", monthlyLimit: "number" },
  "spend.alerts_changed": { thresholds: "numbers" },
  "spend.budget_raised": moneyLimit,
  "spend.budget_removed": moneyLimit,
  "spend.budget_set": moneyLimit,
  "spend.limit_removed": monthly,
  "spend.limit_set": monthly,
  "spend.webhook_removed": { host: "text" },
  "spend.webhook_set": { host: "text" },
  "spend.webhook_tested": { host: "text" },
  "workspace.ceiling_declined": limitRequest,
  "workspace.ceiling_granted": limitRequest,
  "workspace.ceilings_changed": { day: "number", week: "number", month: "number", total: "number" },
  "spend.raise_ended": moneyLimit,
  "spend.raise_requested": moneyLimit,
  "workspace.created": { ...named, kind: "text", slug: "text" },
  "workspace.deleted": named,
  "workspace.icon_changed": { emoji: "text", picture: "number" },
  "workspace.keys_of_ended_changed": { fate: "text" },
  "workspace.policy_changed": { defaultRole: "text", keyCreators: "text", seats: "number", responseDays: "number" },
  "workspace.purged": {},
  "workspace.renamed": named,
  "workspace.restored": named,
  "workspace.resumed": {},
  "workspace.suspended": { reason: "text" },
  "workspace.slug_changed": { slug: "text" },
} as const satisfies Record<AuditAction, Details>;

type DetailsOf<Listed> = [keyof Listed] extends [never]
  ? Record<string, never>
  : { [Name in keyof Listed]?: Kinds[Extract<Listed[Name], keyof Kinds>] | null | undefined };

/** The details of an action's row, before or after the change. */
export type AuditDetails<Action extends AuditAction> = DetailsOf<(typeof auditDetails)[Action]>;
