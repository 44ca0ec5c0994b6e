import { viewableBy, viewingCookie, viewingSeconds } from "@/server/access/viewing";
import { refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import { cookieOptions } from "@/server/platform/cookies";
import { issueViewAs } from "./cookie";
import { startViewing } from "./input";

export const viewingRouter = t.router({
  /**
   * Returns the cookie by which an Admin views the workspace as another role, for an hour and in this session only.
   * Browsers send it with all requests, because live parts of a page make requests outside of the page's own path; its
   * name and its signature contain the workspace. Refuses `cannot_grant` for a role with more permissions than the
   * caller's.
   */
  start: refusing(["cannot_grant"], workspaceProcedure("member:manage", startViewing)).query(({ ctx, input }) => {
    const { slug, role } = ctx.workspace;
    if (!viewableBy(role).includes(input.role))
      throw refuse("cannot_grant", { role: "You cannot see this role's view." });
    return {
      name: viewingCookie(slug),
      value: issueViewAs(ctx.person.sessionId, slug, input.role),
      options: { ...cookieOptions(), maxAge: viewingSeconds },
    };
  }),
});
