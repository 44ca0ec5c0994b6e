import { workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import { listViews, mostViews, removeView, saveView, viewOf } from "./input";
import * as views from "./queries";

/** What a member keeps for themselves is no change of the workspace: it leaves no audit row. */
export const savedViewsRouter = t.router({
  /** Returns the views that the caller keeps of a list, by name. */
  views: workspaceProcedure("workspace:read", listViews).query(({ ctx, input }) =>
    views.list(ctx.db, ctx.workspace.workspaceId, ctx.person.id, input.list),
  ),

  /**
   * Keeps a list's filters and sorting under a name; a view of the same name is this one from now on. Refuses `invalid_input` at the name where
   * nothing is filtered or sorted, and for one view too many.
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

  /** Forgets a view of the caller's. Refuses `not_found`. */
  removeView: workspaceProcedure("workspace:read", removeView, "any").mutation(async ({ ctx, input }) => {
    if (!(await views.remove(ctx.db, ctx.workspace.workspaceId, ctx.person.id, input.viewId)))
      throw refuse("not_found");
  }),
});
