import { z } from "zod";
import { cursor } from "@/server/api/input";
import { endUserFields, longestName } from "@/server/usage/end-users/input";
import { oneMonth } from "../input";

/** How end users are identified. Empty `fields`: they are not. */
export const setEndUsers = z.strictObject({
  fields: z
    .preprocess(
      (value) => (Array.isArray(value) ? value.filter((each) => each !== "") : value === "" ? [] : value),
      z.array(z.enum(endUserFields, { error: "Choose where requests name end users." })).max(8),
    )
    .transform((fields) => endUserFields.filter((field) => fields.includes(field))),
  names: z.enum(["hash", "keep"], { error: "Choose how the names of end users are stored." }),
  missing: z.enum(["refuse", "together"], { error: "Choose what happens to requests that name no end user." }),
});

export const oneEndUser = z.strictObject({ endUserId: z.uuid() });

/** An end user's name, as programs send it. */
export const findEndUser = z.strictObject({
  name: z
    .string({ error: "Enter the id of an end user." })
    .max(4 * longestName, "That is too long.")
    .trim()
    .min(1, "Enter the id of an end user.")
    .refine((name) => !/[\p{Cc}\ud800-\udfff]/u.test(name), "It has characters that no end user's id has."),
});

/** The end users of a month: a page of them, or a part of a download. */
export const listEndUsers = z.strictObject({ ...oneMonth.shape, after: cursor, before: cursor });
export const exportEndUsers = z.strictObject({ month: oneMonth.shape.month.unwrap(), after: cursor });
