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
  /** Lets the reads of one page share a transaction. */
  reads?: SharedReads | undefined;
  /** Returns the role as which the person views the workspace with this slug. */
  viewAs?: Context["viewAs"];
} & Partial<Deed>;

/**
 * Runs one transaction inside a workspace, for a live member whose role holds `permission`. It is used where a
 * procedure is not possible because the body of the request is too large for one.
 *
 * A person who views the workspace as another role gets the answers of that role and cannot change anything. An
 * operator who looks inside cannot either; their transaction runs as a database role that only reads. Refuses
 * `not_found`, `not_permitted`, `viewing_as`, `looking_inside`.
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
    // Sent before the queries of `run` and not awaited: the database runs both in the order in which they arrive.
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

/**
 * Returns the refusal for a slug that no live workspace of the person has: a member who uses a former slug is told
 * the present one, all others get `not_found`.
 */
async function notHere(db: Db, userId: string, slug: string) {
  const present = await liveWorkspace.presentSlug(db, userId, slug);
  return present ? refuseMoved(present) : refuse("not_found");
}
