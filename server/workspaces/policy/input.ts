import { z } from "zod";

/** The default roles for a person who joins without an offer that names a role: never Admin. */
export const defaultRoles = ["developer", "billing", "viewer"] as const;

export const setDefaultRole = z.strictObject({ role: z.enum(defaultRoles, { error: "Choose a role." }) });

export const setKeyCreators = z.strictObject({
  keyCreators: z.enum(["developers", "admins"], { error: "Choose who may create keys." }),
});

/** For how many days responses are kept; "none": they are not kept. */
export const responseLifetimes = ["none", "1", "7", "30"] as const;

export const setResponseDays = z.strictObject({
  days: z.enum(responseLifetimes, { error: "Choose how long responses are kept." }),
});

/** The most seats a workspace can be given. */
export const mostSeats = 100_000;

const seatsMessage = "Enter a whole number from 1 to 100,000, or nothing for no limit.";

export const setSeats = z.strictObject({
  seats: z
    .string({ error: seatsMessage })
    .max(100, seatsMessage)
    .transform((text) => text.trim())
    .refine((text) => /^([1-9]\d{0,5})?$/.test(text) && Number(text) <= mostSeats, seatsMessage)
    .transform((text) => (text === "" ? null : Number(text))),
});
