import { z } from "zod";
import { changedLately, type Db, transaction } from "@/db/client";
import type { Permission } from "@/server/access/permissions";
import type { AskAsReader } from "@/server/membership/hidden-models/hide";
import type { Limit } from "@/server/platform/throttling/limits";
import { changeBy, declaring } from "./changes";
import type { Context, Person } from "./context";
import { type Entering, enter } from "./enter-workspace";
import type { Freshness } from "./freshness";
import { workspaceSlug } from "./input";
import { withoutHiddenModels } from "./model-names";
import type { Reason } from "./refusals";
import { isNotPermitted, noteRefused } from "./refused-attempts";
import { inOne, inSteps, type Step } from "./run";
import type { Seen } from "./seen";
import { signedInPerson } from "./signed-in";
import { preferStandby, readAtStandby } from "./standby";
import { type Meta, procedure } from "./trpc";

const slugOf = (input: unknown) => (input as { workspace: string }).workspace;

/** Begins a procedure that needs no sign-in. There are few of them, and `access.test.ts` lists them. */
export const publicProcedure = procedure.meta({ access: "public" });
/** Begins every procedure that needs a session. */
export const signedIn = procedure.meta({ access: "signed-in" }).use(({ ctx, meta, next }) => {
  const waiting = meta?.isBeforePasskey ? ctx.waiting?.person : undefined;
  return next({ ctx: { person: waiting ?? signedInPerson(ctx) } });
});

/** The input of a procedure that takes none. Without it tRPC would accept any input unchecked. */
export const noInput = z.strictObject({}).optional();

/** A builder that can only make queries. A change must declare its freshness first, or it does not compile. */
type ReadOnly<Builder> = Builder extends { query: unknown } ? Pick<Builder, "query"> : never;

/**
 * Declares the refusals that a procedure may answer with, in addition to those of every procedure of its kind. Tests
 * fail when a procedure that they call answers with another one.
 */
export function refusing<Builder>(refuses: readonly Reason[], procedure: Builder): Builder {
  const builder = procedure as { meta(more: Pick<Meta, "refuses">): Builder };
  return builder.meta({ refuses });
}

/** Allows a procedure in a session that still waits for a required passkey: those that are needed to add one. */
export function beforePasskey<Builder>(procedure: Builder): Builder {
  const builder = procedure as { meta(more: Pick<Meta, "isBeforePasskey">): Builder };
  return builder.meta({ isBeforePasskey: true });
}

/** Allows a change in a suspended workspace: those that only take rights away. */
export function evenSuspended<Builder>(procedure: Builder): Builder {
  const builder = procedure as { meta(more: Pick<Meta, "evenSuspended">): Builder };
  return builder.meta({ evenSuspended: true });
}

/** Declares that a procedure returns prompts or contents of files. An operator who looks inside is refused. */
export function showingContents<Builder>(procedure: Builder): Builder {
  const builder = procedure as { meta(more: Pick<Meta, "hasContents">): Builder };
  return builder.meta({ hasContents: true });
}

/** A builder of queries only, until a freshness (`How`) is given. */
export type Declared<How, Builder> = [How] extends [undefined] ? ReadOnly<Builder> : Builder;

/**
 * Returns a procedure for a signed-in person about their own data: one transaction that can read their memberships
 * and the invitations to their address, but no rows inside a workspace. Without `freshness` it can only be a query.
 *
 * @param limit how often a person may call it; without it, all such changes of a person share one limit
 */
export function personProcedure<Input extends z.ZodType, How extends Freshness | undefined = undefined>(
  input: Input,
  freshness?: How,
  limit?: Limit,
): Declared<How, ReturnType<typeof own<Input>>> {
  return own(input, freshness, limit) as Declared<How, ReturnType<typeof own<Input>>>;
}

function own<Input extends z.ZodType>(input: Input, freshness?: Freshness, limit?: Limit) {
  return signedIn
    .meta(declaring(freshness, limit))
    .input(input)
    .use(({ ctx, type, meta, next }) => {
      const scope = { userId: ctx.person.id };
      const open: Step<{ db: Db }> = (kind, run) =>
        kind === "read" && ctx.reads
          ? ctx.reads.join(
              "person",
              scope,
              async () => {},
              (db) => run({ db }),
            )
          : transaction(kind, scope, (db) => run({ db }));
      return inOne({ ctx, type, meta }, open, (more) => next({ ctx: more }));
    });
}

/**
 * Returns a procedure for a signed-in person that changes their own data and waits for other services than the
 * database, so it cannot be one transaction. `ctx.step` runs one transaction.
 */
