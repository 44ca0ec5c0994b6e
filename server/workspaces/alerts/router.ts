import { z } from "zod";
import { workspaceProcedure } from "@/server/api/procedures";
import { t } from "@/server/api/trpc";
import { outagesFor } from "@/server/model-servers/states";
import { currency } from "@/server/usage/prices";
import * as alerts from "./queries";

export const workspaceAlertsRouter = t.router({
  /**
   * Returns what is wrong in a workspace and concerns the caller: limits on spend that are reached or nearly so, model servers that cannot be
   * reached as far as this process knows, and for operators that mail fails. Every page asks.
   */
  alerts: workspaceProcedure("usage:read", z.strictObject({})).query(async ({ ctx }) => {
    const { workspaceId } = ctx.workspace;
    const found = await alerts.troubles(ctx.db, workspaceId, ctx.person.id);
    return { ...found, currency: currency(), outages: outagesFor(workspaceId) };
  }),
});
