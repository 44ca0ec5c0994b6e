import { isDeepStrictEqual } from "node:util";
import { instanceProcedure } from "@/server/api/instance-procedures";
import { refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import { inside } from "../inside";
import * as workspaces from "../workspaces/queries";
import { setUseCeilings } from "./input";
import * as ceilings from "./queries";

/** The most that a workspace may use and have, besides what it may spend. */
export const useCeilingsRouter = t.router({
  /**
   * Sets the most that a workspace may have besides money: requests and tokens a minute, keys, members, room for files. What is above it
   * already stays, and nothing is added. It holds within a second on every instance. Refuses `not_found`, `sign_in_again`.
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
