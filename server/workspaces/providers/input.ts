import { z } from "zod";
import { changeShape, providerShape, providerState } from "@/server/model-servers/providers/input";

const nameMessage = "Use 1 to 40 lowercase letters, digits and hyphens, beginning with a letter or digit.";

/** The part between `own/` and the model in the ids of its models. It cannot be changed later. */
const prefix = z
  .string({ error: nameMessage })
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, nameMessage));

const providerId = z.uuid();

export const addOwnProvider = z.strictObject({ prefix, ...providerShape });
export const oneOwnProvider = z.strictObject({ providerId });
export const updateOwnProvider = z.strictObject({ providerId, ...changeShape });
export const setOwnProviderState = z.strictObject({ providerId, state: providerState });
