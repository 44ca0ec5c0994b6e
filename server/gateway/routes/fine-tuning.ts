import { type Context, Hono } from "hono";
import { type Db, transaction } from "@/db/client";
import { listsModel } from "@/server/access/model-list";
import { baseFor } from "@/server/fine-tuning/bases";
import { dryRun } from "@/server/fine-tuning/dry-run";
import { cancelJob, checkFiles, createJob, startJob } from "@/server/fine-tuning/jobs";
import * as fineTuning from "@/server/fine-tuning/queries";
import { whileRecallingLeases } from "@/server/fine-tuning/recall-leases";
import { seesAllModels } from "@/server/membership/hidden-models/hide";
import { askerOf } from "../door/asker";
import { type Bearer, type GatewayEnv, needs } from "../door/authenticate";
import { readerOf } from "../door/hidden-models";
import { readJsonOf } from "../door/read-json";
import { Refusal } from "../errors/errors";
import { answered } from "../errors/refused";
import { detailedJobOut, dryRunOut, jobOut } from "./fine-tuning-answers";
import { jobIdIn, noSuchFile, readJob, readListQuery } from "./fine-tuning-requests";

type Call = Context<GatewayEnv>;

/** `/v1/fine_tuning/jobs`: what the page of jobs does, by the same rules, for a key with the scope `fine-tuning`. */
export const fineTuningJobs = new Hono<GatewayEnv>();

const path = "/v1/fine_tuning/jobs";
const scope = needs("fine-tuning");

fineTuningJobs.post(path, scope, async (c) => {
  const request = readJob(await readJsonOf(c, "fine-tuning"));
  const { workspaceId, models } = c.get("bearer");
  const asker = askerOf(c);
  return answered(async () => {
    const files = await transaction("read", { workspaceId }, (db) => checkFiles(db, workspaceId, asker, request));
    const base = await baseFor(request.model, workspaceId, models);
    if (/^(true|1)$/i.test(c.req.query("dry_run") ?? ""))
      return c.json(dryRunOut(await dryRun(workspaceId, request, base, files), request));
    const job = await whileRecallingLeases(workspaceId, () =>
      transaction("write", { workspaceId }, async (db) =>
        existing(await fineTuning.find(db, workspaceId, await createJob(db, workspaceId, asker, request, base))),
      ),
    );
    return c.json(jobOut(job));
  }, noSuchFile);
});

fineTuningJobs.get(path, scope, async (c) => {
  const { workspaceId, memberId, keyId } = c.get("bearer");
  const asked = readListQuery(c.req.query());
  const isByCursor = asked.after !== undefined || asked.limit !== undefined;
  const limit = isByCursor ? (asked.limit ?? 20) : asked.page_size;
  const offset = isByCursor ? 0 : asked.page * asked.page_size;
  const filter = {
    ...(asked.status && { status: asked.status }),
    ...(asked.model && { model: asked.model }),
    ...{ createdAfter: asked.created_after, createdBefore: asked.created_before },
    ...(asked.created_by_me && (memberId === null ? { byKey: keyId } : { byPerson: memberId })),
  };
  // Nothing here is ever reported to Weights & Biases, and no job comes after one that is not there.
  const isNone =
    asked.wandb_project !== undefined ||
    asked.wandb_name !== undefined ||
    (asked.after !== undefined && jobIdIn(asked.after) === undefined);
  if (isNone) return c.json({ object: "list", data: [], total: 0, has_more: false });
  const [rows, total] = await transaction("read", { workspaceId }, async (db) => {
    const whole = asked.suffix ? { ...filter, suffix: await suffixFor(db, c.get("bearer"), asked.suffix) } : filter;
    return Promise.all([
      fineTuning.listSome(db, workspaceId, whole, { offset, after: asked.after, limit: limit + 1 }),
      fineTuning.total(db, workspaceId, whole),
    ]);
  });
  return c.json({
    object: "list",
    data: rows.slice(0, limit).map(jobOut),
    total,
    has_more: rows.length > limit,
  });
});

async function suffixFor(db: Db, bearer: Bearer, text: string): Promise<fineTuning.SuffixFilter> {
  const { personId, role } = await readerOf(db, bearer);
  return { text, personId, seesAll: seesAllModels(role) };
}

fineTuningJobs.get(`${path}/:id`, scope, (c) => onJob(c, "read", async () => {}));

fineTuningJobs.post(`${path}/:id/start`, scope, (c) =>
  onJob(c, "write", async (db, workspaceId, id) => {
    refuseOtherModel(c.get("bearer"), await fineTuning.find(db, workspaceId, id));
    await startJob(db, workspaceId, askerOf(c), id);
  }),
);

/** Refuses with 403 to start, and so to pay for, a training of a model that the key is not for. */
function refuseOtherModel({ models }: Bearer, job: { model: string } | undefined): void {
  if (!job || models === null || listsModel(models, job.model)) return;
  const message = `This key may not use the model ${job.model}, which the job is of.`;
  throw new Refusal({ status: 403, message, type: "permission_error", code: "model_not_allowed" });
}

fineTuningJobs.post(`${path}/:id/cancel`, scope, (c) =>
  onJob(c, "write", (db, workspaceId, id) => cancelJob(db, workspaceId, askerOf(c), id)),
);

/** Does something with the job that the path names, in one transaction, and answers with the job as it is then. */
async function onJob(
  c: Call,
  mode: "read" | "write",
  change: (db: Db, workspaceId: string, id: string) => Promise<void>,
): Promise<Response> {
  const { workspaceId } = c.get("bearer");
  const id = jobIdIn(c.req.param("id"));
  if (!id) throw noSuchJob;
  return answered(async () => {
    const job = await whileRecallingLeases(workspaceId, () =>
      transaction(mode, { workspaceId }, async (db) => {
        await change(db, workspaceId, id);
        const found = existing(await fineTuning.find(db, workspaceId, id));
        return detailedJobOut(
          found,
          await fineTuning.events(db, workspaceId, id),
          await fineTuning.checkpoints(db, workspaceId, id),
        );
      }),
    );
    return c.json(job);
  }, noSuchJob);
}

function existing<T>(found: T | undefined): T {
  if (found === undefined) throw noSuchJob;
  return found;
}

const noSuchJob = new Refusal({
  status: 404,
  message: "There is no such job in this workspace.",
  type: "invalid_request_error",
  code: "job_not_found",
});
