import { z } from "zod";
import { enterWorkspace, transaction } from "@/db/client";
import { can, type Permission } from "@/server/access/permissions";
import * as workspaces from "@/server/workspaces/queries";
import { workspaceSlug } from "./input";
import { refuse } from "./refusals";
import { t } from "./trpc";

const mode = (type: string) => (type === "query" ? ("read" as const) : ("write" as const));

/** A procedure for anybody. There are few, and `access.test.ts` lists them. */
export const publicProcedure = t.procedure.meta({ access: "public" });

const signedIn = t.procedure.meta({ access: "signed-in" }).use(({ ctx, next }) => {
  // A person is somebody with an id; anything else, and any doubt, is nobody.
  if (!ctx.person?.id) throw refuse("not_signed_in");
  return next({ ctx: { person: ctx.person } });
});

/**
 * A procedure for a signed-in person about what is their own: one transaction that sees their memberships, the
 * invitations to their address, and no workspace's rows.
 */
export const personProcedure = signedIn.use(({ ctx, type, next }) =>
  transaction(mode(type), { userId: ctx.person.id }, (db) => settled(next({ ctx: { db } }))),
);

/**
 * A procedure inside a workspace: one transaction, confined to the workspace the input names by its slug, for a live
 * member whose role holds `permission`. There is no way to write one without saying which.
 *
 * @param input a strict object schema; `workspace` is added to it
 */
export function workspaceProcedure<Shape extends z.ZodRawShape>(permission: Permission, input: z.ZodObject<Shape>) {
  return signedIn
    .meta({ access: permission })
    .input(z.strictObject({ ...input.shape, workspace: workspaceSlug }))
    .use(({ ctx, type, input, next }) =>
      transaction(mode(type), { userId: ctx.person.id }, async (db) => {
        const { workspace: slug } = input as { workspace: string };
        const membership = await workspaces.membershipBySlug(db, ctx.person.id, slug);
        if (!membership) throw refuse("not_found");
        if (!can(membership.role, permission)) throw refuse("not_permitted");
        await enterWorkspace(db, membership.workspaceId);
        return settled(next({ ctx: { db, workspace: membership } }));
      }),
    );
}

/** tRPC hands a failed procedure back as a value; thrown, it rolls the transaction back. */
async function settled<T extends { ok: boolean }>(outcome: Promise<T>): Promise<T> {
  const result = await outcome;
  if (!result.ok) throw (result as unknown as { error: Error }).error;
  return result;
}
