import { z } from "zod";
import { refusing, workspaceProcedure, workspaceStepsProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import { seesAllModels } from "@/server/membership/hidden-models/hide";
import { currency } from "@/server/usage/prices";
import { baseFor, listBases } from "./bases";
import { dryRun } from "./dry-run";
import * as jobFiles from "./files/queries";
import { createJob as createInput, describeJob, listJobs, mostCounted, oneJob, requestOf } from "./input";
import { cancelJob, checkFiles, createJob, startJob } from "./jobs";
import * as fineTuning from "./queries";
import { whileRecallingLeases } from "./recall-leases";
import { inView } from "./view";

export const fineTuningRouter = t.router({
  /** Returns a page of the workspace's jobs, newest first. */
  list: workspaceProcedure("model:read", listJobs).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const { isMine, after, before, order, suffix, ...asked } = input;
    const personId = ctx.person.id;
    const filter = {
      ...asked,
      ...(suffix && { suffix: { text: suffix, personId, seesAll: seesAllModels(ctx.workspace.role) } }),
      ...(isMine ? { byPerson: personId } : {}),
    };
    const [page, total, models] = await Promise.all([
      fineTuning.list(ctx.db, workspaceId, filter, { after, before, order }),
      fineTuning.total(ctx.db, workspaceId, {}, mostCounted),
      fineTuning.usedModels(ctx.db, workspaceId),
    ]);
    return { ...page, rows: page.rows.map(inView), total, models, currency: currency() };
  }),

  /** Returns a job with its files, events and checkpoints. Refuses `not_found`. */
  get: workspaceProcedure("model:read", oneJob).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const { jobId } = input;
    const [job, files, events, checkpoints] = await Promise.all([
      fineTuning.find(ctx.db, workspaceId, jobId),
      jobFiles.filesOf(ctx.db, workspaceId, jobId, ctx.person.id),
      fineTuning.events(ctx.db, workspaceId, jobId),
      fineTuning.checkpoints(ctx.db, workspaceId, jobId),
    ]);
    if (!job) throw refuse("not_found");
    return { ...inView(job), files, events, checkpoints, currency: currency() };
  }),

  /**
   * Returns the progress of a job, as much as a page that follows it needs. `version` changes with what the page shows.
   * Refuses `not_found`.
   */
  progress: workspaceProcedure("model:read", oneJob).query(async ({ ctx, input }) => {
    const job = await fineTuning.find(ctx.db, ctx.workspace.workspaceId, input.jobId);
    if (!job) throw refuse("not_found");
    const { version, status, step, steps, secondsLeft } = inView(job);
    return { version, status, step, steps, secondsLeft };
  }),

  /**
   * Returns the choices for a new job: base models that can be fine-tuned, and files. `bases` null: the model server
   * does not respond.
   */
  choices: workspaceStepsProcedure("model:fine-tune", z.strictObject({})).query(async ({ ctx }) => {
    const { files, workspaceId } = await ctx.step("read", async (db, { workspaceId }) => ({
      workspaceId,
      files: await jobFiles.choosableFiles(db, workspaceId, ctx.person.id),
    }));
    const bases = await listBases(workspaceId).catch(() => null);
    return { files, bases };
  }),

  /** Returns the tokens and the cost that a job would take, without creating it. Refuses like `create`. */
  dryRun: refusing(["model_server_down"], workspaceStepsProcedure("model:fine-tune", describeJob, "any")).mutation(
    async ({ ctx, input }) => {
      const request = requestIn(input);
      const { workspaceId, files } = await ctx.step("read", async (db, { workspaceId }) => ({
        workspaceId,
        files: await checkFiles(db, workspaceId, ctx, request),
      }));
      const base = await baseFor(request.model, workspaceId);
      return { ...(await dryRun(workspaceId, request, base, files)), currency: currency() };
    },
  ),

  /**
   * Creates a job. Refuses `not_found` for an unknown file, `too_many_jobs`, `spend_limit`, `spend_under_way`,
   * `model_server_down`, and at its field a model that cannot be fine-tuned.
   */
  create: refusing(
    ["too_many_jobs", "spend_limit", "spend_under_way", "model_server_down"],
    workspaceStepsProcedure("model:fine-tune", createInput, "any"),
  ).mutation(async ({ ctx, input }) => {
    const { agreedTokens, ...described } = input;
    const request = requestIn(described);
    const workspaceId = await ctx.step("read", async (db, { workspaceId }) => {
      await checkFiles(db, workspaceId, ctx, request);
      return workspaceId;
    });
    const base = await baseFor(request.model, workspaceId);
    const asker = { person: ctx.person, origin: ctx.origin, keyId: null };
    const jobId = await whileRecallingLeases(workspaceId, () =>
      ctx.step("write", (db) => createJob(db, workspaceId, asker, request, base, agreedTokens)),
    );
    return { jobId };
  }),

  /**
   * Starts a validated job. Refuses `not_found`, `job_not_validated`, `job_started`, `job_cancelling`, `job_ended`,
   * `spend_limit`, `spend_under_way`.
   */
  start: refusing(
    ["job_not_validated", "job_started", "job_cancelling", "job_ended", "spend_limit", "spend_under_way"],
    workspaceStepsProcedure("model:fine-tune", oneJob, "any"),
  ).mutation(async ({ ctx, input }) => {
    const asker = { person: ctx.person, origin: ctx.origin, keyId: null };
    const workspaceId = await ctx.step("read", async (_db, { workspaceId }) => workspaceId);
    await whileRecallingLeases(workspaceId, () =>
      ctx.step("write", (db) => startJob(db, workspaceId, asker, input.jobId)),
    );
  }),

  /** Requests the cancellation of a job. Refuses `not_found`, `job_cancelling`, `job_ended`. */
  cancel: refusing(["job_cancelling", "job_ended"], workspaceProcedure("model:fine-tune", oneJob, "any")).mutation(
    ({ ctx, input }) => cancelJob(ctx.db, ctx.workspace.workspaceId, { ...ctx, keyId: null }, input.jobId),
  ),
});

function requestIn(input: z.output<typeof describeJob>) {
  const read = requestOf(input);
  if ("error" in read) throw refuse("invalid_input", { [read.field]: read.error });
  return read.request;
}
