import { z } from "zod";
import { typedCount } from "@/server/api/input";
import { optionalAmount } from "@/server/billing/input";
import { isDomainName } from "@/server/joining/domains/input";
import { listField, modelId } from "@/server/keys/fields";
import { maximumLifetimes } from "@/server/keys/policy/input";
import { setExpiredMemberKeyAction } from "@/server/members/offboarding/input";
import { capBounds, caps } from "@/server/platform/throttling/limits";
import { mostSeats, responseLifetimes, setDefaultRole, setKeyCreators } from "@/server/workspaces/policy/input";
import { mostOf } from "../ceilings/input";

const domainsMessage = "Enter domains like acme.com, separated by commas or spaces.";
const mostDomains = 100;
const withoutAt = (text: string) => text.replace(/^@/, "");

/** Mail domains as they were typed, in lower case and without duplicates. */
const domains = z
  .string({ error: domainsMessage })
  .max(20_000, domainsMessage)
  .default("")
  .transform((text, context) => {
    const typed = text
      .normalize("NFKC")
      .toLowerCase()
      .split(/[\s,;]+/);
    const list = [...new Set(typed.map(withoutAt).filter(Boolean))];
    const wrong = list.find((each) => !isDomainName(each));
    if (wrong === undefined && list.length <= mostDomains) return list;
    context.addIssue({
      code: "custom",
      message: wrong
        ? `“${wrong.slice(0, 80)}” is no domain. ${domainsMessage}`
        : `Enter at most ${mostDomains} domains.`,
    });
    return z.NEVER;
  });

const perMinute = typedCount(1, 1_000_000_000);
const namesOne = "Name at least one domain.";

/** Who may create an account. */
export const setSignUp = z
  .strictObject({
    signUp: z.enum(["all", "invited", "domains"], { error: "Choose who may sign up." }),
    signUpDomains: domains,
  })
  .refine(({ signUp, signUpDomains }) => signUp !== "domains" || signUpDomains.length > 0, {
    ...{ path: ["signUpDomains"], error: namesOne },
  });

/** Who may create workspaces. */
export const setCreators = z
  .strictObject({
    workspaceCreators: z.enum(["all", "domains", "operators"], { error: "Choose who may create workspaces." }),
    creatorDomains: domains,
    workspacesPerPerson: typedCount(0, 10_000),
    personal: z.enum(["allowed", "closed"], { error: "Choose whether there are personal workspaces." }),
  })
  .refine(({ workspaceCreators, creatorDomains }) => workspaceCreators !== "domains" || creatorDomains.length > 0, {
    ...{ path: ["creatorDomains"], error: namesOne },
  });

const keyDays = z.enum(maximumLifetimes, { error: "Choose how long keys may live." });
const responseDays = z.enum(responseLifetimes, { error: "Choose how long responses are kept." });

/** The models that a workspace may use, with `*` for any characters; empty: all. */
export const allowedModels = listField(100, modelId, {
  wrong: "“{entry}” is not a model id or pattern.",
  tooMany: "Enter at most 100 models.",
}).transform((list) => list ?? null);

/** The servers that a workspace may use, by name; empty: all. */
export const allowedProviders = listField(100, (name) => (name.length <= 60 ? name.normalize("NFC") : undefined), {
  wrong: "“{entry}” is too long for a provider's name.",
  tooMany: "Enter at most 100 providers.",
}).transform((list) => list ?? null);

/** The default settings of a new workspace. */
const defaults = z.strictObject({
  newCeiling: optionalAmount,
  newMostRequestsPerMinute: mostOf.requestsPerMinute,
  newMostTokensPerMinute: mostOf.tokensPerMinute,
  newMostKeys: mostOf.keys,
  newMostMembers: mostOf.members,
  newMostFileMegabytes: mostOf.fileMegabytes,
  newRequestsPerMinute: perMinute,
  newTokensPerMinute: perMinute,
  newMaximumKeyDays: keyDays,
  newKeyCreators: setKeyCreators.shape.keyCreators,
  newSeats: typedCount(1, mostSeats),
  newDefaultRole: setDefaultRole.shape.role,
  newExpiredMemberKeyAction: setExpiredMemberKeyAction.shape.keys,
  newResponseDays: responseDays,
  newModels: allowedModels,
  newProviders: allowedProviders,
});

export const setDefaults = defaults.refine(
  ({ newSeats, newMostMembers }) => newSeats === null || newMostMembers === null || newSeats <= newMostMembers,
  { path: ["newSeats"], error: "Enter no more than the ceiling of members." },
);

/** The default settings of a new personal workspace. */
export const setPersonalDefaults = z.strictObject({
  personalCeiling: optionalAmount,
  personalMostRequestsPerMinute: mostOf.requestsPerMinute,
  personalMostTokensPerMinute: mostOf.tokensPerMinute,
  personalMostKeys: mostOf.keys,
  personalMostFileMegabytes: mostOf.fileMegabytes,
  personalRequestsPerMinute: perMinute,
  personalTokensPerMinute: perMinute,
  personalMaximumKeyDays: keyDays,
  personalResponseDays: responseDays,
  personalModels: allowedModels,
  personalProviders: allowedProviders,
});

export type { CapName } from "@/server/platform/throttling/limits";

/** The limits against abuse, by name; an empty one is the default. */
export const setAbuseCaps = z.strictObject(
  Object.fromEntries(
    caps.map((limit) => {
      const { least, most } = capBounds(limit);
      return [limit.name, typedCount(least, most)];
    }),
  ),
);
