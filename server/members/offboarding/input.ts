import { z } from "zod";
import { overlaps } from "@/server/keys/input";

/** The actions for a key whose maker leaves: it passes to the workspace, or it is revoked. */
export const keyActions = ["keep", "revoke"] as const;

export type KeyAction = (typeof keyActions)[number];

/**
 * The actions for a single key: it can also pass to the workspace and get a successor, whose secret its maker does not
 * know.
 */
type NamedKeyAction = KeyAction | "rotate";

/** The most items of each kind on the sheet. For the others, the choice for all applies. */
export const mostShown = 50;

/**
 * Parses the choices about single keys, as the form's fields send them. An empty one means that the choice for all
 * applies.
 */
const keyDecisions = (form: RegExp) => {
  const keyDecision = z.string().max(30).regex(form);
  return z
    .union([keyDecision, z.array(keyDecision).max(mostShown)])
    .default([])
    .transform((sent) => {
      const actions = new Map<string, NamedKeyAction>();
      for (const decision of [sent].flat()) {
        const [action, id] = decision.split(":");
        if (id && (action === "keep" || action === "revoke" || action === "rotate")) actions.set(id, action);
      }
      return actions;
    });
};

const jobIds = z
  .union([z.uuid(), z.literal(""), z.array(z.union([z.uuid(), z.literal("")])).max(mostShown + 1)])
  .default([])
  .transform((sent) => [...new Set([sent].flat().filter((id) => id !== ""))]);

/**
 * The choices about what a member leaves behind. Keys without a choice get the workspace's default action, which is to
 * revoke unless its Admins changed it; everything else goes on.
 */
export const decisions = {
  /** For every key that `key` does not name. */
  keys: z.enum(keyActions, { error: "Choose what happens to the keys." }).optional(),
  key: keyDecisions(/^((keep|revoke):[0-9A-Za-z]{12})?$/),
  /** The running jobs to cancel. */
  cancel: jobIds,
  /** For the files that only the member could see. */
  files: z.enum(["keep", "delete"], { error: "Choose what happens to the files." }).default("keep"),
};

/** The choices when another person removes the member, and so can be shown the secrets of new keys. */
const decisionsOfOthers = {
  ...decisions,
  key: keyDecisions(/^((keep|revoke|rotate):[0-9A-Za-z]{12})?$/),
  /**
   * For the webhook of budget alerts that the member set up: it passes to the person who removes the member, or is
   * removed. Without a choice, the workspace's default action for keys decides.
   */
  webhook: z.enum(["keep", "remove"], { error: "Choose what happens to the webhook." }).optional(),
  /** For how many hours the old secrets of rotated keys still work. */
  overlap: z.enum(overlaps, { error: "Choose how long the old secrets go on working." }).default("24"),
};

const parsed = z.strictObject(decisions);

export type Decisions = z.output<typeof parsed> & {
  overlap?: (typeof overlaps)[number];
  webhook?: "keep" | "remove" | undefined;
};

/** The default choices, for a departure without a dialog. */
export const undecided: Decisions = parsed.parse({});

export const leaveWorkspace = z.strictObject(decisions);
export const removeMember = z.strictObject({ userId: z.uuid(), ...decisionsOfOthers });
export const ofMember = z.strictObject({ userId: z.uuid() });
export const setExpiredMemberKeyAction = z.strictObject({
  keys: z.enum(keyActions, { error: "Choose what happens to the keys." }),
});
