import { randomBytes } from "node:crypto";
import { owner } from "./database";
import { ownModel, trainedJob } from "./factories/models";
import { spend } from "./factories/spending";
import { use } from "./factories/usage";
import type { World } from "./procedures/world";

/** A model that only its maker may use, and everything in its workspace that names it. */
export type Hidden = { id: string; words: string[]; jobId: string; batchId: string; keyId: string };

/** Adds another hidden model to a world; `values` says from whom it is hidden. */
export async function hideOne(here: World, values: object = {}): Promise<Hidden> {
  const { id: workspaceId, admin, slug } = here.workspace;
  const by = admin.person.id;
  const word = `merger${randomBytes(4).toString("hex")}`;
  const { jobId } = await trainedJob(owner, workspaceId, { by, isPrivate: true });
  const made = { name: word, upstream: `up-${word}`, visibility: "private" as const, createdBy: by, jobId, ...values };
  const id = await ownModel(owner, workspaceId, made);
  await owner`update fine_tuning_jobs set suffix = ${word}, fine_tuned_model = ${id} where id = ${jobId}`;
  await owner`
    insert into fine_tuning_events (workspace_id, job_id, number, name, data)
    values (${workspaceId}, ${jobId}, 1, 'done', ${owner.json({ fine_tuned_model: id, text: `made ${id}.` })})`;
  const [batch] = await owner`
    insert into batches (workspace_id, endpoint, form, model, input_file_id, status, total, errors, waiting_code, waiting_because, expires_at)
    values (${workspaceId}, '/v1/chat/completions', 'mistral', ${id}, ${here.ids.batchId}, 'in_progress', 1,
      ${owner.json([{ code: "model_not_found", message: `There is no model ${id}.`, line: null, param: null }])},
      'model_unavailable', ${`The model ${id} does not run.`}, now() + interval '1 day')
    returning id`;
  const { id: keyId } = await admin.api.keys.create({ workspace: slug, name: "Named", models: id } as never);
  await admin.api.limits.setRate({ workspace: slug, model: id, requestsPerMinute: "60" });
  const { userId, keyId: worldKey } = here.ids;
  await spend(owner, workspaceId, { cost: 5_000, model: id });
  await use(owner, workspaceId, [
    { model: id, cost: 1_000, memberId: userId, keyId: worldKey },
    { model: id, memberId: here.caller.person.id },
  ]);
  return { id, words: [id, encodeURIComponent(id), word], jobId, batchId: batch?.id, keyId };
}

/** Returns which of a hidden model's names are in an answer. */
export const named = (answer: unknown, { words }: Hidden) =>
  words.filter((word) => JSON.stringify(answer)?.includes(word));
