import { z } from "zod";
import { tagForm } from "@/server/usage/tags/carried";

const tag = z
  .string({ error: "Enter a tag." })
  .max(200)
  .trim()
  .regex(tagForm, "Use 1 to 50 small letters, digits and . _ : / - with a letter or digit first.");

export const oneTag = z.strictObject({ tag });

export const setUndeclared = z.strictObject({
  undeclared: z.enum(["refuse", "untagged"], { error: "Choose what happens to requests with an undeclared tag." }),
});
