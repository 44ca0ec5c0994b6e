import { z } from "zod";
import { type Db, enterWorkspace, transaction } from "@/db/client";
import type { SharedReads } from "@/db/shared-reads";
import { can, type Permission } from "@/server/access/permissions";
import type { AskAsReader } from "@/server/membership/hidden-models/hide";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import type { Limit } from "@/server/platform/throttling/limits";
import { changeBy, declaring } from "./changes";
import type { Context } from "./context";
import type { Freshness } from "./freshness";
import { workspaceSlug } from "./input";
import { withoutHiddenModels } from "./model-names";
import { refuse, refuseMoved } from "./refusals";
import { isNotPermitted, noteRefused } from "./refused-attempts";
import { type Membership, type Seen, seenAs } from "./seen-as";
import { t } from "./trpc";

const slugOf = (input: unknown) => (input as { workspace: string }).workspace;
/** How the transaction of a procedure of this type is opened. */
export const mode = (type: string) => (type === "query" ? ("read" as const) : ("write" as const));

/** A procedure for anybody. There are few, and `access.test.ts` lists them. */
export const publicProcedure = t.procedure.meta({ access: "public" });
/** Begins every procedure that asks for a session. */
export const signedIn = t.procedure.meta({ access: "signed-in" }).use(({ ctx, next }) => {
  // A person is somebody with an id; anything else, and any doubt, is nobody.
  if (!ctx.person?.id) throw refuse("not_signed_in");
  return next({ ctx: { person: ctx.person } });
});

/** The input of a procedure that takes none. Without it tRPC would take anything and look at nothing. */
export const noInput = z.strictObject({}).optional();

/** What can only be read: a change has to declare its freshness first, or it does not compile. */
export type ReadOnly<Builder> = Builder extends { query: unknown } ? Pick<Builder, "query"> : never;

/**
 * A procedure for a signed-in person about what is their own: one transaction that sees their memberships, the
 * invitations to their address, and no workspace's rows. Without `freshness` it can only be a query.
 *
 * @param limit how often a person may do it; without it, all such changes of theirs share one limit
 */
export function personProcedure<Input extends z.ZodType>(input: Input): ReadOnly<ReturnType<typeof own<Input>>>;
export function personProcedure<Input extends z.ZodType>(
  input: Input,
  freshness: Freshness,
  limit?: Limit,
): ReturnType<typeof own<Input>>;
export function personProcedure<Input extends z.ZodType>(input: Input, freshness?: Freshness, limit?: Limit): unknown {
  return own(input, freshness, limit);
}

function own<Input extends z.ZodType>(input: Input, freshness?: Freshness, limit?: Limit) {
  return signedIn
    .meta(declaring(freshness, limit))
    .input(input)
    .use(({ ctx, type, meta, next }) => {
      const scope = { userId: ctx.person.id };
      const change = changeBy(ctx.person, type, meta);
      const run = (db: Db) => change.within(db, () => settled(next({ ctx: { db, signIn: change.signIn } })));
      return type === "query" && ctx.reads
        ? ctx.reads.join("person", scope, async () => {}, run)
        : transaction(mode(type), scope, run);
    });
}

/**
 * A change by a signed-in person of what is their own that must wait for something besides the database, and so cannot be
 * one transaction. `ctx.step` runs one.
 */
export function personStepsProcedure<Input extends z.ZodType>(input: Input, freshness: Freshness, limit?: Limit) {
  return signedIn
    .meta(declaring(freshness, limit))
    .input(input)
    .use(async ({ ctx, type, meta, next }) => {
      const step = <T>(kind: "read" | "write", run: (db: Db) => Promise<T>) =>
        transaction(kind, { userId: ctx.person.id }, run);
      const change = changeBy(ctx.person, type, meta);
      await step("write", change.before);
      return change.after(await next({ ctx: { step, signIn: change.signIn } }));
    });
}

/**
 * A procedure inside a workspace: one transaction, confined to the workspace the input names by its slug, for a live
 * member whose role holds `permission`. There is no way to write one without saying which, and none to write a change
 * without its `freshness`.
 *
 * @param input a strict object schema; `workspace` is added to it
 * @param limit how often a person may do it; without it, all such changes of theirs share one limit
 */
export function workspaceProcedure<Shape extends z.ZodRawShape>(
  permission: Permission,
  input: z.ZodObject<Shape>,
): ReadOnly<ReturnType<typeof inside<Shape>>>;
export function workspaceProcedure<Shape extends z.ZodRawShape>(
  permission: Permission,
  input: z.ZodObject<Shape>,
  freshness: Freshness,
  limit?: Limit,
): ReturnType<typeof inside<Shape>>;
export function workspaceProcedure<Shape extends z.ZodRawShape>(
  permission: Permission,
  input: z.ZodObject<Shape>,
  freshness?: Freshness,
  limit?: Limit,
): unknown {
  return inside(permission, input, freshness, limit);
}

function inside<Shape extends z.ZodRawShape>(
  permission: Permission,
  input: z.ZodObject<Shape>,
  freshness?: Freshness,
  limit?: Limit,
) {
  return inWorkspace(permission, input, freshness, limit).use(({ ctx, type, meta, input, next }) => {
    const change = changeBy(ctx.person, type, meta);
    return enter(
      ctx.person.id,
      permission,
      slugOf(input),
      mode(type),
      (db, workspace) => {
        const call = (input: unknown) => settled(next({ ctx: { db, workspace, signIn: change.signIn }, input }));
        const ask: AskAsReader = (run) => run(db, { ...workspace, personId: ctx.person.id });
        return change.within(db, () => withoutHiddenModels(ask, input, type, call, workspace.role));
      },
      { reads: ctx.reads, viewAs: ctx.viewAs },
    );
  });
}

