import { canGrantScope, type KeyScope } from "@/server/access/key-scopes";
import type { Role } from "@/server/access/permissions";
import { refuse } from "@/server/api/refusals";
import { currency } from "@/server/usage/prices";
import type { Bounds } from "./queries";

/** The settings of a key that have bounds; undefined: not being changed. */
type Asked = {
  scopes?: KeyScope[] | undefined;
  requestsPerMinute?: number | null | undefined;
  tokensPerMinute?: number | null | undefined;
  monthlyLimit?: number | null | undefined;
};

/**
 * Refuses `key_beyond_bounds` for settings that no key of the workspace may have: a scope whose permission the caller
 * does not hold, or a limit above the workspace's. A key without a limit is allowed, since the workspace's limit
 * holds for it. Each refusal is shown at its field.
 */
export function checkBounds(role: Role, asked: Asked, bounds: Bounds): void {
  const fields: Partial<Record<keyof Asked, string>> = {};
  if (asked.scopes?.some((scope) => !canGrantScope(role, scope)))
    fields.scopes = "You cannot give a key what your role does not allow you.";
  if (isAbove(asked.requestsPerMinute, bounds.requestsPerMinute))
    fields.requestsPerMinute = `The workspace may make ${bounds.requestsPerMinute} requests per minute: no key can make more.`;
  if (isAbove(asked.tokensPerMinute, bounds.tokensPerMinute))
    fields.tokensPerMinute = `The workspace may use ${bounds.tokensPerMinute} tokens per minute: no key can use more.`;
  if (isAbove(asked.monthlyLimit, bounds.monthlyLimit))
    fields.monthlyLimit = `The workspace may spend ${(bounds.monthlyLimit ?? 0) / 1_000_000} ${currency()} a month: no key can spend more.`;
  if (Object.keys(fields).length > 0) throw refuse("key_beyond_bounds", fields);
}

/**
 * Returns how many days a new key lives: the number that was chosen, otherwise 90, or what the workspace's policy
 * allows if that is less; null: without end. Refuses `key_beyond_bounds`.
 */
export function lifetime(expiration: string, maximumDays: number | null): number | null {
  if (expiration === "") return Math.min(90, maximumDays ?? 90);
  const days = daysOf(expiration);
  if (maximumDays !== null && (days === null || days > maximumDays)) throw beyondPolicy(maximumDays);
  return days;
}

const dayMs = 86_400_000;

/**
 * Returns how many days the successor of a rotated key lives: as many as the old one was made for, within the policy.
 */
export function nextLifetime(
  old: { createdAt: Date; expiresAt: Date | null },
  maximumDays: number | null,
): number | null {
  const days = old.expiresAt && Math.max(1, Math.ceil((old.expiresAt.getTime() - old.createdAt.getTime()) / dayMs));
  return maximumDays === null ? days : Math.min(days ?? maximumDays, maximumDays);
}

/** Returns the number of days that an expiration stands for; null: without end. */
export const daysOf = (expiration: string): number | null => (expiration === "never" ? null : Number(expiration));

/** Returns the moment this many days from now, in ISO format; null: never. */
export const endIn = (days: number | null): string | null =>
  days === null ? null : new Date(Date.now() + days * dayMs).toISOString();

/** Returns the refusal of an end later than the workspace's policy allows. */
export function beyondPolicy(maximumDays: number) {
  return refuse("key_beyond_bounds", {
    expiration: `In this workspace a key lives ${maximumDays} days at most, from when it was made. Rotate it to go on longer.`,
  });
}

const isAbove = (asked: number | null | undefined, bound: number | null) =>
  asked !== undefined && asked !== null && bound !== null && asked > bound;
