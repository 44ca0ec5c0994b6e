import { z } from "zod";
import { parseMoney } from "@/server/usage/money";

const domainsMessage = "Enter domains like acme.com, separated by commas or spaces.";
const mostDomains = 100;
const withoutAt = (text: string) => text.replace(/^@/, "");
const isDomain = (text: string) =>
  text.length <= 253 && /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/.test(text);

/** Mail domains as they were typed: in lower case, each once. */
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
    const wrong = list.find((each) => !isDomain(each));
    if (wrong === undefined && list.length <= mostDomains) return list;
    context.addIssue({
      code: "custom",
      message: wrong
        ? `“${wrong.slice(0, 80)}” is no domain. ${domainsMessage}`
        : `Enter at most ${mostDomains} domains.`,
    });
    return z.NEVER;
  });

/** A whole number as it was typed; nothing typed is none. */
const whole = (least: number, most: number) =>
  z
    .string()
    .max(40, "Enter a whole number.")
    .default("")
    .transform((text, context) => {
      const typed = text.trim().replaceAll(",", "");
      if (typed === "") return null;
      const number = /^\d{1,12}$/.test(typed) ? Number(typed) : Number.NaN;
      if (number >= least && number <= most) return number;
      const message = `Enter a whole number from ${least} to ${most.toLocaleString("en")}.`;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    });

/** Money as it was typed, in micro-units; nothing typed is no ceiling. */
export const optionalMoney = z
  .string()
  .max(100, "Enter an amount in digits, such as 20 or 20.50.")
  .default("")
  .transform((text, context) => {
    if (text.trim() === "") return null;
    const parsed = parseMoney(text);
    if ("micro" in parsed) return parsed.micro;
    context.addIssue({ code: "custom", message: parsed.error });
    return z.NEVER;
  });

const namesOne = "Name at least one domain.";

/** Who may make an account. */
export const setSignUp = z
  .strictObject({
    signUp: z.enum(["all", "invited", "domains"], { error: "Choose who may sign up." }),
    signUpDomains: domains,
  })
  .refine(({ signUp, signUpDomains }) => signUp !== "domains" || signUpDomains.length > 0, {
    ...{ path: ["signUpDomains"], error: namesOne },
  });

/** Who may make workspaces. */
export const setCreators = z
  .strictObject({
    workspaceCreators: z.enum(["all", "domains", "operators"], { error: "Choose who may create workspaces." }),
    creatorDomains: domains,
    workspacesPerPerson: whole(0, 10_000),
    personal: z.enum(["allowed", "closed"], { error: "Choose whether there are personal workspaces." }),
  })
  .refine(({ workspaceCreators, creatorDomains }) => workspaceCreators !== "domains" || creatorDomains.length > 0, {
    ...{ path: ["creatorDomains"], error: namesOne },
  });

/** What a new workspace starts with. */
export const setDefaults = z.strictObject({
  newCeiling: optionalMoney,
  personalCeiling: optionalMoney,
  newRequestsPerMinute: whole(1, 1_000_000_000),
  newTokensPerMinute: whole(1, 1_000_000_000),
  newMaximumKeyDays: z.enum(["none", "30", "90", "180", "365"], { error: "Choose how long keys may live." }),
  newKeyCreators: z.enum(["developers", "admins"], { error: "Choose who creates keys." }),
});
