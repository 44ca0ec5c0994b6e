import type { Db } from "@/db/client";
import { instanceProcedure } from "@/server/api/instance-procedures";
import { refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as allowances from "@/server/model-servers/allowances/queries";
import { currency } from "@/server/usage/prices";
import * as looks from "@/server/workspaces/looks/queries";
import * as ceilings from "../ceilings/queries";
import * as figures from "../figures/queries";
import { inside } from "../inside";
import * as ceilingRequests from "../requests/queries";
import { shown } from "../requests/router";
import {
  listWorkspaces,
  manyWorkspaces,
  oneWorkspace,
  setAllowance,
  setCeilings,
  setStates,
  suspendWorkspace,
} from "./input";
import * as workspaces from "./queries";
import { refuseUnknownServers, serverNames } from "./servers";

/** Procedures for all workspaces by name, with figures and states, but without any data inside them. */
export const instanceWorkspacesRouter = t.router({
  /** Returns a page of the workspaces or, with a search, those whose name or address begins with the text. */
  workspaces: instanceProcedure(listWorkspaces).query(async ({ ctx, input: { search, after, before, ...filter } }) => {
    const page = search
      ? { previous: null, next: null, ...(await workspaces.search(ctx.db, search)) }
      : { ...(await workspaces.list(ctx.db, filter, { after, before })), isMore: false };
    return { ...page, currency: currency() };
  }),

  /** Returns a workspace: its figures, Admins and ceilings, and what suspending it would stop. Refuses `not_found`. */
  workspace: refusing(["not_found"], instanceProcedure(oneWorkspace)).query(async ({ ctx, input }) => {
    const found = await workspaces.find(ctx.db, input.slug);
    if (!found) throw refuse("not_found");
    const { id, ...facts } = found;
    const [admins, money, most, fileBytes, allowance, atStake, asked, open] = await Promise.all([
      workspaces.admins(ctx.db, id),
      workspaces.ceilings(ctx.db, id),
      ceilings.find(ctx.db, id),
      ceilings.fileBytes(ctx.db, id),
      allowances.find(ctx.db, id),
      workspaces.atStake(ctx.db, id),
      ceilingRequests.list(ctx.db, id),
      looks.listOpen(ctx.db, id),
    ]);
    const own = open.find(({ operatorId }) => operatorId === ctx.person.id);
    const look = own && {
      ...{ status: own.status as "pending" | "granted", reason: own.reason },
      ...{ createdAt: own.createdAt, endsAt: own.endsAt },
    };
    const requests = (await shown(ctx.db, asked)).rows;
    return {
      ...facts,
      admins,
      ceilings: money,
      most: { ...most, fileBytes },
      allowance,
      servers: serverNames(),
      look: look ?? null,
      atStake,
      requests,
      currency: currency(),
    };
  }),

  /**
   * Sets the spending ceilings of a workspace, which apply whatever its own limits are. Applies within a second in
   * every process. Refuses `not_found`, `sign_in_again`.
   *
   * @returns whether this month's spend exceeds a ceiling already, so that nothing more can be spent
   */
  setCeilings: refusing(["not_found"], instanceProcedure(setCeilings, "today")).mutation(
    async ({ ctx, input: { slug, ...wanted } }) => {
      const { db } = ctx;
      const found = await workspaces.find(db, slug);
      if (!found) throw refuse("not_found");
      await inside(ctx, found.id, async () => {
        const before = await workspaces.ceilings(db, found.id);
        for (const span of ["day", "week", "month", "total"] as const)
          if ((before[span] ?? null) !== wanted[span]) await workspaces.setCeiling(db, found.id, span, wanted[span]);
        await figures.noteCeilings(db, found.id);
        return { action: "workspace.ceilings_changed", target: targetOf(found.id), before, after: wanted };
      });
      return { isSpent: wanted.month !== null && found.spent >= wanted.month };
    },
  ),

  /**
   * Sets the models and servers of the instance that a workspace may use. Applies within a second and ends calls to
   * others. Refuses `not_found`, at the field an unknown server, `sign_in_again`.
   */
  setAllowance: refusing(["not_found"], instanceProcedure(setAllowance, "today")).mutation(
    async ({ ctx, input: { slug, ...after } }) => {
      const { db } = ctx;
      const found = await workspaces.find(db, slug);
      if (!found) throw refuse("not_found");
      await inside(ctx, found.id, async () => {
        const before = await allowances.find(db, found.id);
        refuseUnknownServers(after.providers, before.providers, "providers");
        if (JSON.stringify(before) === JSON.stringify(after)) return undefined;
        await allowances.set(db, found.id, after);
        return { action: "workspace.models_changed", target: targetOf(found.id), before, after };
      });
    },
  ),

  /**
   * Suspends a workspace: its keys stop working, calls under way end, and nothing in it can be changed until it is
   * resumed. Its members can still see it. Refuses `not_found`, `state_changed`, `sign_in_again`.
   */
  suspend: refusing(["not_found", "state_changed"], instanceProcedure(suspendWorkspace, "recent")).mutation(
    async ({ ctx, input: { slug, reason } }) => {
      const found = await workspaces.find(ctx.db, slug);
      if (!found) throw refuse("not_found");
      await inside(ctx, found.id, async () => {
        if (!(await workspaces.suspend(ctx.db, found.id, reason || null))) throw refuse("state_changed");
        return { action: "workspace.suspended", target: targetOf(found.id), after: { reason } };
      });
      return { name: found.name };
    },
  ),

  /** Returns what suspending several workspaces would stop, by name. Workspaces that no longer exist are left out. */
  manyAtStake: instanceProcedure(manyWorkspaces).query(async ({ ctx, input: { slugs } }) =>
    Promise.all(
      (await allOf(ctx.db, slugs)).map(async ({ id, slug, name, suspendedAt }) => ({
        ...{ slug, name, suspendedAt },
        ...(await workspaces.atStake(ctx.db, id)),
      })),
    ),
  ),

  /**
   * Suspends or resumes several workspaces, all or none. Those already in that state are not changed. Refuses
   * `not_found`, `sign_in_again`.
   *
   * @returns how many were changed
   */
  setStates: refusing(["not_found"], instanceProcedure(setStates, "recent")).mutation(
    async ({ ctx, input: { slugs, change, reason } }) => {
      let changed = 0;
      for (const { id } of await allOf(ctx.db, slugs))
        await inside(ctx, id, async () => {
          const isChanged =
            change === "suspend"
              ? await workspaces.suspend(ctx.db, id, reason || null)
              : await workspaces.resume(ctx.db, id);
          if (!isChanged) return undefined;
          changed += 1;
          return change === "suspend"
            ? { action: "workspace.suspended", target: targetOf(id), after: { reason } }
            : { action: "workspace.resumed", target: targetOf(id) };
        });
      return { changed };
    },
  ),

  /** Resumes a suspended workspace: its keys work as before. Refuses `not_found`, `state_changed`, `sign_in_again`. */
  resume: refusing(["not_found", "state_changed"], instanceProcedure(oneWorkspace, "recent")).mutation(
    async ({ ctx, input: { slug } }) => {
      const found = await workspaces.find(ctx.db, slug);
      if (!found) throw refuse("not_found");
      await inside(ctx, found.id, async () => {
        if (!(await workspaces.resume(ctx.db, found.id))) throw refuse("state_changed");
        return { action: "workspace.resumed", target: targetOf(found.id) };
      });
      return { name: found.name };
    },
  ),
});

/** Returns the workspaces with these slugs, in the order in which locks are taken. */
async function allOf(db: Db, slugs: string[]): Promise<workspaces.WorkspaceRow[]> {
  const found = await Promise.all(slugs.map((slug) => workspaces.find(db, slug)));
  return found.flatMap((one) => one ?? []).sort((one, other) => (one.id < other.id ? -1 : 1));
}

const targetOf = (id: string) => ({ type: "workspace" as const, id });
