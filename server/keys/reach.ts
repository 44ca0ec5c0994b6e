import { isIP } from "node:net";
import { listsModel } from "@/server/access/model-list";
import { isWithin } from "./address-ranges";
import { endIn } from "./bounds";
import type { KeySettings } from "./queries";

/** The settings of a key that can be wider or narrower, and its end as an ISO moment. */
export type Reach = Partial<Omit<KeySettings, "name">> & { expiresAt?: string | null };

/**
 * Returns the settings of `asked` that are wider than the bounds. In `asked`, undefined means no change and null
 * means everything. In the bounds, undefined and null mean no bound. Origins are different: there, null means none in
 * both.
 */
export function beyond(asked: Reach, bounds: Reach): (keyof Reach)[] {
  return (Object.keys(fits) as (keyof Reach)[]).filter((setting) => !fits[setting](asked, bounds));
}

/**
 * Checks whether changes let a key do something that it could not do before: another scope, model or address, or more
 * of anything.
 */
export const widens = (key: KeySettings, changes: Partial<KeySettings>): boolean => beyond(changes, key).length > 0;

/** Checks whether a key that ends in this many days (null: never) would live longer than it does now. */
export const lengthens = (key: { expiresAt: Date | null }, days: number | null): boolean =>
  beyond({ expiresAt: endIn(days) }, { expiresAt: key.expiresAt?.toISOString() ?? null }).length > 0;

const atMost = (setting: "requestsPerMinute" | "tokensPerMinute" | "monthlyLimit") => (asked: Reach, bounds: Reach) =>
  isWithinBound(asked[setting], bounds[setting], (value, bound) => value <= bound);

/** For each setting, checks that the requested value is no wider than its bound. */
const fits: Record<keyof Reach, (asked: Reach, bounds: Reach) => boolean> = {
  scopes: (asked, bounds) =>
    isWithinBound(asked.scopes, bounds.scopes, (value, bound) => value.every((scope) => bound.includes(scope))),
  models: (asked, bounds) =>
    isWithinBound(asked.models, bounds.models, (value, bound) => value.every((entry) => listsModel(bound, entry))),
  ipRanges: ({ ipRanges }, bounds) =>
    isWithinBound(ipRanges, bounds.ipRanges, (value, bound) =>
      value.every((range) => bound.some((outer) => isRangeWithin(range, outer))),
    ),
  origins: ({ origins }, bounds) => {
    // For origins, null means none; only a missing bound is no bound.
    const { origins: bound } = bounds;
    return bound === undefined || (origins ?? []).every((origin) => bound?.includes(origin));
  },
  requestsPerMinute: atMost("requestsPerMinute"),
  tokensPerMinute: atMost("tokensPerMinute"),
  monthlyLimit: atMost("monthlyLimit"),
  expiresAt: ({ expiresAt }, bounds) =>
    isWithinBound(expiresAt, bounds.expiresAt, (value, bound) => Date.parse(value) <= Date.parse(bound)),
};

function isWithinBound<T>(
  asked: T | null | undefined,
  bound: T | null | undefined,
  isNoWider: (asked: T, bound: T) => boolean,
): boolean {
  if (asked === undefined || bound === null || bound === undefined) return true;
  return asked !== null && isNoWider(asked, bound);
}

function isRangeWithin(inner: string, outer: string): boolean {
  const [address = "", bits] = inner.split("/");
  const [outerAddress = "", outerBits] = outer.split("/");
  return isIP(address) === isIP(outerAddress) && Number(bits) >= Number(outerBits) && isWithin(address, [outer]);
}
