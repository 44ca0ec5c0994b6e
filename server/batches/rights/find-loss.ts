import { transaction } from "@/db/client";
import type { KeyScope } from "@/server/access/key-scopes";
import { can } from "@/server/access/permissions";
import { lookUp, recall } from "@/server/keys/cache";
import type { BatchCaller, Loss } from "../door";
import * as rights from "./queries";

/**
 * Returns the right that the creator of a batch has lost by now; undefined: none.
 *
 * @param scope the scope that a key needs for the batch's endpoint, besides `batches`
 * @throws (rejects) when this cannot be determined
 */
export function findLoss(caller: BatchCaller, scope: KeyScope): Promise<Loss | undefined> {
  return caller.keyId === null ? lossOfMember(caller) : lossOfKey(caller.workspaceId, caller.keyId, scope);
}

async function lossOfKey(workspaceId: string, keyId: string, scope: KeyScope): Promise<Loss | undefined> {
  const key = recall(keyId) ?? (await lookUp(keyId));
  if (key?.isLive) {
    const missing = (["batches", scope] as const).find((each) => !key.scopes.includes(each));
    if (!missing) return undefined;
    return { code: "missing_scope", message: `The key that created this batch no longer has the scope ${missing}.` };
  }
  const found = await transaction("read", { workspaceId }, (db) => rights.keyEnd(db, workspaceId, keyId));
  if (found && found.workspace !== "live") return lossOfWorkspace(found.workspace);
  const how = found?.end ?? "revoked";
  return { code: `key_${how}`, message: `The key that created this batch ${ends[how]}.` };
}

const ends = { revoked: "was revoked", disabled: "was disabled", expired: "has expired" };

async function lossOfMember({ workspaceId, memberId }: BatchCaller): Promise<Loss | undefined> {
  const found =
    memberId === null
      ? undefined
      : await transaction("read", { workspaceId }, (db) => rights.memberState(db, workspaceId, memberId));
  if (found && found.workspace !== "live") return lossOfWorkspace(found.workspace);
  if (!found?.role)
    return { code: "member_removed", message: "The person who created this batch is no longer a member." };
  if (can(found.role, "model:use")) return undefined;
  return { code: "not_permitted", message: "The member who created this batch may no longer use models." };
}

const lossOfWorkspace = (state: "deleted" | "suspended"): Loss => ({
  code: `workspace_${state}`,
  message: `The workspace was ${state}.`,
});
