import { z } from "zod";
import { cursor, listOrder, searchText } from "@/server/api/input";

/** The states that the list of keys can be filtered by. */
export const keyStates = ["active", "disabled", "expired", "revoked", "expiring", "unused"] as const;

/** The flaws that make a key a risk, which the list can be filtered by. */
export const keyFlaws = ["no-expiry", "no-limit", "idle", "owner-left", "beyond-policy"] as const;

export type KeyFlaw = (typeof keyFlaws)[number];

export type KeyState = (typeof keyStates)[number] | KeyFlaw;

export const keySorts = ["newest", "name", "used", "spent", "expiry"] as const;

export type KeySort = (typeof keySorts)[number];

/** Keys are counted up to this number, because counting more would take longer than the rest of the page. */
export const mostCounted = 1_000;

/** The counts by state and owner look at this many of the workspace's newest keys. */
export const mostSurveyed = 10_000;

const filters = {
  search: searchText,
  /** "": all keys; "mine": the caller's; "service": service keys; an id: those of that member. */
  owner: z.union([z.enum(["", "mine", "service"]), z.uuid()]).default(""),
};

export const listKeys = z.strictObject({
  ...filters,
  state: z.enum(["", ...keyStates, ...keyFlaws]).default(""),
  sort: z.enum(keySorts).default("newest"),
  order: listOrder,
  after: cursor,
  before: cursor,
});

export const countKeys = z.strictObject(filters);
