import { type Db, enterWorkspace } from "@/db/client";
import { can, type Role } from "@/server/access/permissions";
import { refuse } from "@/server/api/refusals";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";

type Asker = { db: Db; person: { id: string }; workspace: { workspaceId: string; role: Role } };

/** The other workspace of a share or a move. */
export type Target = { workspaceId: string; slug: string; name: string };

/**
 * Returns another workspace by its slug, in which the person may manage models too. Refuses `not_found` when they are
 * not a member, `invalid_input` when their role does not allow it, and `workspace_suspended`.
 */
export async function findTarget({ db, person, workspace }: Asker, slug: string): Promise<Target> {
  const target = await liveWorkspace.membershipBySlug(db, person.id, slug);
  if (!target) throw refuse("not_found");
  if (target.workspaceId === workspace.workspaceId)
    throw refuse("invalid_input", { target: "Choose another workspace than this one." });
  if (!can(target.role, "model:manage"))
    throw refuse("invalid_input", { target: "Choose a workspace in which you are an Admin." });
  if (target.suspendedAt) throw refuse("workspace_suspended");
  return { workspaceId: target.workspaceId, slug: target.slug, name: target.name };
}

/**
 * Locks both workspaces, and checks the person's role in each again. The order of the locks is fixed, so that two
 * people who move models in opposite directions cannot block each other. Afterwards the transaction is inside this
 * workspace. Refuses like `findTarget`, and `not_permitted`.
 */
export async function lockTarget(asker: Asker, slug: string): Promise<Target> {
  const { db, person, workspace } = asker;
  const target = await findTarget(asker, slug);
  for (const workspaceId of [workspace.workspaceId, target.workspaceId].sort()) {
    await enterWorkspace(db, workspaceId);
    if (!(await liveWorkspace.lock(db, workspaceId))) throw refuse("not_found");
    const member = await membership.find(db, workspaceId, person.id);
    if (!member || !can(member.role, "model:manage")) throw refuse("not_permitted");
  }
  await enterWorkspace(db, workspace.workspaceId);
  return target;
}
