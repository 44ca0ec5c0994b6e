/** The types of details, by the names that the catalogue uses. A time can be a Date or its ISO text. */
export type Kinds = {
  text: string;
  number: number;
  flag: boolean;
  texts: readonly string[];
  numbers: readonly number[];
  moment: Date | string;
  settings: object;
};

export type Details = Record<string, keyof Kinds>;

export const download = {
  ...{ search: "text", userId: "text", action: "text", type: "text", thing: "text" },
  ...{ from: "text", to: "text", format: "text" },
} as const satisfies Details;
export const verdict = { flaw: "settings", whole: "number", hash: "text" } as const satisfies Details;
export const price = {
  ...{ from: "text", inputPrice: "number", outputPrice: "number", trainingPrice: "number", classPrices: "settings" },
  batchFactor: "number",
} as const satisfies Details;
export const provider = {
  ...{ name: "text", url: "text", models: "texts", tuned: "texts", allowedWorkspaces: "texts" },
  ...{ hasKey: "flag", isKeyChanged: "flag", isTested: "flag" },
} as const satisfies Details;
export const signInProvider = {
  ...{ name: "text", issuer: "text", clientId: "text", scope: "text", emailClaim: "text" },
  clientAuthentication: "text",
  ...{ protocol: "text", signInUrl: "text", signOutUrl: "text", certificates: "texts", subjectClaim: "text" },
  ...{ trustEmail: "flag", isTested: "flag", isSecretChanged: "flag", signsRequests: "flag" },
} as const satisfies Details;
export const offer = { role: "text", endsAt: "moment" } as const satisfies Details;
export const bounds = {
  ...{ scopes: "texts", models: "texts", ipRanges: "texts", origins: "texts" },
  ...{ requestsPerMinute: "number", tokensPerMinute: "number", monthlyLimit: "number" },
} as const satisfies Details;
export const departure = {
  ...{ role: "text", roleByAdmin: "text", endsAt: "moment" },
  ...{ revokedInvitations: "texts", withdrawnRequests: "texts", cancelledJobs: "texts", deletedFiles: "texts" },
  ...{ keptKeys: "texts", revokedKeys: "texts", rotatedKeys: "texts", privateModels: "texts" },
  ...{ keptWebhooks: "texts", removedWebhooks: "texts" },
} as const satisfies Details;
export const groupRule = { provider: "text", group: "text", role: "text" } as const satisfies Details;
export const inviteLink = {
  role: "text",
  maxUses: "number",
  days: "number",
  domain: "text",
} as const satisfies Details;
export const jobEnd = {
  status: "text",
  cost: "number",
  trainedTokens: "number",
  failure: "text",
} as const satisfies Details;
export const limitRequest = {
  ...{ request: "text", kind: "text", of: "text", measure: "text", amount: "number", until: "text" },
} as const satisfies Details;
export const mailRoute = {
  ...{ sentBy: "text", sender: "text", host: "text", port: "number", encryption: "text", hasLogin: "flag" },
} as const satisfies Details;
export const monthly = { monthlyLimit: "number" } as const satisfies Details;
export const moneyLimit = {
  of: "text",
  span: "text",
  limit: "number",
  raise: "settings",
  reason: "text",
} as const satisfies Details;
/** The details of the default settings for new workspaces, and for new personal ones. */
export const newDefaults = {
  ...{ newCeiling: "number", newRequestsPerMinute: "number", newTokensPerMinute: "number", newSeats: "number" },
  ...{ newMostRequestsPerMinute: "number", newMostTokensPerMinute: "number", newMostKeys: "number" },
  ...{ newMostMembers: "number", newMostFileMegabytes: "number" },
  ...{ newMaximumKeyDays: "number", newKeyCreators: "text", newDefaultRole: "text" },
  ...{ newExpiredMemberKeyAction: "text", newResponseDays: "number" },
  ...{ newModels: "texts", newProviders: "texts" },
} as const satisfies Details;
export const personalDefaults = {
  ...{ personalCeiling: "number", personalRequestsPerMinute: "number", personalTokensPerMinute: "number" },
  ...{ personalMostRequestsPerMinute: "number", personalMostTokensPerMinute: "number" },
  ...{ personalMostKeys: "number", personalMostFileMegabytes: "number" },
  ...{ personalMaximumKeyDays: "number", personalResponseDays: "number" },
  ...{ personalModels: "texts", personalProviders: "texts" },
} as const satisfies Details;
export const named = { name: "text" } as const satisfies Details;
export const perMinute = { requestsPerMinute: "number", tokensPerMinute: "number" } as const satisfies Details;
export const useCeilings = {
  ...perMinute,
  ...{ keys: "number", members: "number", fileMegabytes: "number" },
} as const satisfies Details;
export const route = {
  ...{ mode: "text", models: "texts", saverModel: "text", saverPercent: "number" },
} as const satisfies Details;
export const roleOnly = { role: "text" } as const satisfies Details;
export const preset = { name: "text", characters: "number", hasTools: "flag" } as const satisfies Details;
const retirement = { retiresAt: "moment", successor: "text", afterwards: "text" } as const satisfies Details;
const rehearsal = { until: "moment" } as const satisfies Details;
/** The actions on announced retirements of base models, a workspace's own models, and routes. */
export const retirementEvents = {
  ...{ "base_model.rehearsal_ended": rehearsal, "base_model.rehearsal_started": rehearsal },
  ...{ "base_model.retirement_cancelled": retirement, "base_model.retirement_set": retirement },
  ...{ "model.rehearsal_ended": rehearsal, "model.rehearsal_started": rehearsal },
  ...{ "model.retirement_cancelled": retirement, "model.retirement_set": retirement },
  ...{ "route.rehearsal_ended": rehearsal, "route.rehearsal_started": rehearsal },
  ...{ "route.retirement_cancelled": retirement, "route.retirement_set": retirement },
} as const;
export const upload = {
  ...{ filename: "text", bytes: "number", purpose: "text", visibility: "text", sha256: "text", lines: "number" },
  ...{ sampleType: "text", expiresAt: "moment", keyId: "text" },
} as const satisfies Details;
