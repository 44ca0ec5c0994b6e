import { z } from "zod";
import { workspaceProcedure } from "@/server/api/procedures";
import { t } from "@/server/api/trpc";
import { outagesFor } from "@/server/model-servers/states";
import { currency } from "@/server/usage/prices";
import * as alerts from "./queries";

export const workspaceAlertsRouter = t.router({
  /**
   * Returns problems of the workspace that concern the caller: spending limits that are reached or nearly reached,
   * model servers that this process cannot reach, and for operators failing mail. Every page asks.
   */
  alerts: workspaceProcedure("usage:read", z.strictObject({})).query(async ({ ctx }) => {
    const { workspaceId } = ctx.workspace;
    const found = await alerts.troubles(ctx.db, workspaceId, ctx.person.id);
    return { ...found, currency: currency(), outages: outagesFor(workspaceId) };
  }),
});
