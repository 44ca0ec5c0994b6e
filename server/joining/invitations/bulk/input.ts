import { z } from "zod";
import { role } from "@/server/membership/input";

/** The most addresses in a list. */
export const mostRows = 1_000;

/** How many are invited in one transaction: between transactions the workspace's lock is released. */
export const sliceSize = 50;

const noText = "Paste a list of addresses, or choose a file.";

const text = z
  .string({ error: noText })
  .max(400_000, "That is too much text: invite at most 1,000 addresses in one go.")
  .refine((list) => list.trim() !== "", noText);

/** A pasted list, and the role for lines without one. */
export const previewMany = z.strictObject({ list: text, role });

/** Lines with an address and a role, as in the preview. */
export const inviteMany = z.strictObject({ list: text });
