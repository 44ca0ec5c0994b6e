import { enterWorkspace, transaction } from "@/db/client";
import type { Permission } from "@/server/access/permissions";
import type { Origin } from "@/server/api/context";
import { limits } from "@/server/platform/throttling/limits";
import { take } from "@/server/platform/throttling/queries";
import * as workspaces from "@/server/workspaces/queries";
import * as audit from "./queries";

/** What was asked for and refused, by whom, in the workspace with this slug. */
export type Attempt = {
  slug: string;
  person: { id: string };
  origin: Origin;
  /** The procedure's path, or what stands for it. */
  procedure: string;
  permission: Permission;
};

/**
 * Remembers that a member tried what their role does not allow, in a transaction of its own: the attempt's is rolled back.
 * Nobody fills the log with it: a person leaves so many rows an hour, in all workspaces together. Whoever is no member
 * leaves none.
 */
export async function recordRefused({ slug, person, origin, procedure, permission }: Attempt): Promise<void> {
  await transaction("write", { userId: person.id }, async (db) => {
    const membership = await workspaces.membershipBySlug(db, person.id, slug);
    if (!membership || (await take(db, limits.refusalsPerPerson, person.id)) > 0) return;
    const { workspaceId, role } = membership;
    await enterWorkspace(db, workspaceId);
    await audit.record(
      db,
      workspaceId,
      { person, origin },
      { action: "permission.refused", target: { type: "procedure", id: procedure }, after: { permission, role } },
    );
  });
}
