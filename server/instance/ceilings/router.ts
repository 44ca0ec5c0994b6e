import { isDeepStrictEqual } from "node:util";
import { instanceProcedure } from "@/server/api/instance-procedures";
import { refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import { inside } from "../inside";
import * as workspaces from "../workspaces/queries";
import { setUseCeilings } from "./input";
import * as ceilings from "./queries";

/** Procedures for the ceilings on a workspace's use, other than money. */
export const useCeilingsRouter = t.router({
  /**
   * Sets the ceilings on a workspace's use: requests and tokens per minute, keys, members, bytes of files. What exceeds
   * a ceiling already stays, but nothing can be added. Applies within a second in every process. Refuses `not_found`,
   * `sign_in_again`.
   */
  setUseCeilings: refusing(["not_found"], instanceProcedure(setUseCeilings, "today")).mutation(
    async ({ ctx, input: { slug, ...after } }) => {
      const { db } = ctx;
      const found = await workspaces.find(db, slug);
      if (!found) throw refuse("not_found");
      await inside(ctx, found.id, async () => {
        const before = await ceilings.find(db, found.id);
        if (isDeepStrictEqual(before, after)) return undefined;
        await ceilings.set(db, found.id, after);
        return { action: "workspace.use_ceilings_changed", target: { type: "workspace", id: found.id }, before, after };
      });
    },
  ),
});
