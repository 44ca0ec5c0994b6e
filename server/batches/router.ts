import { z } from "zod";
import { refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import { currency } from "@/server/usage/prices";
import { cancelBatch, createBatch } from "./batches";
import { createBatch as createInput, listBatches, mostCounted, oneBatch, usualHours } from "./input";
import * as batches from "./queries";
import { inView } from "./view";

export const batchesRouter = t.router({
  /** Returns a page of the workspace's batches, newest first. */
  list: workspaceProcedure("model:read", listBatches).query(
    async ({ ctx, input: { after, before, order, ...filter } }) => {
      const { workspaceId } = ctx.workspace;
      const [page, total] = await Promise.all([
        batches.list(ctx.db, workspaceId, filter, { after, before, order }),
        batches.total(ctx.db, workspaceId, {}, mostCounted),
      ]);
      return { ...page, rows: page.rows.map((batch) => inView(batch, ctx.person.id)), total, currency: currency() };
    },
  ),

  /** Returns a batch. Refuses `not_found`. */
  get: workspaceProcedure("model:read", oneBatch).query(async ({ ctx, input }) => {
    const batch = await batches.find(ctx.db, ctx.workspace.workspaceId, input.batchId);
    if (!batch) throw refuse("not_found");
    return { ...inView(batch, ctx.person.id), currency: currency() };
  }),

  /**
   * Returns the progress of a batch. `version` changes whenever what a page shows of it changes. Refuses `not_found`.
   */
  progress: workspaceProcedure("model:read", oneBatch).query(async ({ ctx, input }) => {
    const batch = await batches.find(ctx.db, ctx.workspace.workspaceId, input.batchId);
    if (!batch) throw refuse("not_found");
    const { version, status } = inView(batch, ctx.person.id);
    return { version, status };
  }),

  /** Returns the files from which a new batch can be created. */
  choices: workspaceProcedure("model:use", z.strictObject({})).query(async ({ ctx }) => ({
    files: await batches.choosableFiles(ctx.db, ctx.workspace.workspaceId, ctx.person.id),
  })),

  /**
   * Creates a batch for the person, who is charged for it. Refuses `not_found` for an unknown file, `too_many_batches`.
   */
  create: refusing(["too_many_batches"], workspaceProcedure("model:use", createInput, "any")).mutation(
    async ({ ctx, input: { fileId, endpoint } }) => {
      const request = { fileId, endpoint, form: "openai" as const, model: null, hours: usualHours };
      const asker = { ...ctx, keyId: null };
      const batchId = await createBatch(ctx.db, ctx.workspace.workspaceId, asker, {
        ...{ ...request, outputHours: null, metadata: null },
      });
      return { batchId };
    },
  ),

  /** Requests the cancellation of a batch. Refuses `not_found`, `batch_cancelling`, `batch_ended`. */
  cancel: refusing(["batch_cancelling", "batch_ended"], workspaceProcedure("model:use", oneBatch, "any")).mutation(
    ({ ctx, input }) => cancelBatch(ctx.db, ctx.workspace.workspaceId, { ...ctx, keyId: null }, input.batchId),
  ),
});
