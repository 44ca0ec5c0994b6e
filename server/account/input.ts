import { z } from "zod";
import { properName } from "@/server/api/input";

export const updateProfile = z.strictObject({ name: properName("Your name") });
/** The address typed again, as proof that the person knows what they are about to delete. */
export const deleteAccount = z.strictObject({ confirmation: z.string().max(320) });
export const oneProvider = z.strictObject({ provider: z.enum(["github", "google", "oidc"]) });