/**
 * As `workspaceProcedure`, for what must wait for something besides the database: `ctx.step` runs one transaction, and each
 * asks anew whether the caller may.
 */
export function workspaceStepsProcedure<Shape extends z.ZodRawShape>(
  permission: Permission,
  input: z.ZodObject<Shape>,
): ReadOnly<ReturnType<typeof insideBySteps<Shape>>>;
export function workspaceStepsProcedure<Shape extends z.ZodRawShape>(
  permission: Permission,
  input: z.ZodObject<Shape>,
  freshness: Freshness,
  limit?: Limit,
): ReturnType<typeof insideBySteps<Shape>>;
export function workspaceStepsProcedure<Shape extends z.ZodRawShape>(
  permission: Permission,
  input: z.ZodObject<Shape>,
  freshness?: Freshness,
  limit?: Limit,
): unknown {
  return insideBySteps(permission, input, freshness, limit);
}

function insideBySteps<Shape extends z.ZodRawShape>(
  permission: Permission,
  input: z.ZodObject<Shape>,
  freshness?: Freshness,
  limit?: Limit,
) {
  return inWorkspace(permission, input, freshness, limit).use(async ({ ctx, type, meta, input, next }) => {
    // A mutation is one from its first step on, also where that only reads.
    const how = { viewAs: ctx.viewAs, isChange: type === "mutation" };
    const step = <T>(kind: "read" | "write", run: (db: Db, workspace: Seen) => Promise<T>) =>
      enter(ctx.person.id, permission, slugOf(input), kind, run, how);
    const change = changeBy(ctx.person, type, meta);
    if (change.limit) await step("write", change.before);
    const ask: AskAsReader = (run) =>
      step("read", (db, workspace) => run(db, { ...workspace, personId: ctx.person.id }));
    const call = (input: unknown) => next({ ctx: { step, signIn: change.signIn }, input });
    return change.after(await withoutHiddenModels(ask, input, type, call));
  });
}

type Entering = {
  /** Where the reads of one page meet. */
  reads?: SharedReads | undefined;
  /** As which role the person sees the workspace of a slug. */
  viewAs?: Context["viewAs"];
  /** Whether something is going to change, for what begins with a read. */
  isChange?: boolean;
};

function inWorkspace<Shape extends z.ZodRawShape>(
  permission: Permission,
  input: z.ZodObject<Shape>,
  freshness?: Freshness,
  limit?: Limit,
) {
  return signedIn
    .meta({ ...declaring(freshness, limit), access: permission })
    .input(z.strictObject({ ...input.shape, workspace: workspaceSlug }))
    .use(async ({ ctx: { person, origin, recordRefused }, type, path, input, next }) => {
      const result = await next();
      if (type === "mutation" && !result.ok && isNotPermitted(result.error))
        await noteRefused(recordRefused, { slug: slugOf(input), person, origin, procedure: path, permission });
      return result;
    });
}

/**
 * The one transaction of a procedure inside a workspace, for what cannot be a procedure because its body is larger than any
 * message: for a live member whose role holds `permission`. Whoever sees the workspace as another role is answered as that one,
 * and changes nothing. Refuses `not_found`, `not_permitted`, `viewing_as`.
 */
export function enter<T>(
  userId: string,
  permission: Permission,
  slug: string,
  kind: "read" | "write",
  run: (db: Db, workspace: Seen) => Promise<T>,
  { reads, viewAs, isChange = kind === "write" }: Entering = {},
): Promise<T> {
  const arrive = async (db: Db): Promise<{ workspace: Membership; entered: Promise<void> }> => {
    const workspace = await liveWorkspace.membershipBySlug(db, userId, slug);
    if (!workspace) {
      // A member who comes by a former slug learns the present one; for all others nothing is there.
      const present = await liveWorkspace.presentSlug(db, userId, slug);
      throw present ? refuseMoved(present) : refuse("not_found");
    }
    // Sent before anything that is asked inside, and not waited for: the server takes both in the order they arrive.
    return { workspace, entered: enterWorkspace(db, workspace.workspaceId) };
  };
  const work = async (db: Db, { workspace: own, entered }: Awaited<ReturnType<typeof arrive>>) => {
    const workspace = seenAs(own, viewAs?.(slug));
    if (workspace.isViewedAs && isChange) {
      await entered;
      throw refuse("viewing_as");
    }
    if (!can(workspace.role, permission)) {
      await entered;
      throw refuse("not_permitted");
    }
    const [, result] = await Promise.all([entered, run(db, workspace)]);
    return result;
  };
  return kind === "read" && reads
    ? reads.join(`workspace ${slug}`, { userId }, arrive, work)
    : transaction(kind, { userId }, async (db) => work(db, await arrive(db)));
}

/** Throws what a failed procedure hands back as a value, which rolls the transaction back. */
export async function settled<T extends { ok: boolean }>(outcome: Promise<T>): Promise<T> {
  const result = await outcome;
  if (!result.ok) throw (result as unknown as { error: Error }).error;
  return result;
}
