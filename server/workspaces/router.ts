import { z } from "zod";
import { lookerPermissions, permissionsOf } from "@/server/access/permissions";
import { charge } from "@/server/api/charge";
import {
  noInput,
  personProcedure,
  refusing,
  workspaceProcedure,
  workspaceStepsProcedure,
} from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { link } from "@/server/mail/links";
import * as instance from "@/server/membership/instance/queries";
import * as personRow from "@/server/membership/person/queries";
import { firstChatModel } from "@/server/model-servers/first-chat-model";
import { limits } from "@/server/platform/throttling/limits";
import { creationRefusal, creationRefusals, defaultsOf } from "./creation";
import { createWorkspace, listMine, renameWorkspace } from "./input";
import * as workspaces from "./queries";

const menuSize = 12;

export const workspacesRouter = t.router({
  /** Returns the workspace, with the person's role and permissions in it. */
  get: workspaceProcedure("workspace:read", z.strictObject({})).query(({ ctx }) => {
    const { workspaceId, ...shown } = ctx.workspace;
    return { ...shown, permissions: shown.look ? [...lookerPermissions] : permissionsOf(shown.role) };
  }),

  /**
   * Returns the base URL for API clients, and a model to begin with; null: the model server has not listed its models
   * yet.
   */
  endpoint: workspaceStepsProcedure("workspace:read", z.strictObject({})).query(async ({ ctx }) => {
    const workspaceId = await ctx.step("read", async (_db, workspace) => workspace.workspaceId);
    return { baseUrl: link("/v1"), model: await firstChatModel(workspaceId) };
  }),

  /** Returns a page of the person's workspaces, by name. */
  list: personProcedure(listMine).query(({ ctx, input }) => workspaces.listMine(ctx.db, ctx.person.id, input)),

  /** Returns the workspaces visited last, for the account menu, and the number of all. */
  recent: personProcedure(noInput).query(({ ctx }) => workspaces.listRecent(ctx.db, ctx.person.id, menuSize)),

  /** Returns for each kind why the person may not create a workspace; null: they may. */
  mayCreate: personProcedure(noInput).query(({ ctx }) => creationRefusals(ctx.db, ctx.person)),

  /**
   * Creates a workspace with the person as its Admin and the operators' defaults for new workspaces. Refuses
   * `personal_exists`, and by the operators' settings `workspaces_closed`, `personal_closed`, `too_many_workspaces`.
   */
  create: refusing(
    ["personal_exists", "workspaces_closed", "personal_closed", "too_many_workspaces"],
    personProcedure(createWorkspace, "any"),
  ).mutation(async ({ ctx, input }) => {
    if (!(await personRow.hold(ctx.db, ctx.person.id))) throw refuse("not_signed_in");
    const settings = await instance.settings(ctx.db);
    const workspace = await workspaces.create(ctx.db, ctx.person.id, input, defaultsOf(settings, input.kind));
    if (!workspace) throw refuse("personal_exists", { kind: "You already have a personal workspace." });
    if (workspace.isNew) {
      const refusal = await creationRefusal(ctx.db, ctx.person, settings, input.kind, workspace.id);
      if (refusal) throw refuse(refusal);
      await charge(ctx.db, limits.workspacesPerPerson, ctx.person.id);
      await audit.record(ctx.db, workspace.id, ctx, {
        action: "workspace.created",
        target: { type: "workspace", id: workspace.id },
        after: { name: workspace.name, kind: workspace.kind, slug: workspace.slug },
      });
    }
    return { slug: workspace.slug, name: workspace.name };
  }),

  /** Renames the workspace. Its address stays. */
  rename: workspaceProcedure("workspace:update", renameWorkspace, "any").mutation(async ({ ctx, input }) => {
    const { workspaceId, name } = ctx.workspace;
    if (name === input.name) return;
    await workspaces.rename(ctx.db, workspaceId, input.name);
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "workspace.renamed",
      target: { type: "workspace", id: workspaceId },
      before: { name },
      after: { name: input.name },
    });
  }),

  /** Notes the caller's visit. This does not change the workspace, so there is no audit row. */
  touch: workspaceProcedure("workspace:read", z.strictObject({}), "any", limits.visitsPerPerson).mutation(({ ctx }) =>
    workspaces.touch(ctx.db, ctx.workspace.workspaceId, ctx.person.id),
  ),
});
