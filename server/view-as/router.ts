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
   * It is sent with everything, since what is live on a page asks outside of the page's own path; the workspace is
   * in its name and in what is signed. Refuses `cannot_grant` for a role that may do more than one's own.
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
