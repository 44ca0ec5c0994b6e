import { z } from "zod";
import { role } from "@/server/membership/input";

/** So many addresses are taken in one list. */
export const mostRows = 1_000;

/** So many are invited in one transaction: the workspace's lock is let go of in between. */
export const sliceSize = 50;

const noText = "Paste a list of addresses, or choose a file.";

const text = z
  .string({ error: noText })
  .max(400_000, "That is too much text: invite at most 1,000 addresses in one go.")
  .refine((list) => list.trim() !== "", noText);

/** A pasted list, and the role of those whose line names none. */
export const previewMany = z.strictObject({ list: text, role });

/** Lines of an address and a role, as the preview has them. */
export const inviteMany = z.strictObject({ list: text });
