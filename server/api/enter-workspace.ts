import { type Db, enterLooking, enterWorkspace, transaction } from "@/db/client";
import type { SharedReads } from "@/db/shared-reads";
import type { Permission } from "@/server/access/permissions";
import * as looks from "@/server/membership/looks/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import type { Context } from "./context";
import { refuse, refuseMoved } from "./refusals";
import { type Deed, type Membership, refusalInside, type Seen, seenAs } from "./seen";

/** How a transaction inside a workspace begins. */
export type Entering = {
  /** Where the reads of one page meet. */
  reads?: SharedReads | undefined;
  /** As which role the person sees the workspace of a slug. */
  viewAs?: Context["viewAs"];
} & Partial<Deed>;

/**
 * Runs the one transaction of a procedure inside a workspace, for what cannot be a procedure because its body is larger than any
 * message: for a live member whose role holds `permission`. A person who views the workspace as another role is answered as
 * that one, and changes nothing; nor does an operator who looks inside, whose transaction works as a role that only reads.
 * Refuses `not_found`, `not_permitted`, `viewing_as`, `looking_inside`.
 */
export function enter<T>(
  userId: string,
  permission: Permission,
  slug: string,
  kind: "read" | "write",
  run: (db: Db, workspace: Seen) => Promise<T>,
  { reads, viewAs, isChange = kind === "write", ...deed }: Entering = {},
): Promise<T> {
  const arrive = async (db: Db): Promise<{ workspace: Membership; entered: Promise<void> }> => {
    const workspace =
      (await liveWorkspace.membershipBySlug(db, userId, slug)) ?? (await looks.lookBySlug(db, userId, slug));
    if (!workspace) throw await notHere(db, userId, slug);
    // Sent before anything that is asked inside, and not waited for: the server takes both in the order they arrive.
    return { workspace, entered: (workspace.look ? enterLooking : enterWorkspace)(db, workspace.workspaceId) };
  };
  const work = async (db: Db, { workspace: own, entered }: Awaited<ReturnType<typeof arrive>>) => {
    const workspace = seenAs(own, viewAs?.(slug));
    const refusal = refusalInside(workspace, permission, { isChange, ...deed });
    if (refusal) {
      await entered;
      throw refuse(refusal);
    }
    const [, result] = await Promise.all([entered, run(db, workspace)]);
    return result;
  };
  return kind === "read" && reads
    ? reads.join(`workspace ${slug}`, { userId }, arrive, work)
    : transaction(kind, { userId }, async (db) => work(db, await arrive(db)));
}

/** Tells a member who comes by a former slug the present one; other people get `not_found`. */
async function notHere(db: Db, userId: string, slug: string) {
  const present = await liveWorkspace.presentSlug(db, userId, slug);
  return present ? refuseMoved(present) : refuse("not_found");
}
