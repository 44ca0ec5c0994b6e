import type { Db } from "@/db/client";
import { can, type Role } from "@/server/access/permissions";
import { refuse } from "@/server/api/refusals";
import * as keys from "./queries";

/**
 * Checks whether a member may change a key: their own with `key:manage-own`, any with `key:manage-any`. A service key
 * belongs to no member, not even to its maker.
 */
export function mayManage(role: Role, personId: string, key: { createdBy: string; isService: boolean }): boolean {
  return can(role, "key:manage-any") || (can(role, "key:manage-own") && isOwn(personId, key));
}

/** Checks whether a key is this person's own. A service key belongs to no member, not even to its maker. */
export function isOwn(personId: string | null, key: { createdBy: string; isService: boolean }): boolean {
  return !key.isService && key.createdBy === personId;
}

/**
 * Checks whether a member may revoke a key: any key that they may change, and in every role the keys that they made.
 */
export function mayRevoke(role: Role, personId: string, key: { createdBy: string; isService: boolean }): boolean {
  return mayManage(role, personId, key) || (can(role, "key:revoke-own") && isOwn(personId, key));
}

type Manager = { db: Db; person: { id: string }; workspace: { workspaceId: string; role: Role } };

/**
 * Locks a key until the transaction ends, for a member who may change it.
 * Refuses `not_found`, `not_permitted`.
 */
export async function holdKey(manager: Manager, keyId: string) {
  return managed(manager, await keys.hold(manager.db, manager.workspace.workspaceId, keyId));
}

/** Locks a key until the transaction ends, for a member who may revoke it. Refuses `not_found`, `not_permitted`. */
export async function holdToRevoke({ db, person, workspace }: Manager, keyId: string) {
  const key = await keys.hold(db, workspace.workspaceId, keyId);
  if (!key) throw refuse("not_found");
  if (!mayRevoke(workspace.role, person.id, key)) throw refuse("not_permitted");
  return key;
}

/** Finds a key, for a member who may change it. Refuses `not_found`, `not_permitted`. */
export async function findKey(manager: Manager, keyId: string) {
  return managed(manager, await keys.find(manager.db, manager.workspace.workspaceId, keyId));
}

function managed<Key extends { createdBy: string; isService: boolean }>(
  { person, workspace }: Manager,
  key: Key | undefined,
): Key {
  if (!key) throw refuse("not_found");
  if (!mayManage(workspace.role, person.id, key)) throw refuse("not_permitted");
  return key;
}
