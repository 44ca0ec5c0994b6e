import type { AdminBounds } from "@/db/schema/keys";
import { can, type Role } from "@/server/access/permissions";
import { refuse } from "@/server/api/refusals";
import { isOwn } from "./authority";
import type { KeySettings } from "./queries";
import { beyond, type Reach } from "./reach";

/*
 * What an Admin has ended or limited, only an Admin can undo. The maker of a key can still change it within the
 * limits that an Admin has set. In a workspace where only Admins create keys, the maker cannot give a key more than
 * it has now.
 */

type Held = Omit<KeySettings, "name"> & {
  createdBy: string;
  isService: boolean;
  expiresAt: Date | null;
  adminBounds: AdminBounds | null;
};

type Changer = { role: Role; keyCreators: "developers" | "admins"; personId: string };

/**
 * Refuses `key_creators` to a member who may not create keys here. Restoring and renewing a key count as creating
 * one.
 */
export function checkCreator({ role, keyCreators }: Pick<Changer, "role" | "keyCreators">): void {
  if (keyCreators === "admins" && !can(role, "key:manage-any")) throw refuse("key_creators");
}

/** Refuses `key_held` to all but Admins when it was an Admin who made the change. */
export function checkHeld(role: Role, byAdmin: boolean): void {
  if (byAdmin && !can(role, "key:manage-any")) throw refuse("key_held");
}

/**
 * Checks a change of a key and returns the bounds that the key has afterwards: what an Admin sets on another member's
 * key becomes its bound. Refuses settings beyond the bounds with `key_held`. In a workspace where only Admins create
 * keys, refuses settings beyond the present ones with `key_creators`. Each refusal is shown at its field.
 */
export function boundsAfter({ role, keyCreators, personId }: Changer, key: Held, changes: Reach): AdminBounds | null {
  if (can(role, "key:manage-any")) return isOwn(personId, key) ? key.adminBounds : merged(key.adminBounds, changes);
  refuseBeyond("key_held", "An Admin has limited this key to less.", changes, key.adminBounds ?? {});
  if (keyCreators === "admins")
    refuseBeyond("key_creators", "Only Admins may let a key do more.", changes, {
      ...{
        scopes: key.scopes,
        models: key.models,
        ipRanges: key.ipRanges,
        origins: key.origins,
        monthlyLimit: key.monthlyLimit,
      },
      ...{ requestsPerMinute: key.requestsPerMinute, tokensPerMinute: key.tokensPerMinute },
      expiresAt: key.expiresAt?.toISOString() ?? null,
    });
  return key.adminBounds;
}

function merged(bounds: AdminBounds | null, changes: Reach): AdminBounds | null {
  // An empty list of origins is a bound too; only a missing list means that there is none.
  const origins = changes.origins === null ? { origins: [] } : {};
  const all = Object.entries({ ...bounds, ...changes, ...origins }).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return all.length > 0 ? Object.fromEntries(all) : null;
}

function refuseBeyond(reason: "key_held" | "key_creators", sentence: string, changes: Reach, bounds: Reach): void {
  const fields = beyond(changes, bounds).map((setting) => (setting === "expiresAt" ? "expiration" : setting));
  if (fields.length > 0) throw refuse(reason, Object.fromEntries(fields.map((field) => [field, sentence])));
}
