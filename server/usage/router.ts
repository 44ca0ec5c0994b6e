import { z } from "zod";
import type { Db } from "@/db/client";
import { workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { fromStandby } from "@/server/api/standby";
import { t } from "@/server/api/trpc";
import { operations } from "@/server/platform/settings/endpoints";
import * as endUsers from "./end-users/queries";
import { type Filters, recentRequests, usageExport, usageFilters, usageReport } from "./input";
import { currency } from "./prices";
import { BadRange, resolveRange } from "./ranges";
import { names, report, reportPart } from "./report";
import * as reports from "./reports/queries";
import * as requests from "./requests/queries";
import * as tags from "./tags/queries";

const choices = 200;

export const usageRouter = t.router({
  /**
   * Returns the figures of a range: the totals, those of the span before, by group and by step. Refuses
   * `invalid_input`, `not_found`.
   */
  report: fromStandby(workspaceProcedure("usage:read", usageReport)).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    await existing(ctx.db, workspaceId, input);
    return inRange(() => report(ctx.db, workspaceId, input));
  }),

  /**
   * Returns the values that the filters can be set to: declared tags, and the models, endpoints, routes, keys and
   * members that were used in a range, including the chosen ones.
   */
  filters: fromStandby(workspaceProcedure("usage:read", usageFilters)).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    await existing(ctx.db, workspaceId, input);
    const { span } = await inRange(async () => resolveRange(input, await reports.now(ctx.db)));
    const found = await reports.used(ctx.db, workspaceId, span, choices);
    const ids = (kind: string, chosen?: string) => [
      ...new Set([...(chosen ? [chosen] : []), ...found.filter((each) => each.kind === kind).map(({ id }) => id)]),
    ];
    const isService = (id: string) => id === "service" || id === "";
    const memberIds = ids("member", input.userId);
    const keyIds = ids("key", input.keyId).filter(Boolean);
    const keyOf = await names(ctx.db, workspaceId, "key", keyIds);
    const memberOf = await names(
      ctx.db,
      workspaceId,
      "member",
      memberIds.filter((id) => !isService(id)),
    );
    return {
      models: ids("model", input.model),
      operations: operations.filter((each) => ids("operation", input.operation).includes(each)),
      routes: ids("route", input.route).filter(Boolean),
      tags: [...new Set([...(input.tag ? [input.tag] : []), ...(await tags.names(ctx.db, workspaceId))])],
      keys: keyIds.map(keyOf),
      members: memberIds.filter((id) => !isService(id)).map(memberOf),
      hasServiceKeys: memberIds.some(isService),
    };
  }),

  /** Returns a page of single requests in a range, newest first. */
  recent: fromStandby(workspaceProcedure("usage:read", recentRequests)).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    await existing(ctx.db, workspaceId, input);
    const { span } = await inRange(async () => resolveRange(input, await reports.now(ctx.db)));
    const page = await requests.list(ctx.db, workspaceId, { span, filters: input }, input);
    const ids = new Set(page.rows.flatMap(({ endUser }) => endUser ?? []));
    const nameOf = await endUsers.names(ctx.db, workspaceId, [...ids]);
    const rows = page.rows.map((row) => ({ ...row, endUserName: nameOf.get(row.endUser ?? "") ?? null }));
    return { ...page, rows, currency: currency() };
  }),

  /** Returns an opaque text that changes when there is a new request. */
  latest: fromStandby(workspaceProcedure("usage:read", z.strictObject({}))).query(({ ctx }) =>
    requests.latest(ctx.db, ctx.workspace.workspaceId),
  ),

  /** Returns one part of a report's lines for download, and where the next part begins. */
  export: fromStandby(workspaceProcedure("usage:read", usageExport)).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    await existing(ctx.db, workspaceId, input);
    return inRange(() => reportPart(ctx.db, workspaceId, input));
  }),
});

/** Refuses `not_found` for a filter that names a person or a key of another workspace. */
async function existing(db: Db, workspaceId: string, { keyId, userId }: Filters): Promise<void> {
  if (keyId !== undefined && (await reports.keyNames(db, workspaceId, [keyId])).length === 0) throw refuse("not_found");
  if (userId !== undefined && userId !== "service" && !(await reports.isKnown(db, workspaceId, userId)))
    throw refuse("not_found");
}

async function inRange<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof BadRange) throw refuse("invalid_input", { [error.field]: error.message });
    throw error;
  }
}
