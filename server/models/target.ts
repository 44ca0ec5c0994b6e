import { type Db, enterWorkspace } from "@/db/client";
import { can, type Role } from "@/server/access/permissions";
import { refuse } from "@/server/api/refusals";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";

type Asker = { db: Db; person: { id: string }; workspace: { workspaceId: string; role: Role } };

/** The other workspace of a share or a move. */
export type Target = { workspaceId: string; slug: string; name: string };

/**
 * Returns another workspace by its slug, in which the person may manage models as well. Refuses `not_found` where they are no member,
 * and `invalid_input` where their role does not allow it.
 */
export async function findTarget({ db, person, workspace }: Asker, slug: string): Promise<Target> {
  const target = await liveWorkspace.membershipBySlug(db, person.id, slug);
  if (!target) throw refuse("not_found");
  if (target.workspaceId === workspace.workspaceId)
    throw refuse("invalid_input", { target: "Choose another workspace than this one." });
  if (!can(target.role, "model:manage"))
    throw refuse("invalid_input", { target: "Choose a workspace in which you are an Admin." });
  return { workspaceId: target.workspaceId, slug: target.slug, name: target.name };
}

/**
 * Takes the locks of both workspaces, and asks again what the person is in each. Always in the same order, so that two
 * people who move models towards each other do not wait for each other for ever. The transaction is inside this
 * workspace afterwards. Refuses like `findTarget`, and `not_permitted`.
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
