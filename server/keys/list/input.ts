import { z } from "zod";
import { cursor, listOrder, searchText } from "@/server/api/input";

/** What a list of keys can be asked for: each a state that people look for. */
export const keyStates = ["active", "disabled", "expired", "revoked", "expiring", "unused"] as const;

/** What makes a key a risk that a member should look at. */
export const keyFlaws = ["no-expiry", "no-limit", "idle", "owner-left", "beyond-policy"] as const;

export type KeyFlaw = (typeof keyFlaws)[number];

export type KeyState = (typeof keyStates)[number] | KeyFlaw;

export const keySorts = ["newest", "name", "used", "spent", "expiry"] as const;

export type KeySort = (typeof keySorts)[number];

/** Counts stop at this many keys: counting more would take longer than the page. */
export const mostCounted = 1_000;

/** How many of a workspace's keys, the newest, are looked through for how many are in which state and whose they are. */
export const mostSurveyed = 10_000;

const filters = {
  search: searchText,
  /** All, the caller's own, the service keys, or a member's by their id. */
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
