import { z } from "zod";
import { type KeyScope, keyScopes } from "@/server/access/key-scopes";
import { properName } from "@/server/api/input";
import { ipRange, listField, microUnits, modelId, numberField, pageOrigin, positiveInteger, tick } from "./fields";

/** How long a key lives, in days; "never" has no end. */
export const expirations = ["30", "90", "180", "365", "never"] as const;

const whenItExpires = "Choose when the key expires.";

/** A form always sends an empty scope too, so that "no box ticked" differs from a missing field. */
const scopes = z
  .union([z.enum([...keyScopes, ""]), z.array(z.enum([...keyScopes, ""])).max(20)], { error: "Choose from the list." })
  .transform((chosen) => keyScopes.filter((scope): scope is KeyScope => [chosen].flat().includes(scope)))
  .refine((chosen) => chosen.length > 0, "Choose at least one.")
  .optional();

const name = properName("The key name");

const reach = {
  scopes,
  models: listField(100, modelId, {
    wrong: "“{entry}” is no model's id: it has no spaces and at most 200 characters.",
    tooMany: "Name at most 100 models, one a line.",
  }),
  ipRanges: listField(50, ipRange, {
    wrong: "“{entry}” is no range of addresses. Write one like 203.0.113.0/24 or 2001:db8::/32.",
    tooMany: "Give at most 50 ranges, one a line.",
  }),
  origins: listField(20, pageOrigin, {
    wrong: "“{entry}” is no origin of a page. Write one like https://app.example.com or http://localhost:5173.",
    tooMany: "Give at most 20 origins, one a line.",
  }),
  requestsPerMinute: numberField(positiveInteger, "Enter a whole number from 1 on, or nothing."),
  tokensPerMinute: numberField(positiveInteger, "Enter a whole number from 1 on, or nothing."),
  monthlyLimit: numberField(microUnits, "Enter an amount such as 25 or 12.50, or nothing."),
};

export const createKey = z.strictObject({
  name,
  /** Left out or empty: 90 days, or as long as the workspace's policy allows if that is less. */
  expiration: z.enum(["", ...expirations], { error: whenItExpires }).default(""),
  isService: tick,
  ...reach,
});

const keyId = z.string().regex(/^[0-9A-Za-z]{12}$/);

export const oneKey = z.strictObject({ keyId });

export const updateKey = z.strictObject({
  keyId,
  name: name.optional(),
  expiration: z.enum(["keep", ...expirations], { error: whenItExpires }).default("keep"),
  /**
   * With it, a change that would have refused calls of the last 30 days is refused first, with a sentence about these
   * calls. Without it the change is made.
   */
  asksFirst: tick,
  isSure: tick,
  ...reach,
});

/** For how many hours the old secret stays valid beside the new one. */
export const overlaps = ["0", "1", "24"] as const;

export const rotateKey = z.strictObject({
  keyId,
  overlap: z.enum(overlaps, { error: "Choose how long the old key goes on working." }).default("24"),
});
