import { z } from "zod";

/** What becomes of a key whose maker leaves: it passes to the workspace, or it ends. */
export const keyFates = ["keep", "revoke"] as const;

export type KeyFate = (typeof keyFates)[number];

/** How many of each are shown on the sheet; what is beyond them follows what was chosen for all. */
export const mostShown = 50;

/** A decision about one key, as its field sends it; an empty one leaves it to what was chosen for all. */
const keyDecision = z
  .string()
  .max(30)
  .regex(/^((keep|revoke):[0-9A-Za-z]{12})?$/);

const keyDecisions = z
  .union([keyDecision, z.array(keyDecision).max(mostShown)])
  .default([])
  .transform((sent) => {
    const fates = new Map<string, KeyFate>();
    for (const decision of [sent].flat()) {
      const [fate, id] = decision.split(":");
      if (id && (fate === "keep" || fate === "revoke")) fates.set(id, fate);
    }
    return fates;
  });

const jobIds = z
  .union([z.uuid(), z.literal(""), z.array(z.union([z.uuid(), z.literal("")])).max(mostShown + 1)])
  .default([])
  .transform((sent) => [...new Set([sent].flat().filter((id) => id !== ""))]);

/** What is decided about what somebody leaves behind. Whatever is not said goes on: nothing ends by being forgotten. */
export const decisions = {
  /** Of every key that `key` does not name. */
  keys: z.enum(keyFates, { error: "Choose what becomes of the keys." }).default("keep"),
  key: keyDecisions,
  /** The running jobs to cancel. */
  cancel: jobIds,
  /** Of the files that were for them alone. */
  files: z.enum(["keep", "delete"], { error: "Choose what becomes of the files." }).default("keep"),
};

const parsed = z.strictObject(decisions);

export type Decisions = z.output<typeof parsed>;

/** What is decided where nobody was asked. */
export const undecided: Decisions = parsed.parse({});

export const leaveWorkspace = z.strictObject(decisions);
export const removeMember = z.strictObject({ userId: z.uuid(), ...decisions });
export const ofMember = z.strictObject({ userId: z.uuid() });
export const setKeysOfEnded = z.strictObject({ fate: z.enum(keyFates, { error: "Choose what becomes of the keys." }) });
