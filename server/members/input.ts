import { z } from "zod";
import { pictureHash } from "@/server/api/images/input";
import { cursor, listOrder, searchText, several } from "@/server/api/input";
import { role } from "@/server/membership/input";

/** Counts stop at this many matches: counting more would take longer than the page. */
export const mostCounted = 100;

export const memberSorts = ["joined", "name", "role", "active"] as const;

export type MemberSort = (typeof memberSorts)[number];

export const listMembers = z.strictObject({
  search: searchText,
  /** Only members with this role; "": every role. */
  role: z.union([z.literal(""), role]).default(""),
  sort: z.enum(memberSorts).default("joined"),
  order: listOrder,
  after: cursor,
  before: cursor,
});

/** The last day of a membership, such as "2026-12-03"; empty: it does not end. */
export const lastDay = z
  .union([z.literal(""), z.iso.date({ error: "Enter a day." })], { error: "Enter a day." })
  .default("")
  .transform((day) => day || null);

export const setEnd = z.strictObject({ userId: z.uuid(), until: lastDay });
export const memberAvatar = z.strictObject({ userId: z.uuid(), hash: pictureHash });
export const changeRole = z.strictObject({ userId: z.uuid(), role });
/** Several members whose requests are counted. */
export const severalMembers = z.strictObject({ userIds: several(z.uuid()) });
