import { z } from "zod";

/** The choices for the idle time and the lifetime of sessions, in minutes. */
export const idleChoices = ["15", "30", "60", "240", "480", "720", "1440", "4320", "10080", "20160", "43200"] as const;
export const lifeChoices = ["60", "240", "480", "720", "1440", "4320", "10080", "20160", "43200"] as const;

export const setSessionLengths = z
  .strictObject({
    idleMinutes: z.enum(idleChoices, { error: "Choose when an unused session ends." }),
    lifeMinutes: z.enum(lifeChoices, { error: "Choose how long a session lasts." }),
  })
  .refine(({ idleMinutes, lifeMinutes }) => Number(idleMinutes) <= Number(lifeMinutes), {
    path: ["idleMinutes"],
    error: "An unused session cannot last longer than one in use. Choose a shorter time.",
  });

export const setMailLink = z.strictObject({ mailLink: z.enum(["on", "off"], { error: "Choose on or off." }) });

export const setRequiredPasskeys = z.strictObject({
  passkeysRequiredOf: z.enum(["none", "operators", "admins", "all"], { error: "Choose who must have a passkey." }),
});