export function personStepsProcedure<Input extends z.ZodType>(input: Input, freshness: Freshness, limit?: Limit) {
  return signedIn
    .meta(declaring(freshness, limit))
    .input(input)
    .use(({ ctx, type, meta, next }) => {
      const open: Step<{ db: Db }> = (kind, run) => transaction(kind, { userId: ctx.person.id }, (db) => run({ db }));
      const step = <T>(kind: "read" | "write", run: (db: Db) => Promise<T>) => open(kind, ({ db }) => run(db));
      return inSteps({ ctx, type, meta }, open, (more) => next({ ctx: { ...more, step } }));
    });
}

/**
 * Returns a procedure inside a workspace: one transaction, confined to the workspace that the input names by its
 * slug, for a live member whose role holds `permission`. A procedure cannot be written without a permission, nor a
 * change without a `freshness`.
 *
 * @param input a strict object schema; `workspace` is added to it
 * @param limit how often a person may call it; without it, all such changes of a person share one limit
 */
export function workspaceProcedure<Shape extends z.ZodRawShape, How extends Freshness | undefined = undefined>(
  permission: Permission,
  input: z.ZodObject<Shape>,
  freshness?: How,
  limit?: Limit,
): Declared<How, ReturnType<typeof inside<Shape>>> {
  return inside(permission, input, freshness, limit) as Declared<How, ReturnType<typeof inside<Shape>>>;
}

function inside<Shape extends z.ZodRawShape>(
  permission: Permission,
  input: z.ZodObject<Shape>,
  freshness?: Freshness,
  limit?: Limit,
) {
  return inWorkspace(permission, input, freshness, limit).use(({ ctx, type, meta, input, next }) => {
    const personId = ctx.person.id;
    const open = entering(ctx, permission, slugOf(input), { reads: ctx.reads, ...deedOf(meta) });
    const atPrimary = () =>
      inOne({ ctx, type, meta }, open, (more) => {
        const { db, workspace } = more;
        const ask: AskAsReader = (run) => run(db, { ...workspace, personId });
        return withoutHiddenModels(ask, input, type, (input) => next({ ctx: more, input }), workspace.role);
      });
    if (!meta?.isFromStandby) return atPrimary();
    const { signIn } = changeBy(ctx.person, type, meta);
    // Consent and hidden models are read at the primary, because they decide what the caller may see.
    const ask: AskAsReader = (run) => open("read", ({ db, workspace }) => run(db, { ...workspace, personId }));
    const admit = () =>
      open("read", async ({ db, workspace }) =>
        workspace.look || (await changedLately(db, personId)) ? null : workspace,
      );
    const read = (workspace: Seen) => {
      const scope = { userId: personId, workspaceId: workspace.workspaceId };
      const call = (input: unknown) =>
        readAtStandby(ctx.reads, scope, (db) => next({ ctx: { db, workspace, signIn }, input }));
      return withoutHiddenModels(ask, input, type, call, workspace.role);
    };
    return preferStandby(admit, read, atPrimary);
  });
}

/**
 * Returns a procedure like `workspaceProcedure` that may wait for other services than the database: `ctx.step` runs
 * one transaction, and each transaction checks the permission again.
 */
export function workspaceStepsProcedure<Shape extends z.ZodRawShape, How extends Freshness | undefined = undefined>(
  permission: Permission,
  input: z.ZodObject<Shape>,
  freshness?: How,
  limit?: Limit,
): Declared<How, ReturnType<typeof insideBySteps<Shape>>> {
  return insideBySteps(permission, input, freshness, limit) as Declared<How, ReturnType<typeof insideBySteps<Shape>>>;
}

function insideBySteps<Shape extends z.ZodRawShape>(
  permission: Permission,
  input: z.ZodObject<Shape>,
  freshness?: Freshness,
  limit?: Limit,
) {
  return inWorkspace(permission, input, freshness, limit).use(({ ctx, type, meta, input, next }) => {
    // A mutation counts as a change from its first step, even if that step only reads.
    const open = entering(ctx, permission, slugOf(input), { isChange: type === "mutation", ...deedOf(meta) });
    const step = <T>(kind: "read" | "write", run: (db: Db, workspace: Seen) => Promise<T>) =>
      open(kind, ({ db, workspace }) => run(db, workspace));
    const ask: AskAsReader = (run) =>
      step("read", (db, workspace) => run(db, { ...workspace, personId: ctx.person.id }));
    return inSteps({ ctx, type, meta }, open, (more) =>
      withoutHiddenModels(ask, input, type, (input) => next({ ctx: { ...more, step }, input })),
    );
  });
}

const deedOf = ({ evenSuspended, hasContents }: Partial<Meta> = {}) => ({ evenSuspended, hasContents });

/** Returns the function that begins each transaction of a procedure inside a workspace. */
function entering(
  { person, viewAs }: { person: Person; viewAs?: Context["viewAs"] },
  permission: Permission,
  slug: string,
  how: Omit<Entering, "viewAs">,
): Step<{ db: Db; workspace: Seen }> {
  return (kind, run) =>
    enter(person.id, permission, slug, kind, (db, workspace) => run({ db, workspace }), { ...how, viewAs });
}

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
