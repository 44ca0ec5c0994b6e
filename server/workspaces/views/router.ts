import { workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import { listViews, mostViews, removeView, saveView, viewOf } from "./input";
import * as views from "./queries";

/** Saved views of lists. They belong to one member and do not change the workspace, so there are no audit rows. */
export const savedViewsRouter = t.router({
  /** Returns the caller's saved views of a list, by name. */
  views: workspaceProcedure("workspace:read", listViews).query(({ ctx, input }) =>
    views.list(ctx.db, ctx.workspace.workspaceId, ctx.person.id, input.list),
  ),

  /**
   * Saves a list's filters and sorting under a name, replacing a view with the same name. Refuses `invalid_input` at
   * the name when nothing is filtered or sorted, and when there are too many views.
   */
  saveView: workspaceProcedure("workspace:read", saveView, "any").mutation(
    async ({ ctx, input: { list, name, query } }) => {
      const { workspaceId } = ctx.workspace;
      const view = viewOf(list, query);
      if (!view) throw refuse("invalid_input", { name: "Search, filter or sort the list first." });
      await views.hold(ctx.db, workspaceId, ctx.person.id);
      if ((await views.countOthers(ctx.db, workspaceId, ctx.person.id, list, name)) >= mostViews)
        throw refuse("invalid_input", { name: `You keep ${mostViews} views of this list. Remove one first.` });
      await views.save(ctx.db, workspaceId, ctx.person.id, { list, name, query: view });
    },
  ),

  /** Deletes one of the caller's views. Refuses `not_found`. */
  removeView: workspaceProcedure("workspace:read", removeView, "any").mutation(async ({ ctx, input }) => {
    if (!(await views.remove(ctx.db, ctx.workspace.workspaceId, ctx.person.id, input.viewId)))
      throw refuse("not_found");
  }),
});
